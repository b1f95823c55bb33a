#include <gtest/gtest.h>

#include <map>
#include <set>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

constexpr const char* products = R"(<?xml version="1.0" encoding="UTF-8"?>
<КоммерческаяИнформация ВерсияСхемы="2.05" ДатаФормирования="2026-02-10T07:00:00">
 <Классификатор><Ид>k</Ид><Наименование>К</Наименование>
  <Группы><Группа><Ид>g</Ид><Наименование>Футболки</Наименование></Группа></Группы>
 </Классификатор>
 <Каталог СодержитТолькоИзменения="false"><Ид>k</Ид><ИдКлассификатора>k</ИдКлассификатора><Наименование>К</Наименование>
  <Товары><Товар><Ид>shirt</Ид><Наименование>Футболка</Наименование><Группы><Ид>g</Ид></Группы></Товар></Товары>
 </Каталог>
</КоммерческаяИнформация>)";

std::string offer(const std::string& size, const std::string& price) {
    return "<Предложение><Ид>shirt#" + size + "</Ид><Наименование>Футболка</Наименование>" +
           "<ХарактеристикиТовара><ХарактеристикаТовара><Наименование>Размер</Наименование><Значение>" +
           size +
           "</Значение></ХарактеристикаТовара></ХарактеристикиТовара><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>"
           "<ЦенаЗаЕдиницу>" +
           price + "</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена><Цена><ИдТипаЦены>d</ИдТипаЦены>" +
           "<ЦенаЗаЕдиницу>7</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены></Предложение>";
}

std::string offers(const std::string& of_42, const std::string& of_44) {
    return R"(<?xml version="1.0" encoding="UTF-8"?>
<КоммерческаяИнформация ВерсияСхемы="2.05" ДатаФормирования="2026-02-10T07:00:05">
 <ПакетПредложений СодержитТолькоИзменения="false"><Ид>k#</Ид><Наименование>К</Наименование><ИдКаталога>k</ИдКаталога>
  <ИдКлассификатора>k</ИдКлассификатора><ТипыЦен><ТипЦены><Ид>t</Ид><Наименование>Розничная</Наименование><Валюта>RUB</Валюта></ТипЦены>
  <ТипЦены><Ид>d</Ид><Наименование>Дилерская</Наименование><Валюта>RUB</Валюта></ТипЦены></ТипыЦен><Предложения>)" +
           offer("42", of_42) + offer("44", of_44) +
           "</Предложения></ПакетПредложений></КоммерческаяИнформация>";
}

/// An exchange by the methods of `catalog.*`, with variants as offers.
class CatalogApi : public ::testing::Test {
  protected:
    CatalogApi() {
        write_file(exchange.directory() / "mapping.toml", "[product]\nvariants = \"offers\"\n");
        set_api("catalog");
    }
    void set_api(const std::string& api) const {
        write_file(settings(), "[portal]\napi = \"" + api + "\"\n[mapping]\nfile = \"mapping.toml\"\n");
    }
    [[nodiscard]] std::filesystem::path settings() const { return exchange.directory() / "obmen.toml"; }
    ProcessResult push(const std::string& of_42, const std::string& of_44) {
        return exchange.push(
            {exchange.file("import.xml", products), exchange.file("offers.xml", offers(of_42, of_44))},
            {"--settings", settings().string()});
    }
    [[nodiscard]] json result_of(const std::string& method, const json& parameters) const {
        return exchange.sandbox().call(method, parameters).at("result");
    }
    /// Key → price of the offers that the portal has.
    [[nodiscard]] std::map<std::string, std::string> prices() const {
        std::map<std::string, std::string> found;
        const json list = result_of("catalog.price.list", json::object());
        for (const json& price : list.at("prices")) {
            const json product = result_of("catalog.product.get", {{"id", price.at("productId")}});
            found[product.at("product").at("xmlId").get<std::string>()] = price.at("price").dump();
        }
        return found;
    }

