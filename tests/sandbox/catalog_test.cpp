#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Catalog : public testing::Test {
  protected:
    Json add(const std::string& what, const Json& fields) {
        return portal.call("catalog." + what + ".add", Json{{"fields", fields}});
    }
    Json product(const Json& more) {
        Json fields{{"iblockId", 25}, {"name", "Болт"}};
        fields.update(more);
        return add("product", fields);
    }
    Json update(const std::string& what, int id, const Json& fields) {
        return portal.call("catalog." + what + ".update", Json{{"id", id}, {"fields", fields}});
    }
    Json read(int id) { return portal.result("catalog.product.get", Json{{"id", id}})["product"]; }
    Json listed(const Json& filter) {
        return portal.call("catalog.product.list",
                           Json{{"select", Json::array({"id", "iblockId", "xmlId"})}, {"filter", filter}});
    }

    PortalUnderTest portal;
};

TEST_F(Catalog, ShowsTheRowsOfTheOldFamilyAndTheOtherWayRound) {
    portal.add("crm.productsection", Json{{"NAME", "S"}, {"XML_ID", "s"}});
    portal.add("crm.product", Json{{"NAME", "P"},
                                   {"XML_ID", "k"},
                                   {"SECTION_ID", 301},
                                   {"MEASURE", 9},
                                   {"PRICE", "10.5"},
                                   {"CURRENCY_ID", "RUB"}});
    const Json row = read(5001);
    EXPECT_EQ(row["id"], 5001);
    EXPECT_EQ(row["xmlId"], "k");
    EXPECT_EQ(row["iblockSectionId"], 301);
    EXPECT_EQ(row["iblockSection"].dump(), "[301]");
    EXPECT_EQ(row["type"], 1);
    EXPECT_EQ(row["quantityTrace"], "D");
    EXPECT_EQ(portal.result("catalog.price.list")["prices"][0]["price"], 10.5);

    EXPECT_EQ(product(Json{{"xmlId", "n"}, {"detailText", "T"}, {"weight", 1.5}})["result"]["element"]["id"],
              5002);
    const Json old = portal.result("crm.product.get", Json{{"id", 5002}});
    EXPECT_EQ(old["XML_ID"], "n");
    EXPECT_EQ(old["DESCRIPTION"], "T");
    EXPECT_FALSE(old.contains("weight"));
    add("price", Json{{"productId", 5002}, {"catalogGroupId", 2}, {"price", 7}, {"currency", "USD"}});
    EXPECT_EQ(portal.result("crm.product.get", Json{{"id", 5002}})["PRICE"], "7.00");
    portal.call("crm.product.update",
                Json{{"id", 5002}, {"fields", Json{{"PRICE", 8}, {"CURRENCY_ID", "RUB"}}}});
    const Json prices =
        portal.result("catalog.price.list", Json{{"filter", Json{{"@productId", Json::array({5002})}}}});
    EXPECT_EQ(prices["prices"].size(), 1U);
    EXPECT_EQ(prices["prices"][0]["price"], 8);
    portal.call("crm.product.delete", Json{{"id", 5002}});
    EXPECT_EQ(portal.verdict()["rows"]["price"], 1);
}

TEST_F(Catalog, AProductMayLieInSeveralSectionsUntilTheOldFamilyMovesIt) {
    for (const char* name : {"A", "B", "C"})
        portal.add("crm.productsection", Json{{"NAME", name}});
    product(Json{{"iblockSection", Json::array({301, 302})}});
    EXPECT_EQ(read(5001)["iblockSectionId"], 301);
    EXPECT_EQ(read(5001)["iblockSection"].dump(), "[301,302]");
    portal.call("crm.product.update", Json{{"id", 5001}, {"fields", Json{{"SECTION_ID", 303}}}});
    EXPECT_EQ(read(5001)["iblockSection"].dump(), "[303]");
    portal.add("crm.product", Json{{"NAME", "P"}});
    EXPECT_EQ(listed(Json{{"iblockId", 25}, {"type", 1}})["total"], 2);
}

