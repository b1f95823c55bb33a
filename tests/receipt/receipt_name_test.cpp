#include "receipt/receipt_name.hpp"

#include <gtest/gtest.h>

#include "support/text.hpp"

namespace obmen::receipt {
namespace {

TEST(ReceiptName, KeepsLettersOfBothAlphabets) {
    EXPECT_EQ(safe_stem("import0_1.xml"), "import0_1");
    EXPECT_EQ(safe_stem("Выгрузка Ёлки-2.v3.xml"), "Выгрузка_Ёлки-2.v3");
}

TEST(ReceiptName, MakesPathsHarmless) {
    EXPECT_EQ(safe_stem("goods/1/import.xml"), "goods_1_import");
    EXPECT_EQ(safe_stem("C:\\v8\\import.xml"), "C__v8_import");
    EXPECT_EQ(safe_stem("../../etc/passwd"), "___.._etc_passwd");
    EXPECT_EQ(safe_stem("...import.xml"), "___import");
    EXPECT_EQ(safe_stem(".xml"), "_xml");
    EXPECT_EQ(safe_stem("a\n\xFF\"*日.xml"), "a_____");
    EXPECT_EQ(safe_stem(""), "_");
}

TEST(ReceiptName, CutsBetweenCharacters) {
    std::string name = "x";
    for (int i = 0; i < 100; ++i) {
        name += "ы";
    }
    const std::string stem = safe_stem(name);
    EXPECT_EQ(stem.size(), 99U);
    EXPECT_TRUE(is_utf8(stem));
}

TEST(ReceiptName, GivesEachRevisionItsOwnName) {
    EXPECT_EQ(receipt_file_name("import.xml", "20260115103000-4f2a9", 1),
              "import.20260115103000-4f2a9.receipt.xml");
    EXPECT_EQ(receipt_file_name("import.xml", "20260115103000-4f2a9", 3),
              "import.20260115103000-4f2a9.r3.receipt.xml");
}

}  // namespace
}  // namespace obmen::receipt
