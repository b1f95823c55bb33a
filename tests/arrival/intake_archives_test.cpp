#include <gtest/gtest.h>

#include "arrival/intake_test.hpp"
#include "arrival/zip_bytes.hpp"

namespace obmen::arrival {
namespace {

constexpr std::uint16_t name_is_utf8 = 0x800;

class Archives : public IntakeTest {
  protected:
    [[nodiscard]] std::filesystem::path write_raw(const std::vector<RawEntry>& entries) const {
        ZipBytes zip;
        for (const RawEntry& entry : entries) {
            zip.add(entry);
        }
        return write("archive.zip", zip.bytes());
    }
};

TEST_F(Archives, AreUnpackedInNaturalOrder) {
    const std::string large(2'000'000, 'x');
    const auto path = in() / "webdata.zip";
    write_zip(path.string(), {{"import10.xml", "<b/>"},
                              {"import_files/ac/a.jpg", "jpg"},
                              {"import2.xml", "<a>" + large.substr(0, 200'000) + "</a>"},
                              {"goods/1/import.XML", "<c/>"}});
    const SpooledPackage package = package_of({path});
    EXPECT_EQ(names_of(package),
              (std::vector<std::string>{"goods/1/import.XML", "import2.xml", "import10.xml"}));
    expect_content(package, 0, "<c/>");
    expect_content(package, 1, "<a>" + large.substr(0, 200'000) + "</a>");
    expect_content(package, 2, "<b/>");
    EXPECT_EQ(package.other_files, std::vector<std::string>{"import_files/ac/a.jpg"});
    EXPECT_EQ(package.source, path.string());
    EXPECT_EQ(spooled(), (std::vector<std::string>{package.id, package.id + "/0001.xml",
                                                   package.id + "/0002.xml", package.id + "/0003.xml"}));
}

TEST_F(Archives, AreKnownByTheirFirstBytes) {
    const auto path = in() / "export.dat";
    write_zip(path.string(), {{"import.xml", "<a/>"}});
    EXPECT_EQ(names_of(package_of({path})), std::vector<std::string>{"import.xml"});
    EXPECT_EQ(names_of(package_of({write("fake.zip", "<a/>")})), std::vector<std::string>{"fake.zip"});
}

TEST_F(Archives, AreAPackageEachBesideFoldersAndFiles) {
    write_zip((in() / "a.zip").string(), {{"import.xml", "<a/>"}});
    write_zip((in() / "b.zip").string(), {{"import.xml", "<b/>"}});
    write("folder/import.xml", "<f/>");
    const Intake intake =
        take({write("loose.xml", "<l/>"), in() / "a.zip", in() / "folder", in() / "b.zip", in() / "a.zip"});
    ASSERT_EQ(intake.packages.size(), 4U);
    expect_content(intake.packages[0], 0, "<a/>");
    expect_content(intake.packages[1], 0, "<f/>");
    expect_content(intake.packages[2], 0, "<b/>");
    expect_content(intake.packages[3], 0, "<l/>");
    EXPECT_NE(intake.packages[0].id, intake.packages[1].id);
}

TEST_F(Archives, InFoldersAreLeftIfTheyHoldNoXml) {
    write_zip((in() / "pictures.zip").string(), {{"1.jpg", "jpg"}});
    write("import.xml", "<f/>");
    const SpooledPackage package = package_of({in()});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"import.xml"});
    EXPECT_EQ(spooled(), (std::vector<std::string>{package.id, package.id + "/0001.xml"}));
}

TEST_F(Archives, MayNameEntriesInUtf8OrCp866) {
    const SpooledPackage package = package_of({write_raw({
        {.name = "а-товары.xml", .content = "<a/>", .flags = name_is_utf8},
        {.name = "б-цены.xml", .content = "<b/>"},
        {.name = "\xA2-\xE6\xA5\xAD\xEB.xml", .content = "<c/>"},
        {.name = "\x94\xAE\xE2\xAE.jpg", .content = "jpg"},
    })});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{"а-товары.xml", "б-цены.xml", "в-цены.xml"}));
    expect_content(package, 0, "<a/>");
    expect_content(package, 2, "<c/>");
    EXPECT_EQ(package.other_files, std::vector<std::string>{"Фото.jpg"});
}

TEST_F(Archives, MaySeparateByBackSlashes) {
    const SpooledPackage package = package_of({write_raw({
        {.name = "goods\\"},
        {.name = "goods\\1\\import.xml", .content = "<a/>"},
        {.name = "goods\\1\\a.jpg", .content = "jpg"},
    })});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"goods/1/import.xml"});
    EXPECT_EQ(package.other_files, std::vector<std::string>{"goods/1/a.jpg"});
}

