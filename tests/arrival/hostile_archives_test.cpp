#include <gtest/gtest.h>

#include "arrival/archive.hpp"
#include "arrival/intake_test.hpp"
#include "arrival/zip_bytes.hpp"

namespace obmen::arrival {
namespace {

class HostileArchives : public IntakeTest {
  protected:
    [[nodiscard]] std::filesystem::path write_raw(const std::vector<RawEntry>& entries) const {
        ZipBytes zip;
        for (const RawEntry& entry : entries) {
            zip.add(entry);
        }
        return write("archive.zip", zip.bytes());
    }

    [[nodiscard]] Message rejection_of_raw(const std::vector<RawEntry>& entries,
                                           const ArchiveLimits& limits = {}) const {
        return rejection_of(write_raw(entries), limits).message;
    }
};

class ForbiddenNames : public HostileArchives, public ::testing::WithParamInterface<std::string> {};

TEST_P(ForbiddenNames, RejectTheArchiveEvenWithoutXml) {
    for (const std::string ending : {".xml", ".jpg"}) {
        std::filesystem::remove_all(spool());
        const Message message = rejection_of_raw(
            {{.name = "import.xml", .content = "<a/>"}, {.name = GetParam() + ending, .content = "evil"}});
        EXPECT_EQ(message, (Message{"PKG-ZIP-NAME", {"archive.zip", GetParam() + ending}}));
    }
    EXPECT_FALSE(std::filesystem::exists(in().parent_path() / "evil.xml"));
}

INSTANTIATE_TEST_SUITE_P(Names, ForbiddenNames,
                         ::testing::Values("../evil", "../../evil", "a/../../evil", "..\\evil",
                                           "a\\..\\..\\evil", "/evil", "\\evil", "C:\\evil", "c:evil",
                                           "\\\\host\\share\\evil"));

TEST_F(HostileArchives, WithAnEmptyNameAreRejected) {
    EXPECT_EQ(
        rejection_of_raw({{.name = "import.xml", .content = "<a/>"}, {.name = "", .content = "x"}}).code,
        Code{"PKG-ZIP-NAME"});
}

TEST_F(HostileArchives, AreNotSavedByTheNamesOfDirectories) {
    EXPECT_EQ(rejection_of_raw({{.name = "import.xml", .content = "<a/>"}, {.name = "a/../"}}).code,
              Code{"PKG-ZIP-NAME"});
}

TEST_F(HostileArchives, WithoutXmlAreRejectedAsEmpty) {
    EXPECT_EQ(rejection_of_raw({{.name = "a.jpg", .content = "jpg"}}), Message{"PKG-EMPTY"});
}

TEST_F(HostileArchives, WithoutEntriesAreRejectedAsEmpty) {
    const Code code = rejection_of(write("archive.zip", ZipBytes().bytes())).message.code;
    EXPECT_EQ(code, Code{"PKG-EMPTY"});
}

TEST_F(HostileArchives, WithAWrongCrcAreRejected) {
    const Message message = rejection_of_raw(
        {{.name = "a.xml", .content = "<a/>"}, {.name = "b.xml", .content = "<b/>", .crc = 0x12345678}});
    EXPECT_EQ(message.code, Code{"PKG-ZIP"});
    EXPECT_EQ(message.arguments.at(0), "archive.zip");
    EXPECT_TRUE(message.arguments.at(1).starts_with("b.xml: ")) << message.arguments.at(1);
}

TEST_F(HostileArchives, WithADamagedByteAreRejected) {
    const auto path = in() / "archive.zip";
    std::string content;
    for (int i = 0; i < 5000; ++i) {
        content += "<Ид>" + std::to_string(i * 7919) + "</Ид>";
    }
    write_zip(path.string(), {{"import.xml", content}});
    std::string bytes = read_whole_file(path);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    write("archive.zip", bytes);
    EXPECT_EQ(rejection_of(path).message.code, Code{"PKG-ZIP"});
}

TEST_F(HostileArchives, ThatClaimWrongSizesAreRejected) {
    for (const std::uint32_t claimed : {0U, 3U, 5U, 1000U, 0xFFFFFFF0U}) {
        std::filesystem::remove_all(spool());
        EXPECT_EQ(rejection_of_raw({{.name = "a.xml", .content = "<a/>", .size = claimed}}).code,
                  Code{"PKG-ZIP"})
            << claimed;
        std::filesystem::remove_all(spool());
        EXPECT_EQ(rejection_of_raw({{.name = "a.xml", .content = "<a/>", .packed_size = claimed}}).code,
                  Code{"PKG-ZIP"})
            << claimed;
    }
}

TEST_F(HostileArchives, ThatClaimAnEntryToBeEmptyAreRejectedByItsCrc) {
    EXPECT_EQ(rejection_of_raw({{.name = "a.xml", .content = "<a/>", .packed_size = 0, .size = 0}}).code,
              Code{"PKG-ZIP"});
}

TEST_F(HostileArchives, ThatPointOutsideAreRejected) {
    for (const std::uint32_t offset : {7U, 1'000'000U, 0xFFFFFFF0U}) {
        std::filesystem::remove_all(spool());
        EXPECT_EQ(rejection_of_raw({{.name = "a.xml", .content = "<a/>", .offset = offset}}).code,
                  Code{"PKG-ZIP"})
            << offset;
    }
}

TEST_F(HostileArchives, WithAnUnknownMethodAreRejected) {
    EXPECT_EQ(rejection_of_raw({{.name = "a.xml", .content = "<a/>", .method = 77}}).code, Code{"PKG-ZIP"});
}

TEST_F(HostileArchives, ThatAreEncryptedAreRejected) {
    EXPECT_EQ(rejection_of_raw({{.name = "a.xml", .content = "0123456789abcdef", .flags = 1}}),
              (Message{"PKG-ZIP-ENCRYPTED", {"archive.zip", "a.xml"}}));
}

TEST_F(HostileArchives, ThatHoldANameTwiceAreRejected) {
    EXPECT_EQ(rejection_of_raw({{.name = "a/import.xml", .content = "<a/>"},
                                {.name = "b.xml", .content = "<b/>"},
                                {.name = "a\\import.xml", .content = "<c/>"}}),
              (Message{"PKG-ZIP-TWICE", {"archive.zip", "a/import.xml"}}));
}

TEST_F(HostileArchives, CutAnywhereAreRefused) {
    const std::string whole = ZipBytes()
                                  .add({.name = "import.xml", .content = "<a>some content</a>"})
                                  .add({.name = "offers.xml", .content = "<b>some content</b>"})
                                  .bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto path = write("archive.zip", whole.substr(0, length));
        try {
            (void)unpack(path, "archive.zip", in(), {});
            ADD_FAILURE() << length;
        } catch (const Error& error) {
            EXPECT_EQ(error.failure_class(), FailureClass::bad_input) << length;
            EXPECT_EQ(error.finding().message.code, Code{"PKG-ZIP"}) << length;
        }
    }
    EXPECT_EQ(rejection_of(write("archive.zip", whole.substr(0, whole.size() - 1))).message.code,
              Code{"PKG-ZIP"});
}

TEST_F(HostileArchives, WithAnyByteChangedNeverGiveOtherContent) {
    const std::string whole = ZipBytes().add({.name = "a.xml", .content = "<a/>"}).bytes();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 0x41);
        const auto directory = in() / std::to_string(i);
        std::filesystem::create_directory(directory);
        try {
            const UnpackedArchive unpacked =
                unpack(write("archive.zip", changed), "archive.zip", directory, {});
            ASSERT_EQ(unpacked.files.size(), 1U) << i;
            EXPECT_EQ(read_whole_file(directory / "0001.xml"), "<a/>") << i;
        } catch (const Error& error) {
            EXPECT_EQ(error.failure_class(), FailureClass::bad_input) << i;
        }
    }
}