TEST_F(Catalog, RefusesWithNumbers) {
    EXPECT_EQ(portal.call("catalog.product.add")["error"], 100);
    EXPECT_EQ(product(Json{{"iblockId", 1}})["error"], 200040300000);
    const Json nameless = add("product", Json{{"iblockId", 25}});
    EXPECT_EQ(nameless["error"], 0);
    EXPECT_EQ(nameless["error_description"], "Required fields: name");
    EXPECT_EQ(product(Json{{"iblockSectionId", 7}})["error"], 0);
    EXPECT_EQ(portal.call("catalog.product.get", Json{{"id", "x"}})["error"], 100);
    product(Json{{"code", "bolt"}});
    EXPECT_EQ(product(Json{{"code", "bolt"}})["error_description"],
              "Product with the specified symbolic code already exists");
    EXPECT_EQ(portal.batch(Json{{"a", "catalog.product.get?id=1"}})["result_error"]["a"]["error"], 0);
    portal.engine.settings.administrator = false;
    EXPECT_EQ(product(Json::object())["error"], 200040300040);
    portal.engine.settings.scopes = {"crm"};
    EXPECT_EQ(product(Json::object())["error"], "insufficient_scope");
}

TEST_F(Catalog, ListsDemandTheirFieldsAndRefuseTheAtSign) {
    for (const char* key : {"a", "b", "c"})
        product(Json{{"xmlId", key}});
    EXPECT_EQ(portal.call("catalog.product.list", Json{{"filter", Json{{"iblockId", 25}}}})["error"], 0);
    EXPECT_EQ(listed(Json{{"xmlId", "a"}})["error"], 0);
    EXPECT_EQ(listed(Json{{"iblockId", 25}, {"@xmlId", Json::array({"a"})}})["error"], 0);
    const Json found = listed(Json{{"iblockId", 25}, {"xmlId", Json::array({"a", "C"})}});
    EXPECT_EQ(found["total"], 2);
    EXPECT_EQ(found["result"]["products"][1].dump(), R"({"id":5003,"iblockId":25,"xmlId":"c"})");
    EXPECT_EQ(listed(Json{{"iblockId", 25}, {"!xmlId", Json::array({"a", "c"})}})["total"], 1);
    EXPECT_EQ(listed(Json{{"iblockId", 25}, {"nonsense", 1}})["total"], 3);
    EXPECT_EQ(portal.verdict()["unknown_filters"]["catalog.product.list"][0], "nonsense");
    for (int count = 0; count < 60; ++count)
        product(Json::object());
    EXPECT_EQ(listed(Json{{"iblockId", 25}})["next"], 50);
}

TEST_F(Catalog, OffersHaveAParentAndMakeItASku) {
    product(Json{{"xmlId", "p"}});
    const Json offer =
        add("product.offer", Json{{"iblockId", 27}, {"name", "O"}, {"xmlId", "p#o"}, {"parentId", 5001}});
    EXPECT_EQ(offer["result"]["offer"]["parentId"].dump(), R"({"value":"5001","valueId":"27001"})");
    EXPECT_EQ(offer["result"]["offer"]["type"], 4);
    EXPECT_EQ(read(5001)["type"], 3);
    EXPECT_EQ(portal.result("crm.product.list").size(), 1U);
    EXPECT_TRUE(portal.call("crm.product.get", Json{{"id", 5000001}}).contains("error"));
    EXPECT_EQ(read(5000001)["name"], "O");
    EXPECT_EQ(listed(Json{{"iblockId", 27}, {"parentId", 5001}})["total"], 1);
    EXPECT_EQ(portal.call("catalog.product.sku.get", Json{{"id", 5000001}})["error"], 0);
    EXPECT_EQ(add("product.offer", Json{{"iblockId", 25}, {"name", "O"}})["error"], 200040300000);
    EXPECT_EQ(portal.verdict()["rows"]["offer"], 1);
    portal.call("catalog.product.delete", Json{{"id", 5001}});
    EXPECT_EQ(read(5000001)["type"], 5);
    EXPECT_TRUE(read(5000001)["parentId"].is_null());
}

TEST_F(Catalog, SectionsHaveAUniqueCodeAndSayTheirNameAgain) {
    const Json first = add("section", Json{{"iblockId", 25}, {"name", "A"}, {"xmlId", "s"}, {"code", "a"}});
    EXPECT_EQ(first["result"]["section"]["id"], 301);
    EXPECT_EQ(first["result"]["section"]["sort"], 500);
    EXPECT_EQ(add("section", Json{{"iblockId", 25}, {"name", "B"}, {"code", "a"}})["error"], 200700300040);
    EXPECT_EQ(add("section", Json{{"iblockId", 1}, {"name", "B"}})["error"], 200700300050);
    EXPECT_EQ(add("section", Json{{"iblockId", 25}, {"name", "B"}, {"iblockSectionId", 9}})["error"],
              200700300030);
    EXPECT_EQ(update("section", 301, Json{{"name", "C"}})["error"], 0);
    EXPECT_EQ(update("section", 301, Json{{"iblockId", 25}, {"name", "C"}})["result"]["section"]["name"],
              "C");
    EXPECT_EQ(portal.result("crm.productsection.get", Json{{"id", 301}}).dump(),
              R"({"ID":"301","CATALOG_ID":"25","SECTION_ID":null,"NAME":"C","XML_ID":"s","CODE":"a"})");
    const Json filter{{"iblockId", 25}, {"@xmlId", Json::array({"s"})}};
    EXPECT_EQ(portal.result("catalog.section.list", Json{{"filter", filter}})["sections"].size(), 1U);
}

