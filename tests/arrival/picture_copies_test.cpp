#include <string>
#include <vector>

#include "arrival/pictures.hpp"
#include "intake_test.hpp"
#include "zip_bytes.hpp"

namespace obmen::arrival {
namespace {

using PictureCopiesTest = IntakeTest;

const std::string xml = "<?xml version=\"1.0\"?><a/>";

SpooledPackage take_with_pictures(const std::filesystem::path& named, const std::filesystem::path& spool) {
    Intake intake = take_in({named}, spool, {}, PictureCopies::all);
    EXPECT_EQ(intake.packages.size(), 1U);
    return intake.packages.at(0);
}

TEST_F(PictureCopiesTest, AreTakenFromAFolderWhereTheyAreAskedFor) {
    write("import.xml", xml);
    write("import_files/ac/Болт 1.JPG", "jpeg");
    write("import_files/readme.txt", "no picture");
    EXPECT_TRUE(package_of({in()}).pictures.empty());

    const SpooledPackage package = take_with_pictures(in(), spool());
    ASSERT_EQ(package.pictures.size(), 1U);
    EXPECT_EQ(package.pictures[0].name, "import_files/ac/Болт 1.JPG");
    EXPECT_EQ(package.pictures[0].spool_name, "p00001");
    EXPECT_EQ(package.pictures[0].sha256, sha256_hex("jpeg"));
    EXPECT_EQ(read_whole_file(package.directory / "p00001"), "jpeg");
}

TEST_F(PictureCopiesTest, AreFoundAgainByTheirIndex) {
    write("import.xml", xml);
    write("import_files/Болт  1.jpg", "one");
    write("import_files/2.png", "two");
    const SpooledPackage package = take_with_pictures(in(), spool());

    const PictureCopiesOfPackage copies(package.directory);
    const auto found = copies.find("IMPORT_FILES\\болт  1.jpg", "import.xml");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->sha256, sha256_hex("one"));
    EXPECT_EQ(found->size, 3U);
    EXPECT_EQ(read_whole_file(package.directory / found->spool_name), "one");
    EXPECT_FALSE(copies.find("../import_files/2.png", "import.xml"));
    EXPECT_FALSE(copies.find("import_files/3.png", "import.xml"));
}

TEST_F(PictureCopiesTest, AreNoneWhereThereIsNoIndex) {
    EXPECT_FALSE(PictureCopiesOfPackage(in()).find("a.jpg", "import.xml"));
}

TEST_F(PictureCopiesTest, AreNotReadFromAnIndexThatIsNotOurs) {
    write("pictures", "hash many p00001 a.jpg\n");
    EXPECT_THROW((void)read_picture_index(in()), Error);
}

TEST_F(PictureCopiesTest, AreTakenFromAnArchiveAndADamagedOneIsANote) {
    const std::filesystem::path archive =
        write("a.zip", ZipBytes()
                           .add({.name = "import.xml", .content = xml})
                           .add({.name = "good.jpg", .content = "jpeg"})
                           .add({.name = "bad.jpg", .content = "jpeg", .crc = 1U})
                           .bytes());
    const SpooledPackage package = take_with_pictures(archive, spool());
    ASSERT_EQ(package.files.size(), 1U);
    ASSERT_EQ(package.pictures.size(), 1U);
    EXPECT_EQ(package.pictures[0].name, "good.jpg");
    ASSERT_EQ(package.notes.size(), 1U);
    EXPECT_EQ(package.notes[0].message.code.text(), "PKG-PICTURE");
    EXPECT_EQ(read_picture_index(package.directory).size(), 1U);
}

}  // namespace
}  // namespace obmen::arrival
