#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

// base64 of "abc" and "abcd".
constexpr const char* abc = "YWJj";
constexpr const char* abcd = "YWJjZA==";
constexpr const char* sha256_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class Files : public testing::Test {
  protected:
    static Json file(const char* name, const char* data) {
        return Json{{"fileData", Json::array({name, data})}};
    }
    Json product() { return portal.result("crm.product.get", Json{{"id", 5001}}); }
    void update(const Json& fields) {
        portal.call("crm.product.update", Json{{"id", 5001}, {"fields", fields}});
    }
    /// Names of the files that the portal keeps.
    std::string files() {
        std::string names;
        for (const auto& [id, row] : portal.engine.store.table("file").rows())
            names += row.at("NAME").get<std::string>() + " ";
        return names;
    }

    PortalUnderTest portal;
};

TEST_F(Files, LeaveTheHashOfTheirBytes) {
    portal.add("crm.product", Json{{"NAME", "P"}, {"DETAIL_PICTURE", file("a.jpg", abc)}});
    const Json picture = product()["DETAIL_PICTURE"];
    EXPECT_EQ(picture["id"], "60001");
    EXPECT_TRUE(picture.contains("downloadUrl"));
    EXPECT_FALSE(picture.contains("SHA256"));
    const Json row = *portal.engine.store.table("file").find(60001);
    EXPECT_EQ(row["NAME"], "a.jpg");
    EXPECT_EQ(row["SIZE"], 3);
    EXPECT_EQ(row["SHA256"], sha256_of_abc);
}

TEST_F(Files, ArriveDamagedWhenThePlusGotLost) {
    portal.batch(Json{{"p",
                       "crm.product.add?fields[NAME]=P&fields[DETAIL_PICTURE][fileData][0]=a.jpg"
                       "&fields[DETAIL_PICTURE][fileData][1]=++++"
                       "&fields[PREVIEW_PICTURE][fileData][0]=b.jpg"
                       "&fields[PREVIEW_PICTURE][fileData][1]=%2B%2B%2B%2B"}});
    // Of the first nothing is left; the second is three bytes.
    EXPECT_EQ(files(), "b.jpg ");
    EXPECT_TRUE(product()["DETAIL_PICTURE"].is_null());
}

TEST_F(Files, OfOneFieldAreReplacedRemovedAndElseKept) {
    portal.add("crm.product", Json{{"NAME", "P"}, {"DETAIL_PICTURE", file("a.jpg", abc)}});
    update({{"DETAIL_PICTURE", file("b.jpg", abcd)}});
    EXPECT_EQ(files(), "b.jpg ");
    update({{"DETAIL_PICTURE", ""}, {"NAME", "Q"}});
    EXPECT_EQ(files(), "b.jpg ");
    update({{"DETAIL_PICTURE", Json{{"remove", "Y"}}}});
    EXPECT_EQ(files(), "");
    EXPECT_TRUE(product()["DETAIL_PICTURE"].is_null());
}

TEST_F(Files, OfAPropertyAreKeptUntilTheyAreRemoved) {
    const std::string name =
        "PROPERTY_" +
        portal.add("crm.product.property", Json{{"NAME", "Фото"}, {"PROPERTY_TYPE", "F"}, {"MULTIPLE", "Y"}});
    portal.add("crm.product",
               Json{{"NAME", "P"}, {name, Json::array({file("a.jpg", abc), file("b.jpg", abcd)})}});
    EXPECT_EQ(product()[name].size(), 2U);
    EXPECT_TRUE(product()[name][0]["value"].contains("downloadUrl"));
    Json more = file("c.jpg", abc);
    more["valueId"] = 0;
    update({{name, Json::array({more})}});
    EXPECT_EQ(files(), "a.jpg b.jpg c.jpg ");
    update({{name, Json::array({Json{{"valueId", 27001}, {"value", Json{{"remove", "Y"}}}}})}});
    EXPECT_EQ(files(), "b.jpg c.jpg ");
    portal.engine.settings.unmentioned_files = Unmentioned::deleted;
    update({{name, Json::array({Json{{"valueId", "27002"}}, file("d.jpg", abcd)})}});
    EXPECT_EQ(files(), "b.jpg d.jpg ");
    portal.call("crm.product.property.delete", Json{{"id", 101}});
    EXPECT_EQ(files(), "");
}

TEST_F(Files, GoWithTheirProduct) {
    portal.add("crm.productsection", Json{{"NAME", "S"}});
    for (int number = 0; number < 2; ++number)
        portal.add("crm.product",
                   Json{{"NAME", "P"}, {"SECTION_ID", 301}, {"PREVIEW_PICTURE", file("a", abc)}});
    portal.call("crm.product.delete", Json{{"id", 5001}});
    EXPECT_EQ(files(), "a ");
    portal.call("crm.productsection.delete", Json{{"id", 301}});
    EXPECT_EQ(files(), "");
}

TEST_F(Files, PeopleAndCompaniesHaveThemToo) {
    portal.add("crm.company", Json{{"TITLE", "A"}, {"LOGO", file("logo.png", abc)}});
    EXPECT_TRUE(portal.result("crm.company.get", Json{{"id", 701}})["LOGO"].contains("id"));
    portal.call("crm.company.delete", Json{{"id", 701}});
    EXPECT_EQ(files(), "");
}

}  // namespace
}  // namespace obmen::sandbox