TEST_F(HostileArchives, WithTooManyEntriesAreRejected) {
    const std::vector<RawEntry> entries{
        {.name = "a.xml", .content = "<a/>"}, {.name = "b.jpg"}, {.name = "c.jpg"}};
    EXPECT_EQ(rejection_of_raw(entries, {.entries = 2}),
              (Message{"PKG-ZIP-ENTRIES", {"archive.zip", "3", "2"}}));
    std::filesystem::remove_all(spool());
    EXPECT_EQ(package_of({write_raw(entries)}, {.entries = 3}).files.size(), 1U);
}

TEST_F(HostileArchives, WithTooManyBytesTogetherAreRejected) {
    const std::vector<RawEntry> entries{{.name = "a.xml", .content = "1234567890"},
                                        {.name = "b.xml", .content = "1234567890"}};
    EXPECT_EQ(rejection_of_raw(entries, {.total_bytes = 19}),
              (Message{"PKG-ZIP-LIMIT", {"archive.zip", "b.xml", "9"}}));
    std::filesystem::remove_all(spool());
    EXPECT_EQ(package_of({write_raw(entries)}, {.total_bytes = 20}).files.size(), 2U);
}

TEST_F(HostileArchives, ThatGrowTooMuchAreStoppedEarly) {
    const auto path = in() / "archive.zip";
    write_zip(path.string(), {{"import.xml", std::string(64U << 20U, '\0')}});
    const Message message = rejection_of(path, {.ratio = 20}).message;
    EXPECT_EQ(message.code, Code{"PKG-ZIP-LIMIT"});
    EXPECT_EQ(message.arguments.at(1), "import.xml");
    EXPECT_LE(std::stoull(message.arguments.at(2)),
              std::max<std::uintmax_t>(1U << 20U, 20 * std::filesystem::file_size(path)));
}

TEST_F(HostileArchives, WhoseEntriesShareTheirBytesGainNothing) {
    // One stored megabyte, and twelve names for it.
    const std::string content(1'200'000, 'x');
    ZipBytes zip;
    zip.add({.name = "import.xml", .content = content});
    for (int i = 1; i < 12; ++i) {
        zip.add({.name = "import.xml",
                 .crc = crc32_of(content),
                 .packed_size = 1'200'000,
                 .size = 1'200'000,
                 .offset = 0});
    }
    std::string bytes = zip.bytes();
    // The names differ in the directory only, where libzip takes them from.
    std::size_t at = 0;
    for (int i = 0; (at = bytes.find("PK\x01\x02", at)) != std::string::npos; ++i, at += 4) {
        bytes.replace(at + 46, 2, {static_cast<char>('a' + i / 10), static_cast<char>('0' + i % 10)});
    }
    EXPECT_EQ(rejection_of(write("archive.zip", bytes), {.ratio = 1}).message.code, Code{"PKG-ZIP-LIMIT"});
}

}  // namespace
}  // namespace obmen::arrival
