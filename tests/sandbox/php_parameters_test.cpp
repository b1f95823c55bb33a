#include "php_parameters.hpp"

#include <gtest/gtest.h>

#include "php_values.hpp"

namespace obmen::sandbox {
namespace {

TEST(PhpParameters, ReadsRawAndEncodedBrackets) {
    const Json wished{{"fields", Json{{"PHONE", Json::array({Json{{"VALUE", "+7 1"}}})}}}};
    EXPECT_EQ(decoded_form("fields[PHONE][0][VALUE]=%2B7+1"), wished);
    EXPECT_EQ(decoded_form("fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=%2B7%201"), wished);
}

TEST(PhpParameters, EmptyBracketsTakeTheNextIndex) {
    EXPECT_EQ(decoded_form("select[]=ID&select[]=NAME"), (Json{{"select", Json::array({"ID", "NAME"})}}));
    EXPECT_EQ(decoded_form("a[5]=x&a[]=y").dump(), R"({"a":{"5":"x","6":"y"}})");
}

TEST(PhpParameters, LaterDuplicatesOverwrite) {
    EXPECT_EQ(decoded_form("a=1&a=2").dump(), R"({"a":"2"})");
    EXPECT_EQ(decoded_form("a=1&a[b]=2").dump(), R"({"a":{"b":"2"}})");
}

TEST(PhpParameters, PrefixesOfFiltersArePartOfTheKey) {
    EXPECT_EQ(decoded_form("filter[>ID]=1&filter%5B%40XML_ID%5D[0]=g%231").dump(),
              R"({"filter":{">ID":"1","@XML_ID":["g#1"]}})");
}

TEST(PhpParameters, SurviveBrokenInput) {
    EXPECT_EQ(decoded_form("&&=x&[a]=1&b[c=1&d=%zz%4&e").dump(), R"({"b":"1","d":"%zz%4","e":""})");
}

TEST(PhpValues, EmptyAndNumberedMapsArePrintedAsLists) {
    Json value =
        Json::parse(R"({"empty":{},"list":{"0":"a","1":{"0":1}},"gap":{"1":"a"},"order":{"1":1,"0":0}})");
    make_php_printable(value);
    EXPECT_EQ(value.dump(), R"({"empty":[],"list":["a",[1]],"gap":{"1":"a"},"order":{"1":1,"0":0}})");
}

TEST(PhpValues, CastsLikePhp) {
    EXPECT_EQ(integer_of(Json("12abc")), 12);
    EXPECT_EQ(integer_of(Json("$result[s1]")), 0);
    EXPECT_EQ(integer_of(Json(" -3")), -3);
    EXPECT_EQ(integer_of(Json(true)), 1);
    EXPECT_EQ(text_of(Json(false)), "");
    EXPECT_FALSE(truth_of(Json("0")));
    EXPECT_TRUE(truth_of(Json("N")));
}

}  // namespace
}  // namespace obmen::sandbox