    Exchange exchange;
};

using Prices = std::map<std::string, std::string>;

TEST_F(CatalogApi, MakesVariantsOffersOfTheirProductEachWithItsPrice) {
    const ProcessResult result = push("900", "950.50");
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    const json product =
        exchange.sandbox().call("crm.product.list", {{"filter", {{"XML_ID", "shirt"}}}}).at("result");
    ASSERT_EQ(product.size(), 1U);
    const json list = exchange.sandbox()
                          .call("catalog.product.offer.list",
                                {{"select", json::array({"id", "iblockId", "xmlId", "name", "parentId"})},
                                 {"filter", {{"iblockId", 27}}}})
                          .at("result")
                          .at("offers");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].at("parentId").at("value"), product[0].at("ID"));
    EXPECT_EQ(list[0].at("xmlId"), "shirt#42");
    EXPECT_EQ(list[0].at("name"), "Футболка (42)");
    EXPECT_EQ(prices(), (Prices{{"shirt#42", "900"}, {"shirt#44", "950.5"}}))
        << "one price type of two is known";
    EXPECT_NE(result.out.find("price type Дилерская"), std::string::npos) << result.out;

    ASSERT_EQ(push("900", "950.50").exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
    ASSERT_EQ(push("900", "990").exit_code, 0);
    EXPECT_EQ(prices(), (Prices{{"shirt#42", "900"}, {"shirt#44", "990"}}));
    EXPECT_EQ(exchange.since_push("creations"), 0);
}

