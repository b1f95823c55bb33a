#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Properties : public testing::Test {
  protected:
    std::string add(Json fields) {
        fields["NAME"] = fields.value("NAME", "Свойство");
        return portal.add("crm.product.property", fields);
    }
    std::string add_list() {
        return add({{"PROPERTY_TYPE", "L"},
                    {"VALUES", Json{{"n0", Json{{"ID", "n0"}, {"VALUE", "красный"}, {"XML_ID", "red"}}},
                                    {"n1", Json{{"ID", "n1"}, {"VALUE", "синий"}, {"XML_ID", "blue"}}}}}});
    }
    void update(const std::string& id, const Json& fields) {
        portal.call("crm.product.property.update", Json{{"id", id}, {"fields", fields}});
    }
    /// Ids, texts and external keys of the choices.
    std::string choices(const std::string& id) {
        std::string all;
        const Json property = portal.result("crm.product.property.get", Json{{"id", id}});
        for (const Json& choice : property.at("VALUES"))
            all += choice.at("ID").get<std::string>() + choice.at("VALUE").get<std::string>() + "=" +
                   choice.at("XML_ID").get<std::string>() + " ";
        return all;
    }
    std::size_t found(const Json& filter) {
        return portal.result("crm.product.property.list", Json{{"filter", filter}}).size();
    }
    std::size_t products(const Json& filter) {
        return portal.result("crm.product.list", Json{{"filter", filter}}).size();
    }
    Json product(const std::string& field) {
        return portal.result("crm.product.get", Json{{"id", 5001}})[field];
    }
    Json update_product(const Json& fields) {
        return portal.call("crm.product.update", Json{{"id", 5001}, {"fields", fields}});
    }

    PortalUnderTest portal;
};

TEST_F(Properties, ChoicesThatAnUpdateLeavesOutAreDeleted) {
    const std::string id = add_list();
    EXPECT_EQ(choices(id), "41красный=red 42синий=blue ");
    update(id, {{"VALUES", Json{{"42", Json{{"ID", "42"}, {"VALUE", "голубой"}}},
                                {"n0", Json{{"ID", "n0"}, {"VALUE", "белый"}, {"XML_ID", "white"}}}}}});
    EXPECT_EQ(choices(id), "42голубой=blue 43белый=white ");
    // One without a text is left out, too.
    update(id, {{"VALUES", Json{{"42", Json{{"XML_ID", "x"}}}, {"43", Json{{"VALUE", "белый"}}}}}});
    EXPECT_EQ(choices(id), "43белый=white ");
    // Without VALUES nothing happens to them.
    update(id, {{"NAME", "Цвет"}});
    EXPECT_EQ(choices(id), "43белый=white ");
}

TEST_F(Properties, ChoicesThatAnUpdateLeavesOutAreKeptWhenSwitchedSo) {
    portal.engine.settings.unmentioned_choices = Unmentioned::kept;
    const std::string id = add_list();
    update(id, {{"VALUES", Json{{"n0", Json{{"VALUE", "белый"}, {"XML_ID", "white"}}}}}});
    EXPECT_EQ(choices(id), "43белый=white 41красный=red 42синий=blue ");
}

TEST_F(Properties, ProductsLoseAChoiceThatIsGone) {
    const std::string id = add_list();
    const std::string field = "PROPERTY_" + id;
    portal.add("crm.product", Json{{"NAME", "P"}, {field, 41}});
    EXPECT_EQ(product(field)["value"], "41");
    update(id, {{"VALUES", Json{{"42", Json{{"VALUE", "синий"}}}}}});
    EXPECT_TRUE(product(field).is_null());
}

TEST_F(Properties, AreListedByPagesAndFilters) {
    for (int number = 0; number < 51; ++number)
        add({{"XML_ID", "p" + std::to_string(number)},
             {"CODE", "C" + std::to_string(number)},
             {"PROPERTY_TYPE", number % 2 == 0 ? "S" : "N"}});
    const Json first = portal.call("crm.product.property.list", Json{{"order", Json{{"ID", "ASC"}}}});
    EXPECT_EQ(first["result"].size(), 50U);
    EXPECT_EQ(first["next"], 50);
    EXPECT_EQ(first["total"], 51);
    EXPECT_EQ(portal.result("crm.product.property.list", Json{{"start", 50}}).size(), 1U);
    EXPECT_EQ(found({{"XML_ID", "p7"}}), 1U);
    EXPECT_EQ(found({{"IBLOCK_ID", 25}, {"CODE", "c8"}}), 1U);
    EXPECT_EQ(found({{"PROPERTY_TYPE", "N"}}), 25U);
    EXPECT_EQ(found({{"IBLOCK_ID", 24}}), 0U);
    EXPECT_EQ(found({{"XML_ID", Json::array({"p1", "p2"})}}), 2U);
    portal.engine.settings.in_array = ArrayFilter::ignored;
    EXPECT_EQ(found({{"XML_ID", Json::array({"p1", "p2"})}}), 50U);
}

