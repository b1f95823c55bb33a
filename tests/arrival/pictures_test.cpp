#include "arrival/pictures.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace obmen::arrival {
namespace {

using Found = std::optional<std::string>;

TEST(PackagePictures, AreFoundByTheirRelativePathInAnyCase) {
    const PackagePictures pictures({"import_files/ac/Болт_1.JPG", "135.png"});
    EXPECT_EQ(pictures.find("import_files/ac/Болт_1.JPG", "import.xml"), Found("import_files/ac/Болт_1.JPG"));
    EXPECT_EQ(pictures.find("Import_Files\\AC\\болт_1.jpg", "import.xml"),
              Found("import_files/ac/Болт_1.JPG"));
    EXPECT_EQ(pictures.find("./135.PNG", "import.xml"), Found("135.png"));
    EXPECT_EQ(pictures.find("136.png", "import.xml"), std::nullopt);
    EXPECT_EQ(pictures.find("", "import.xml"), std::nullopt);
}

TEST(PackagePictures, AreFoundBesideTheFileThatNamesThem) {
    const PackagePictures pictures({"goods/1/import_files/a.jpg", "import_files/a.jpg", "goods/1/b.jpg"});
    EXPECT_EQ(pictures.find("import_files/a.jpg", "goods/1/import.xml"), Found("import_files/a.jpg"));
    EXPECT_EQ(pictures.find("b.jpg", "goods/1/import.xml"), Found("goods/1/b.jpg"));
    EXPECT_EQ(pictures.find("b.jpg", "goods/2/import.xml"), std::nullopt);
}

TEST(PackagePictures, OfNamesThatDifferInCaseOnlyAreTheVerySameFirst) {
    const PackagePictures pictures({"A.jpg", "a.jpg"});
    EXPECT_EQ(pictures.find("a.jpg", "import.xml"), Found("a.jpg"));
    EXPECT_EQ(pictures.find("A.JPG", "import.xml"), Found("A.jpg"));
}

TEST(PackagePictures, AreNeverFoundOutsideThePackage) {
    // Even if the package claims to hold such a name.
    const PackagePictures pictures({"../a.jpg", "/etc/passwd", "C:/a.jpg", "a.jpg"});
    for (const char* path :
         {"../a.jpg", "/etc/passwd", "C:\\a.jpg", "C:/a.jpg", "x/../../a.jpg", "\\\\server\\a.jpg"}) {
        EXPECT_EQ(pictures.find(path, "goods/import.xml"), std::nullopt) << path;
    }
}

TEST(PackagePictures, AreNotAddresses) {
    const PackagePictures pictures({"https:/site.ru/a.jpg"});
    EXPECT_TRUE(PackagePictures::is_address("HTTPS://site.ru/a.jpg"));
    EXPECT_TRUE(PackagePictures::is_address("http://site.ru/a.jpg"));
    EXPECT_FALSE(PackagePictures::is_address("import_files/https.jpg"));
    EXPECT_EQ(pictures.find("https://site.ru/a.jpg", "import.xml"), std::nullopt);
}

}  // namespace
}  // namespace obmen::arrival
