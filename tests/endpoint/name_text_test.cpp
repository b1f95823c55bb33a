#include "endpoint/name_text.hpp"

#include <gtest/gtest.h>

#include "endpoint/names.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

using config::NameCharset;

TEST(NameText, ReadsEachCharset) {
    EXPECT_EQ(shown_name("Товары №1.xml", NameCharset::utf8), "Товары №1.xml");
    EXPECT_EQ(shown_name("\xD2\xEE\xE2\xE0\xF0\xFB \xB9"
                         "1 \xA8\xB8\xFF.xml",
                         NameCharset::windows1251),
              "Товары №1 Ёёя.xml");
    EXPECT_EQ(shown_name("\x92\xAE\xA2\xA0\xE0\xEB \xFC"
                         "1 \xF0\xF1\xEF.xml",
                         NameCharset::cp866),
              "Товары №1 Ёёя.xml");
}

TEST(NameText, WhatMeansNothingIsShownByItsByte) {
    EXPECT_EQ(shown_name("a\xFF\xD0.xml", NameCharset::utf8), "a\\xFF\\xD0.xml");
    EXPECT_EQ(shown_name("a\x98", NameCharset::windows1251), "a\\x98");
    EXPECT_EQ(shown_name("a\n\x1B[31m\x7F", NameCharset::utf8), "a\\x0A\\x1B[31m\\x7F");
    EXPECT_EQ(shown_name("\xC2\x9B", NameCharset::utf8), "\\xC2\\x9B");  // U+009B steers terminals
    EXPECT_EQ(shown_name("\xED\xA0\x80", NameCharset::utf8), "\\xED\\xA0\\x80");
}

TEST(NameText, EveryByteOfEveryCharsetBecomesUtf8) {
    for (const NameCharset charset : {NameCharset::utf8, NameCharset::windows1251, NameCharset::cp866}) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            const std::string shown = shown_name(std::string(1, static_cast<char>(byte)), charset);
            EXPECT_TRUE(is_utf8(shown)) << byte;
            EXPECT_FALSE(shown.empty()) << byte;
        }
    }
}

TEST(EntryNames, StayInsideTheFolder) {
    for (const std::string name : {"a.xml", "a/b.xml", "..a", "a..", " ", "-", "a\nb"}) {
        EXPECT_TRUE(is_entry_name(name)) << name;
    }
    for (const std::string& name : {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"),
                                    std::string("."), std::string("a/./b"), std::string("../a"),
                                    std::string("a/.."), std::string("a\0b", 3), std::string(5000, 'n')}) {
        EXPECT_FALSE(is_entry_name(name)) << name;
    }
}

}  // namespace

}  // namespace obmen::endpoint