TEST_F(Properties, OfNumbersTakeNoText) {
    const std::string field = "PROPERTY_" + add({{"PROPERTY_TYPE", "N"}});
    portal.add("crm.product", Json{{"NAME", "P"}, {field, "12.5"}});
    EXPECT_EQ(product(field)["value"], "12.5");
    EXPECT_EQ(products({{">" + field, 9}}), 1U);
    update_product({{field, "12 кг"}});
    EXPECT_TRUE(product(field).is_null());
    portal.engine.settings.text_for_number = Reaction::refuse;
    EXPECT_EQ(update_product({{field, "12,5"}})["error"], "");
    EXPECT_EQ(update_product({{field, ""}})["result"], true);
}

TEST_F(Properties, OfDatesTakeBothSpellings) {
    const std::string field = "PROPERTY_" + add({{"PROPERTY_TYPE", "S"}, {"USER_TYPE", "Date"}});
    portal.add("crm.product", Json{{"NAME", "P"}, {field, "31.12.2026"}});
    EXPECT_EQ(product(field)["value"], "2026-12-31T00:00:00+03:00");
    update_product({{field, "2026-01-15"}});
    EXPECT_EQ(product(field)["value"], "2026-01-15T00:00:00+03:00");
    update_product({{field, "завтра"}});
    EXPECT_TRUE(product(field).is_null());
}

TEST_F(Properties, LoseTheirCodeOnOlderPortals) {
    portal.engine.settings.property_codes = false;
    add({{"CODE", "COLOUR"}, {"XML_ID", "colour"}});
    const Json row = portal.result("crm.product.property.get", Json{{"id", 101}});
    EXPECT_TRUE(row["CODE"].is_null());
    EXPECT_EQ(row["XML_ID"], "colour");
}

TEST_F(Properties, ShowOneValueAsAnObjectAndSeveralAsAList) {
    const std::string field = "PROPERTY_" + add({{"PROPERTY_TYPE", "S"}, {"MULTIPLE", "Y"}});
    portal.add("crm.product", Json{{"NAME", "P"}, {field, Json::array({"a"})}});
    EXPECT_EQ(product(field).dump(), R"({"valueId":"27001","value":"a"})");
    // An id keeps its value; what has none is made anew.
    update_product({{field, Json::array({Json{{"valueId", "27001"}}, Json{{"value", "b"}}})}});
    EXPECT_EQ(product(field).dump(), R"([{"valueId":"27001","value":"a"},{"valueId":"27002","value":"b"}])");
    const Json listed = portal.result("crm.product.list", Json{{"select", Json::array({"ID", field})}});
    EXPECT_EQ(listed[0][field].size(), 2U);
    EXPECT_EQ(products({{field, "b"}}), 1U);
    EXPECT_EQ(products({{field, "c"}}), 0U);
    update_product({{field, Json::array({"c"})}});
    EXPECT_EQ(product(field)["valueId"], "27003");
    update_product({{field, ""}});
    EXPECT_TRUE(product(field).is_null());
}

TEST_F(Properties, ProductsAreFoundByManyIdsAndValues) {
    const std::string field = "PROPERTY_" + add({{"PROPERTY_TYPE", "S"}});
    for (const char* value : {"a", "b", "c"})
        portal.add("crm.product", Json{{"NAME", value}, {field, value}});
    EXPECT_EQ(products({{"ID", Json::array({5001, "5003", 99})}}), 2U);
    EXPECT_EQ(products({{field, Json::array({"a", "b"})}}), 2U);
    portal.engine.settings.in_array = ArrayFilter::first;
    EXPECT_EQ(products({{"ID", Json::array({5001, 5003})}}), 1U);
}

}  // namespace
}  // namespace obmen::sandbox
