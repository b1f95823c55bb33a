#include "endpoint/ftp_listing.hpp"

#include <gtest/gtest.h>

namespace obmen::endpoint {

namespace {

using Kind = Entry::Kind;

FtpRow file(const std::string& name, std::uint64_t size) {
    return {.entry = {.name = name, .size = size}};
}

std::vector<FtpRow> without_dates(std::vector<FtpRow> rows) {
    for (FtpRow& row : rows) {
        row.written.clear();
    }
    return rows;
}

FtpRow row(const std::string& name, Kind kind) {
    return {.entry = {.name = name, .kind = kind}};
}

constexpr UtcTime half_past_ten{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15} +
                                std::chrono::hours{10} + std::chrono::minutes{30}};

TEST(FtpTime, IsReadWithAndWithoutAFraction) {
    EXPECT_EQ(parse_ftp_time("20260115103000"), half_past_ten);
    EXPECT_EQ(parse_ftp_time("20260115103000.5"), half_past_ten + std::chrono::milliseconds{500});
    EXPECT_EQ(parse_ftp_time("20260115103000.123456789012345678901"),
              half_past_ten + std::chrono::milliseconds{123});
    for (const std::string_view text :
         {"", "2026011510300", "20260115103000.", "20260115103000x", "20261315103000", "20260230103000",
          "20260115243000", "20260115106000", "2026011510300-", "-0260115103000"}) {
        EXPECT_EQ(parse_ftp_time(text), std::nullopt) << text;
    }
}

TEST(FtpSize, IsDigitsAlone) {
    EXPECT_EQ(parse_ftp_size("18446744073709551615"), 18446744073709551615U);
    for (const std::string_view text : {"", "-1", "+1", " 1", "1 ", "1.5", "0x1", "18446744073709551616"}) {
        EXPECT_EQ(parse_ftp_size(text), std::nullopt) << text;
    }
}

TEST(Mlsd, TellsKindsSizesTimesAndIdentities) {
    // As ProFTPD 1.3.8, pure-ftpd 1.0.50 and IIS-like servers write them.
    const std::optional<FtpRows> rows = parse_mlsd(
        "modify=20260115103000;perm=flcdmpe;type=cdir;unique=FE00UB840C2;UNIX.mode=0777; .\r\n"
        "modify=20260115103000;perm=flcdmpe;type=pdir;unique=FE00UB840A2;UNIX.mode=0711; ..\r\n"
        "modify=20260115103000;perm=adfrw;size=3;type=file;unique=FE00UB840E2;UNIX.mode=0777; a.xml\r\n"
        "type=dir;sizd=4096;modify=20260115103000;UNIX.mode=0777;unique=fe00gb840d2; goods\r\n"
        "type=OS.unix=slink:/etc;size=11; link\r\n"
        "type=OS.unix=symlink;size=11; link2\r\n"
        "type=unknown;size=0; pipe\r\n"
        "Type=File;Size=7;Modify=garbage;  two  spaces ; x\r\n");
    ASSERT_TRUE(rows);
    FtpRow first = file("a.xml", 3);
    first.entry.modified = half_past_ten;
    first.entry.identity = "FE00UB840E2";
    FtpRow folder = row("goods", Kind::folder);
    folder.entry.modified = half_past_ten;
    folder.entry.identity = "fe00gb840d2";
    EXPECT_EQ(rows->rows,
              (std::vector<FtpRow>{first, folder, row("link", Kind::other), row("link2", Kind::other),
                                   row("pipe", Kind::other), file(" two  spaces ; x", 7)}));
    EXPECT_TRUE(rows->shows_itself);
    EXPECT_TRUE(rows->unusable.empty());
}

TEST(Mlsd, ASizeThatIsNotToldIsNotNothing) {
    const std::optional<FtpRows> rows = parse_mlsd("type=file; a.xml\n");
    ASSERT_TRUE(rows);
    EXPECT_FALSE(rows->rows.at(0).size_known);
}

TEST(Mlsd, HostileNamesAreSetAside) {
    const std::optional<FtpRows> rows = parse_mlsd(
        "type=file;size=1; ../../etc/passwd\n"
        "type=file;size=1; ..\n"
        "type=file;size=1; a\tb\n"
        "type=file;size=1; line\n"
        "break.xml\n"
        "type=file;size=1; good.xml\n");
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->rows, std::vector<FtpRow>{file("good.xml", 1)});
    EXPECT_EQ(rows->unusable,
              (std::vector<std::string>{"../../etc/passwd", "..", "a\tb", "line\nbreak.xml"}));
}

TEST(Mlsd, WhatIsNoListingIsRefused) {
    for (const std::string_view text :
         {"-rw-r--r-- 1 u g 3 Jan 15 10:30 a.xml\n", "size=3; a.xml\n", "type=file;size=3;a.xml\n",
          "type=file\n", "=file; a\n", "type=file; \n", "<html>\n", "\n"}) {
        EXPECT_EQ(parse_mlsd(text), std::nullopt) << text;
    }
    EXPECT_TRUE(parse_mlsd("")->rows.empty());
}

