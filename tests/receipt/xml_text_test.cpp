#include "receipt/xml_text.hpp"

#include <gtest/gtest.h>

namespace obmen::receipt {
namespace {

std::string escaped(std::string_view text, TextPlace place = TextPlace::element,
                    TextEncoding encoding = TextEncoding::utf8_with_bom) {
    std::string out;
    append_xml_text(out, text, place, encoding);
    return out;
}

TEST(XmlText, EscapesMarkup) {
    EXPECT_EQ(escaped("<a> & \"b\" ]]>"), "&lt;a&gt; &amp; \"b\" ]]&gt;");
    EXPECT_EQ(escaped("\"", TextPlace::attribute), "&quot;");
    EXPECT_EQ(escaped("Болт М6 😀"), "Болт М6 😀");
}

TEST(XmlText, LineEndsAndTabsSurviveNormalisation) {
    EXPECT_EQ(escaped("a\r\n\tb"), "a&#xD;\n\tb");
    EXPECT_EQ(escaped("a\r\n\tb", TextPlace::attribute), "a&#xD;&#xA;&#x9;b");
}

TEST(XmlText, ReplacesWhatXmlCannotHold) {
    EXPECT_EQ(escaped(std::string_view("a\0b\x0B", 4)),
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD");
    EXPECT_EQ(escaped("\xD0"), "\xEF\xBF\xBD");
    EXPECT_EQ(escaped("\xC1\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(escaped("\xED\xA0\x80x"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx");
    EXPECT_EQ(escaped("\xEF\xBF\xBF"), "\xEF\xBF\xBD");
    EXPECT_EQ(escaped("\x7F\xC2\x85"), "&#x7F;&#x85;");
}

TEST(XmlText, WritesWindows1251) {
    const auto windows1251 = [](std::string_view text) {
        return escaped(text, TextPlace::element, TextEncoding::windows1251);
    };
    EXPECT_EQ(windows1251("Ёё № «я»"), "\xA8\xB8 \xB9 \xAB\xFF\xBB");
    EXPECT_EQ(windows1251("АЯая"), "\xC0\xDF\xE0\xFF");
    EXPECT_EQ(windows1251("\xC2\xA0"), "\xA0");
    EXPECT_EQ(windows1251("ә😀"), "&#x4D9;&#x1F600;");
    EXPECT_EQ(windows1251("\xFF"), "&#xFFFD;");
}

TEST(XmlText, WritesMarkupInBothEncodings) {
    std::string out;
    append_xml_markup(out, "<Объект", TextEncoding::windows1251);
    EXPECT_EQ(out, "<\xCE\xE1\xFA\xE5\xEA\xF2");
    out.clear();
    append_xml_markup(out, "<Объект", TextEncoding::utf8_with_bom);
    EXPECT_EQ(out, "<Объект");
}

}  // namespace
}  // namespace obmen::receipt