TEST_F(Catalog, ModifyDeletesThePricesThatItDoesNotList) {
    product(Json{{"xmlId", "p"}});
    add("priceType", Json{{"name", "Опт"}, {"xmlId", "1c-opt"}});
    const Json base{{"productId", 5001}, {"catalogGroupId", 2}, {"price", 10}, {"currency", "RUB"}};
    EXPECT_EQ(add("price", base)["result"]["price"]["id"], 13001);
    EXPECT_EQ(add("price", base)["error"], 0);
    EXPECT_EQ(add("price", Json{{"productId", 5001}, {"catalogGroupId", 2}})["error_description"],
              "Required fields: price, currency");
    const auto modify = [&](const Json& prices) {
        return portal.call("catalog.price.modify",
                           Json{{"fields", Json{{"product", Json{{"id", 5001}, {"prices", prices}}}}}});
    };
    const Json wholesale{{"catalogGroupId", 3}, {"price", 9.5}, {"currency", "RUB"}};
    EXPECT_EQ(modify(Json::array({wholesale, wholesale}))["error"], 0);
    EXPECT_EQ(modify(Json::array({wholesale}))["result"]["prices"][0]["price"], 9.5);
    EXPECT_EQ(portal.verdict()["rows"]["price"], 1);
    EXPECT_TRUE(portal.result("crm.product.get", Json{{"id", 5001}})["PRICE"].is_null());
    EXPECT_EQ(portal.call("catalog.price.get", Json{{"id", 13001}})["error"], "");
    EXPECT_EQ(portal.verdict()["removals"], 1);
}

TEST_F(Catalog, InventoryAccountingKeepsQuantitiesAsTheSwitchSays) {
    product(Json{{"quantity", 5}, {"purchasingPrice", 3}, {"purchasingCurrency", "RUB"}});
    EXPECT_EQ(read(5001)["quantity"], 5);
    EXPECT_EQ(read(5001)["purchasingPrice"], "3.000000");
    EXPECT_EQ(portal.result("catalog.storeProduct.list")["storeProducts"][0]["amount"], 5);
    portal.engine.settings.inventory_accounting = InventoryAccounting::ignore;
    update("product", 5001, Json{{"quantity", 7}, {"name", "N"}});
    EXPECT_EQ(read(5001)["quantity"], 5);
    EXPECT_EQ(read(5001)["name"], "N");
    portal.engine.settings.inventory_accounting = InventoryAccounting::refuse;
    EXPECT_EQ(update("product", 5001, Json{{"quantity", 7}})["error"], 0);
}

TEST_F(Catalog, PropertiesKeepValuesByTheirIds) {
    const Json several{{"iblockId", 25}, {"name", "Теги"}, {"propertyType", "S"}, {"multiple", "Y"}};
    EXPECT_EQ(add("productProperty", several)["result"]["productProperty"]["id"], 101);
    EXPECT_EQ(add("productProperty", Json{{"iblockId", 25}, {"name", "x"}})["error"], "0");
    product(Json{{"property101", Json::array({"a", Json{{"value", "b"}}})}});
    update("product", 5001,
           Json{{"property101", Json::array({Json{{"valueId", "27002"}, {"value", "b"}}, "c"})}});
    EXPECT_EQ(read(5001)["property101"].dump(),
              R"([{"value":"b","valueId":"27002"},{"value":"c","valueId":"27003"}])");
    EXPECT_EQ(portal.result("crm.product.get", Json{{"id", 5001}})["PROPERTY_101"].size(), 2U);
    EXPECT_FALSE(listed(Json{{"iblockId", 25}})["result"]["products"][0].contains("property101"));

    const Json flag{{"iblockId", 25}, {"name", "Новинка"}, {"propertyType", "L"}, {"userType", "BoolEnum"}};
    add("productProperty", flag);
    update("product", 5001, Json{{"property102", "Y"}});
    EXPECT_EQ(read(5001)["property102"]["value"], "Y");
}