TEST(Mlst, NamesAPathOrAName) {
    EXPECT_EQ(parse_mlst_row("type=file;size=3; /srv/1c/a.xml"), file("a.xml", 3));
    EXPECT_EQ(parse_mlst_row("type=file;size=3; a.xml"), file("a.xml", 3));
    EXPECT_EQ(parse_mlst_row("type=file;size=3; /srv/"), std::nullopt);
    EXPECT_EQ(parse_mlst_row("a.xml"), std::nullopt);
}

TEST(List, ReadsWhatUnixServersWrite) {
    const std::optional<FtpRows> rows = parse_list(
        "total 12\r\n"
        "drwxrwxrwx    2 0        0            4096 Nov 22 13:41 .\r\n"
        "drwxr-xr-x    4 0        0            4096 Nov 22 13:41 ..\r\n"
        "-rw-r--r--    1 0        0      5000000000 Nov 22  2025 a.xml\r\n"
        "-rw-r--r--+   1 user     domain users   7 Jan  5 09:01  two  spaces\r\n"
        "-rw-r--r--    1 user     9 22 Nov 13:41 turned round\r\n"
        "-rw-r--r--    1 user     group 5 2026-01-15 10:30 iso.xml\r\n"
        "drwxr-xr-x    2 0        0            4096 Nov 22 13:41 Товары\r\n"
        "lrwxrwxrwx    1 0        0              11 Nov 22 13:41 link -> /etc/passwd\r\n"
        "prw-r--r--    1 0        0               0 Nov 22 13:41 pipe\r\n"
        "crw-rw-rw-    1 0        0          1,   3 Nov 22 13:41 null\r\n"
        "-rw-r--r--    1 0        0               1 Nov 22 13:41 a -> b\r\n"
        "-rw-r--r--    1 0        0               2 Nov 22 13:41 1 Jan 15 10:30 x\r\n");
    ASSERT_TRUE(rows);
    EXPECT_EQ(
        without_dates(rows->rows),
        (std::vector<FtpRow>{file("a.xml", 5'000'000'000), file(" two  spaces", 7), file("turned round", 9),
                             file("iso.xml", 5), row("Товары", Kind::folder), row("link", Kind::other),
                             row("pipe", Kind::other), row("null", Kind::other), file("a -> b", 1),
                             file("1 Jan 15 10:30 x", 2)}));
    EXPECT_TRUE(rows->shows_itself);
    EXPECT_EQ(rows->rows.at(0).written, "Nov 22 2025");
    EXPECT_EQ(rows->rows.at(2).written, "22 Nov 13:41");
    EXPECT_EQ(rows->rows.at(3).written, "2026-01-15 10:30");
}

TEST(List, ReadsWhatWindowsServersWrite) {
    const std::optional<FtpRows> rows = parse_list(
        "01-15-26  10:30AM       <DIR>          new folder\r\n"
        "01-15-2026  22:30               118388 import0_1.xml\r\n"
        "01-15-26  10:30PM       <JUNCTION>     elsewhere [C:\\x]\r\n");
    ASSERT_TRUE(rows);
    EXPECT_EQ(without_dates(rows->rows),
              (std::vector<FtpRow>{row("new folder", Kind::folder), file("import0_1.xml", 118'388),
                                   row("elsewhere [C:\\x]", Kind::other)}));
    EXPECT_EQ(rows->rows.at(1).written, "01-15-2026 22:30");
}

TEST(List, ANameWithALineBreakSpoilsNoOther) {
    const std::optional<FtpRows> rows = parse_list(
        "-rw-r--r-- 1 0 0 1 Nov 22 13:41 a.xml\n"
        "-rw-r--r-- 1 0 0 1 Nov 22 13:41 b\n"
        "\n"
        "c.xml\n"
        "-rw-r--r-- 1 0 0 1 Nov 22 13:41 d.xml\n");
    ASSERT_TRUE(rows);
    EXPECT_EQ(without_dates(rows->rows), (std::vector<FtpRow>{file("a.xml", 1), file("d.xml", 1)}));
    EXPECT_EQ(rows->unusable, std::vector<std::string>{"b\n\nc.xml"});
}

TEST(List, WhatIsNoListingIsRefused) {
    for (const std::string_view text :
         {"a.xml\n", "+i8388621.48594,m825718503,r,s280,\tdjb.html\n", "type=file;size=3; a\n",
          "-rw-r--r-- 1 0 0 3\n", "-rw-r--r-- 1 0 0 3 Nov 22 13:41 \n", "01-15-26  10:30AM 5\n"}) {
        EXPECT_EQ(parse_list(text), std::nullopt) << text;
    }
}

}  // namespace

}  // namespace obmen::endpoint