TEST_F(Archives, LeaveDirectoriesAndHiddenAndTemporaryNames) {
    const SpooledPackage package = package_of({write_raw({
        {.name = "folder.xml/"},
        {.name = "folder.xml/import.xml", .content = "<a/>"},
        {.name = "__MACOSX/._import.xml", .content = "mac"},
        {.name = "~$offers.xml", .content = "lock"},
        {.name = "offers.xml.part", .content = "half"},
    })});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"folder.xml/import.xml"});
    EXPECT_TRUE(package.other_files.empty());
}

TEST_F(Archives, DoNotSufferFromDamagedPictures) {
    const SpooledPackage package = package_of({write_raw({
        {.name = "import.xml", .content = "<a/>"},
        {.name = "a.jpg", .content = "jpg", .crc = 1},
        {.name = "b.jpg", .content = "jpg", .flags = 1},
    })});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"import.xml"});
    EXPECT_EQ(package.other_files, (std::vector<std::string>{"a.jpg", "b.jpg"}));
}

TEST_F(Archives, MayCompressSmallFilesWithoutLimit) {
    const auto path = in() / "small.zip";
    const std::string zeros(1'000'000, '\0');
    write_zip(path.string(), {{"import.xml", zeros}});
    ASSERT_LT(std::filesystem::file_size(path), 1'000'000U / 200);
    expect_content(package_of({path}), 0, zeros);
}

TEST_F(Archives, ThatAreRejectedDoNotStopTheOthers) {
    write_zip((in() / "good.zip").string(), {{"import.xml", "<a/>"}});
    const Intake intake = take({write("bad.zip", "PK\x03\x04 and nothing more"), in() / "good.zip"});
    ASSERT_EQ(intake.packages.size(), 1U);
    ASSERT_EQ(intake.rejected.size(), 1U);
    expect_content(intake.packages[0], 0, "<a/>");
    EXPECT_EQ(intake.rejected[0].fault.file, "bad.zip");
    EXPECT_TRUE(std::filesystem::exists(intake.rejected[0].package.directory / "0001.zip"));
}

TEST_F(Archives, ThatAreMissingCostNothing) {
    write_zip((in() / "good.zip").string(), {{"import.xml", "<a/>"}});
    EXPECT_EQ(error_of_taking({in() / "good.zip", in() / "none.zip"}).finding().message.code,
              Code{"SYS-FILE"});
}

class SampleArchives : public IntakeTest {
  protected:
    [[nodiscard]] static std::filesystem::path sample(const std::string& name) {
        return std::filesystem::path(OBMEN_SOURCE_DIR) / "../shared/samples/broken" / name;
    }
    void SetUp() override {
        if (!std::filesystem::exists(sample("50-ok.zip"))) {
            GTEST_SKIP() << "the samples are not here";
        }
    }
};

TEST_F(SampleArchives, OfAPlainExportIsTaken) {
    const SpooledPackage package = package_of({sample("50-ok.zip")});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{"import.xml", "offers.xml"}));
    EXPECT_EQ(package.files[0].size, 11011U);
    EXPECT_EQ(package.files[1].size, 5167U);
    EXPECT_EQ(package.other_files, std::vector<std::string>{"import_files/ac/a.jpg"});
}

TEST_F(SampleArchives, OfNestedDirectoriesIsTaken) {
    EXPECT_EQ(names_of(package_of({sample("54-nested-dirs-v3.zip")})),
              (std::vector<std::string>{"goods/1/import___2.xml", "goods/1/offers___3.xml",
                                        "import___11111111-1111-1111-1111-111111111111.xml",
                                        "properties/1/import___4.xml"}));
}

TEST_F(SampleArchives, ThatSlipsOutIsRejected) {
    EXPECT_EQ(rejection_of(sample("52-zip-slip.zip")).message,
              (Message{"PKG-ZIP-NAME", {"52-zip-slip.zip", "../../evil.xml"}}));
}

TEST_F(SampleArchives, ThatIsABombIsRejected) {
    // 97,203 compressed bytes, times 200.
    EXPECT_EQ(rejection_of(sample("56-bomb-100MB-of-zeros.zip")).message,
              (Message{"PKG-ZIP-LIMIT", {"56-bomb-100MB-of-zeros.zip", "import.xml", "19440600"}}));
}

}  // namespace
}  // namespace obmen::arrival
