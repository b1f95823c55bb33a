#include "arrival/names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace obmen::arrival {
namespace {

using namespace std::string_literals;

TEST(EntryNames, AreUtf8WhereTheBytesAre) {
    EXPECT_EQ(entry_name_as_utf8("import.xml"), "import.xml");
    EXPECT_EQ(entry_name_as_utf8("выгрузка/товары.xml"), "выгрузка/товары.xml");
}

TEST(EntryNames, AreCp866Otherwise) {
    EXPECT_EQ(entry_name_as_utf8("\x82\xEB\xA3\xE0\xE3\xA7\xAA\xA0.xml"), "Выгрузка.xml");
    EXPECT_EQ(entry_name_as_utf8("\x80\x9F\xA0\xAF\xE0\xEF\xF0\xF1\xFC\xFF"), "АЯапряЁё№\u00A0");
    EXPECT_EQ(entry_name_as_utf8("\xB0\xBF\xC0\xCF\xD0\xDF"), "░┐└╧╨▀");
}

TEST(EntryNames, AreTidied) {
    EXPECT_EQ(tidy_entry_name("goods\\1\\import.xml"), "goods/1/import.xml");
    EXPECT_EQ(tidy_entry_name("./goods//1/./import.xml"), "goods/1/import.xml");
    EXPECT_EQ(tidy_entry_name("goods\\"), "goods/");
    EXPECT_EQ(tidy_entry_name("a\nb\x01.xml"), "a b?.xml");
    EXPECT_EQ(tidy_entry_name("..xml"), "..xml");
    EXPECT_EQ(tidy_entry_name("a..b/c...xml"), "a..b/c...xml");
}

TEST(EntryNames, AreForbiddenWhenTheyLeadOut) {
    for (const std::string& name :
         {"../a.xml"s, "a/../../b.xml"s, "a\\..\\b.xml"s, ".."s, "/etc/passwd"s, "\\a.xml"s,
          "\\\\host\\share\\a.xml"s, "C:\\a.xml"s, "c:a.xml"s, "./C:a.xml"s, ""s}) {
        EXPECT_EQ(tidy_entry_name(name), std::nullopt) << name;
    }
}

TEST(Names, TellXmlInAnyCase) {
    EXPECT_TRUE(is_xml_name("a/import.XML"));
    EXPECT_TRUE(is_xml_name("import.xMl"));
    EXPECT_FALSE(is_xml_name("import.xml.jpg"));
    EXPECT_FALSE(is_xml_name("importxml"));
}

TEST(Names, TellHiddenAndTemporaryOnes) {
    for (const char* name : {".import.xml", "a/.b/c.xml", "import.xml.tmp", "import.TMP", "a/import.xml.part",
                             "import.xml.filepart", "a/~$import.xml", "__MACOSX/._import.xml"}) {
        EXPECT_TRUE(is_left_alone(name)) << name;
    }
    for (const char* name : {"import.xml", "tmp.xml", "a~$.xml", "part/import.xml", "x.tmp/import.xml"}) {
        EXPECT_FALSE(is_left_alone(name)) << name;
    }
}

TEST(NaturalOrder, CountsNumbersAndOverlooksCase) {
    const std::vector<std::string> sorted{"goods/2/a.xml",  "goods/10/a.xml", "import.xml",
                                          "Import2.xml",    "import2.xml",    "import10.xml",
                                          "import010.xml",  "offers0_1.xml",  "offers0_2.xml",
                                          "offers0_10.xml", "выгрузка2.xml",  "Выгрузка10.xml"};
    std::vector<std::string> names = sorted;
    std::ranges::reverse(names);
    std::ranges::sort(names, natural_less);
    // 010 and 10 are the same number: the plain order of their bytes decides.
    std::vector<std::string> expected = sorted;
    std::swap(expected[5], expected[6]);
    EXPECT_EQ(names, expected);
}

TEST(NaturalOrder, ComparesNumbersLongerThanAnyInteger) {
    EXPECT_TRUE(natural_less("a99999999999999999999999", "a100000000000000000000000"));
    EXPECT_FALSE(natural_less("a1", "a1"));
    EXPECT_TRUE(natural_less("a00", "a01"));
}

TEST(DistinguishingNames, AreAsShortAsPossible) {
    EXPECT_EQ(
        distinguishing_names({"/a/x/import.xml", "/a/x/offers.xml", "/b/x/import.xml", "/b/y/import.xml"}),
        (std::vector<std::string>{"a/x/import.xml", "offers.xml", "b/x/import.xml", "y/import.xml"}));
    EXPECT_EQ(distinguishing_names({"/import.xml", "/a/import.xml"}),
              (std::vector<std::string>{"import.xml", "a/import.xml"}));
    EXPECT_TRUE(distinguishing_names({}).empty());
}

}  // namespace
}  // namespace obmen::arrival
