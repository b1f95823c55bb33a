#include "checks/characters.hpp"

#include <gtest/gtest.h>

namespace obmen::checks {
namespace {

TEST(Characters, InvisibleOnesAreNamedOnce) {
    EXPECT_EQ(invisible_characters("Болт М6 «DIN 933» – 10 шт…"), "");
    EXPECT_EQ(invisible_characters("Бо\u00ADлт"), "U+00AD");
    EXPECT_EQ(invisible_characters("Б\u200Bо\uFEFFл\u200Bт"), "U+200B, U+FEFF");
    EXPECT_EQ(invisible_characters("\u202Eтлоб"), "U+202E");
}

TEST(Characters, JoinersOfEmojiAreOrdinary) {
    EXPECT_EQ(invisible_characters("👨\u200D👩\u200D👧 набор"), "");
}

TEST(Characters, ANameSaysSomethingWithALetterOrADigit) {
    for (const char* name : {"Болт", "x", "7", "<Болт>", "№", "日本"}) {
        EXPECT_TRUE(says_something(name)) << name;
    }
    for (const char* name : {"<>", "---", ".", "«»", " – ", "…", ""}) {
        EXPECT_FALSE(says_something(name)) << name;
    }
}

TEST(Characters, PathsThatLeaveTheExportAreSeen) {
    for (const char* path :
         {"C:\\v8\\1.jpg", "d:/pictures/1.jpg", "\\\\server\\share\\1.jpg", "/etc/passwd", "../1.jpg",
          "import_files/../../1.jpg", "a\\..\\b.jpg", "file:///c:/1.jpg", ".."}) {
        EXPECT_TRUE(leads_outside(path)) << path;
    }
    for (const char* path : {"import_files/ab/1.jpg", "import_files\\ab\\1.jpg", "1..2.jpg", "a../b.jpg",
                             "https://example.com/1.jpg", "c:1", ""}) {
        EXPECT_FALSE(leads_outside(path)) << path;
    }
}

TEST(Characters, UnitCodesAreUpToFourDigits) {
    EXPECT_TRUE(is_unit_code("796"));
    EXPECT_TRUE(is_unit_code("0796"));
    EXPECT_TRUE(is_unit_code("2009"));
    EXPECT_FALSE(is_unit_code("шт"));
    EXPECT_FALSE(is_unit_code("79600"));
    EXPECT_FALSE(is_unit_code(""));
}

TEST(Characters, CheckDigitsOfAllFourKindsOfBarcode) {
    for (const char* good : {"4006381333931", "96385074", "036000291452", "10012345678902"}) {
        EXPECT_EQ(missed_check_digit(good), '\0') << good;
    }
    EXPECT_EQ(missed_check_digit("4006381333932"), '1');
    EXPECT_EQ(missed_check_digit("96385075"), '4');
    EXPECT_EQ(missed_check_digit("036000291450"), '2');
    EXPECT_EQ(missed_check_digit("10012345678900"), '2');
}

TEST(Characters, BarcodesOfABasesOwnHaveNoCheckDigit) {
    for (const char* own : {"", "12345", "ABC-12345678", "400638133393X", "123456789012345"}) {
        EXPECT_EQ(missed_check_digit(own), '\0') << own;
    }
}

}  // namespace
}  // namespace obmen::checks