TEST_F(Catalog, ChoicesAreUniqueByXmlIdWithinTheirProperty) {
    for (const char* name : {"Цвет", "Размер"})
        add("productProperty", Json{{"iblockId", 25}, {"name", name}, {"propertyType", "L"}});
    const auto choice = [&](int property, const char* key) {
        return add("productPropertyEnum", Json{{"propertyId", property}, {"value", key}, {"xmlId", key}});
    };
    EXPECT_EQ(choice(101, "red")["result"]["productPropertyEnum"]["id"], 41);
    EXPECT_EQ(choice(101, "red")["error"], "BX_INVALID_VALUE");
    EXPECT_EQ(choice(102, "red")["result"]["productPropertyEnum"]["propertyId"], 102);
    product(Json{{"property101", Json{{"value", 41}}}});
    EXPECT_EQ(read(5001)["property101"]["value"], "41");
    portal.engine.settings.bare_choices = false;
    update("product", 5001, Json{{"property101", 41}});
    EXPECT_TRUE(read(5001)["property101"].is_null());
}

TEST_F(Catalog, ImagesAreFilesOfTheProduct) {
    product(Json{{"xmlId", "p"}});
    const auto image = [&](const Json& fields) {
        return portal.call("catalog.productImage.add",
                           Json{{"fields", fields}, {"fileContent", Json::array({"a.png", "QUJD"})}});
    };
    const Json added = image(Json{{"productId", 5001}, {"type", "DETAIL_PICTURE"}})["result"]["productImage"];
    EXPECT_EQ(added["name"], "a.png");
    EXPECT_EQ(portal.result("crm.product.get", Json{{"id", 5001}})["DETAIL_PICTURE"]["id"], "60001");
    image(Json{{"productId", 5001}});
    EXPECT_EQ(portal.result("catalog.productImage.list", Json{{"productId", 5001}})["productImages"].size(),
              2U);
    portal.call("catalog.productImage.delete", Json{{"productId", 5001}, {"id", 60002}});
    EXPECT_EQ(portal.verdict()["rows"]["file"], 1);
    EXPECT_EQ(portal.verdict()["duplicates"][0]["kind"], "image");
}

TEST_F(Catalog, DictionariesAreThoseOfTheOldFamily) {
    const Json catalogs = portal.result("catalog.catalog.list")["catalogs"];
    EXPECT_TRUE(catalogs[0]["productIblockId"].is_null());
    EXPECT_EQ(catalogs[1]["productIblockId"], 25);
    EXPECT_EQ(portal.result("catalog.priceType.list")["priceTypes"][0]["base"], "Y");
    const Json measure{{"code", 839}, {"measureTitle", "Комплект"}, {"symbol", "компл"}};
    add("measure", measure);
    EXPECT_EQ(add("measure", measure)["error"], 200600000000);
    EXPECT_EQ(portal.result("crm.measure.list", Json{{"filter", Json{{"CODE", 839}}}})[0]["SYMBOL_RUS"],
              "компл");
    add("vat", Json{{"name", "НДС 18%"}, {"rate", 18}});
    EXPECT_EQ(portal.result("crm.vat.list", Json{{"filter", Json{{"NAME", "НДС 18%"}}}})[0]["RATE"], "18.00");
}

TEST_F(Catalog, FamiliesThatAreLeftOutDoNotExist) {
    const auto exists = [&](const char* method) {
        return portal.result("method.get", Json{{"name", method}})["isExisting"] == true;
    };
    portal.engine.settings.families = {Family::crm_product};
    EXPECT_FALSE(exists("catalog.product.add"));
    EXPECT_FALSE(exists("crm.item.add"));
    EXPECT_TRUE(exists("crm.product.add"));
    EXPECT_EQ(portal.send("catalog.product.add").status, 404);
    portal.engine.settings.families = {Family::catalog};
    EXPECT_EQ(portal.call("crm.productsection.list")["error"], "ERROR_METHOD_NOT_FOUND");
    EXPECT_TRUE(exists("catalog.product.add"));
    EXPECT_THROW(apply_settings(portal.engine.settings, Json{{"families", Json::array({"catalogue"})}}),
                 Refusal);
}

}  // namespace
}  // namespace obmen::sandbox