TEST_F(CatalogApi, ADryRunShowsThePricesThatThePortalHas) {
    ASSERT_EQ(push("900", "950.50").exit_code, 0);
    const ProcessResult shown = exchange.push({exchange.file("offers.xml", offers("900", "990"))},
                                              {"--settings", settings().string(), "--dry-run"});
    EXPECT_EQ(shown.exit_code, 0) << shown.error;
    EXPECT_NE(shown.out.find("950.5, RUB"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("990"), std::string::npos) << shown.out;
    EXPECT_EQ(exchange.writes(), 0);
}

TEST_F(CatalogApi, IsWhatAutoTakesWhereThePortalHasIt) {
    set_api("auto");
    const ProcessResult result = push("900", "950");
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_EQ(prices().size(), 2U);
}

TEST_F(CatalogApi, IsNotTakenWhereThePortalLacksAPartOfIt) {
    exchange.sandbox().post("/sandbox/settings", {{"families", json::array({"crm.product", "catalog"})}});
    const ProcessResult refused = push("900", "950");
    EXPECT_EQ(refused.exit_code, 4);
    EXPECT_NE((refused.out + refused.error).find("crm.item.add"), std::string::npos)
        << refused.out << refused.error;
    EXPECT_EQ(exchange.writes(), 0);
    write_file(settings(), "[portal]\napi = \"auto\"\n");
    const ProcessResult old_methods = push("900", "950");
    ASSERT_EQ(old_methods.exit_code, 0) << old_methods.out << old_methods.error;
    const json all = exchange.sandbox().call("crm.product.list", json::object()).at("result");
    EXPECT_EQ(all.size(), 3U) << "variants are products of their own there";
    EXPECT_EQ(exchange.sandbox().verdict().at("commands").count("catalog.product.add"), 0U);
}

/// A product without variants, under this name.
std::string bolt(const std::string& name) {
    std::string text = products;
    text.replace(text.find("<Ид>shirt"), std::string("<Ид>shirt").size(), "<Ид>bolt");
    return text.replace(text.find("Футболка<"), std::string("Футболка").size(), name);
}

std::string price_of_bolt(const std::string& price) {
    std::string text = offers("1", price);
    text.erase(
        text.find("<Предложение>"),
        text.find("</Предложение>") + std::string("</Предложение>").size() - text.find("<Предложение>"));
    const std::string variant = "shirt#44";
    return text.replace(text.find(variant), variant.size(), "bolt");
}

TEST_F(CatalogApi, KeepsWhatAPersonHasChanged) {
    write_file(exchange.directory() / "mapping.toml", "on_conflict = \"keep_crm\"\n");
    const auto push_named = [&](const std::string& name) {
        return exchange.push({exchange.file("import.xml", bolt(name))}, {"--settings", settings().string()});
    };
    ASSERT_EQ(push_named("Болт").exit_code, 0);
    const json made = result_of("crm.product.list", {{"filter", {{"XML_ID", "bolt"}}}});
    ASSERT_EQ(made.size(), 1U);
    exchange.sandbox().call("crm.product.update", {{"id", made[0].at("ID")}, {"fields", {{"NAME", "Болт!"}}}},
                            7);
    ASSERT_EQ(push_named("Болт М8").exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
    EXPECT_EQ(exchange.last_receipt().find("Товар", "bolt")->action, "Оставлен");
}

TEST_F(CatalogApi, LeavesThePricesThatPeopleGaveAProductThatIsTakenOver) {
    write_file(exchange.directory() / "mapping.toml", "[product]\nadopt_by_name = true\n");
    const json made =
        result_of("catalog.product.add", {{"fields", {{"iblockId", 25}, {"name", "Болт"}}}}).at("element");
    exchange.sandbox().call(
        "catalog.price.add",
        {{"fields",
          {{"productId", made.at("id")}, {"catalogGroupId", 2}, {"price", 5}, {"currency", "RUB"}}}},
        7);
    const auto push_price = [&](const std::string& price) {
        return exchange.push(
            {exchange.file("import.xml", bolt("Болт")), exchange.file("offers.xml", price_of_bolt(price))},
            {"--settings", settings().string()});
    };
    ASSERT_EQ(push_price("9").exit_code, 0);
    EXPECT_EQ(exchange.last_receipt().find("Товар", "bolt")->action, "Связан");
    EXPECT_EQ(prices(), (Prices{{"bolt", "5"}}));
    ASSERT_EQ(push_price("11").exit_code, 0);
    EXPECT_EQ(prices(), (Prices{{"bolt", "11"}})) << "what changes in 1C later is sent";
}

/// A load of products with prices, in the middle of which one answer goes wrong.
class CatalogDoubt : public CatalogApi, public ::testing::WithParamInterface<const char*> {};

TEST_P(CatalogDoubt, LeavesEveryProductOnceWithItsPrice) {
    constexpr int count = 120;
    json fault{{"match", {{"method", "catalog.product.add"}, {"every", 2}}},
               {"times", 2},
               {"action", GetParam()},
               {"commands", 23},
               {"status", 502}};
    exchange.order_fault(fault);
    const std::vector<std::filesystem::path> files{
        exchange.file("import.xml", catalogue_file(sample_groups(4), sample_products(count, 4)))};
    const ProcessResult result = exchange.push(files, {"--settings", settings().string()});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    const json verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_FALSE(verdict.at("faults").empty()) << "nothing has gone wrong";
    const json all = exchange.sandbox().rows("price");
    EXPECT_EQ(all.size(), static_cast<std::size_t>(count));
    std::set<std::string> with_price;
    for (const json& price : all) {
        with_price.insert(price.at("PRODUCT_ID").get<std::string>());
    }
    EXPECT_EQ(with_price.size(), static_cast<std::size_t>(count));
    ASSERT_EQ(exchange.push(files, {"--settings", settings().string()}).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
}

INSTANTIATE_TEST_SUITE_P(OneFault, CatalogDoubt, ::testing::Values("drop_before", "drop_after", "partial"),
                         [](const auto& fault) { return std::string(fault.param); });

TEST_F(CatalogApi, IsNeededForOffers) {
    set_api("crm");
    const ProcessResult result = push("900", "950");
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE((result.out + result.error).find("variants = \"offers\" needs"), std::string::npos)
        << result.out << result.error;
}

}  // namespace
}  // namespace obmen::tests
