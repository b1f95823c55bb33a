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

/// Ids that no other portal has: obmen must assume none.
constexpr int products_catalogue = 31;
constexpr int offers_catalogue = 44;

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

    /// The offers of the portal by their keys, as it shows them.
    [[nodiscard]] std::map<std::string, json> offers_there() const {
        std::map<std::string, json> found;
        const json list = result_of("catalog.product.offer.list",
                                    {{"select", json::array({"id", "iblockId", "*", "property_*"})},
                                     {"filter", {{"iblockId", offers_catalogue}}}});
        for (const json& row : list.at("offers")) {
            found[row.at("xmlId").get<std::string>()] = row;
        }
        return found;
    }

    Exchange exchange{{"--catalogue", std::to_string(products_catalogue), "--offers-catalogue",
                       std::to_string(offers_catalogue)}};
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
                                 {"filter", {{"iblockId", offers_catalogue}}}})
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

/// What offers have of their own: a choice, an article, a characteristic and a picture.
struct OwnValues {
    std::string colour;  ///< Ид of the choice
    std::string article;
    std::string picture;  ///< its path; empty: none
};

std::string with_colours(std::string text) {
    const std::string before = "<Группы><Группа>";
    return text.insert(text.find(before),
                       "<Свойства><Свойство><Ид>colour</Ид><Наименование>Цвет</Наименование>"
                       "<ТипЗначений>Справочник</ТипЗначений><ВариантыЗначений>"
                       "<Справочник><ИдЗначения>red</ИдЗначения><Значение>Красный</Значение></Справочник>"
                       "<Справочник><ИдЗначения>blue</ИдЗначения><Значение>Синий</Значение></Справочник>"
                       "</ВариантыЗначений></Свойство></Свойства>");
}

std::string with_own_values(std::string text, const std::map<std::string, OwnValues>& all) {
    for (const auto& [size, own] : all) {
        const std::string id = "<Ид>shirt#" + size + "</Ид>";
        std::string more = "<Артикул>" + own.article + "</Артикул>";
        if (!own.colour.empty()) {
            more += "<ЗначенияСвойств><ЗначенияСвойства><Ид>colour</Ид><Значение>" + own.colour +
                    "</Значение></ЗначенияСвойства></ЗначенияСвойств>";
        }
        if (!own.picture.empty()) {
            more += "<Картинка>" + own.picture + "</Картинка>";
        }
        text.insert(text.find(id) + id.size(), more);
    }
    return text;
}

class OffersOfTheirOwn : public CatalogApi {
  protected:
    ProcessResult push_own(const OwnValues& of_42, const OwnValues& of_44) {
        // The product has an article, too: under the same code, in the other catalogue.
        std::string import = with_colours(products);
        import.insert(import.find("<Ид>shirt</Ид>"), "<Артикул>A</Артикул>");
        exchange.file("import.xml", import);
        exchange.file("import_files/42.png", "picture of 42");
        exchange.file("import_files/42-back.png", "its back");
        exchange.file("offers.xml", with_own_values(offers("900", "950"), {{"42", of_42}, {"44", of_44}}));
        return exchange.push({exchange.directory() / "exports"}, {"--settings", settings().string()});
    }
    /// `property107`: of the property of this name that offers have.
    [[nodiscard]] std::string member_of(const std::string& name) const {
        const json list = result_of("catalog.productProperty.list",
                                    {{"filter", {{"iblockId", offers_catalogue}, {"name", name}}}});
        EXPECT_EQ(list.at("productProperties").size(), 1U) << name;
        return list.at("productProperties").empty()
                   ? "none"
                   : "property" + list.at("productProperties")[0].at("id").dump();
    }
    [[nodiscard]] std::string value_of(const std::string& offer, const std::string& name) const {
        const json row = offers_there().at(offer);
        const json& value = row.at(member_of(name));
        return value.is_null() ? "" : value.at("value").get<std::string>();
    }
    /// The text of the choice that an offer has.
    [[nodiscard]] std::string colour_of(const std::string& offer) const {
        const json list = result_of("catalog.productPropertyEnum.list", json::object());
        for (const json& choice : list.at("productPropertyEnums")) {
            if (choice.at("id").dump() == value_of(offer, "Цвет")) {
                return choice.at("value").get<std::string>();
            }
        }
        return "";
    }
};

TEST_F(OffersOfTheirOwn, HavePropertiesCharacteristicsAndPicturesInTheirOwnCatalogue) {
    const ProcessResult result = push_own({"red", "A-42", "import_files/42.png"}, {"blue", "A-44", ""});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_EQ(value_of("shirt#42", "Артикул"), "A-42");
    EXPECT_EQ(value_of("shirt#44", "Артикул"), "A-44");
    EXPECT_EQ(value_of("shirt#42", "Размер"), "42");
    EXPECT_EQ(colour_of("shirt#42"), "Красный");
    EXPECT_EQ(colour_of("shirt#44"), "Синий");
    EXPECT_FALSE(offers_there().at("shirt#42").at("detailPicture").is_null());
    EXPECT_TRUE(offers_there().at("shirt#44").at("detailPicture").is_null());
    const json files = exchange.sandbox().rows("file");
    ASSERT_EQ(files.size(), 2U) << "the detail picture and the preview";
    EXPECT_EQ(files[0].at("SIZE"), 13);
    const json verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("unknown_fields").empty()) << verdict.dump();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_EQ(verdict.at("commands").count("catalog.product.update"), 0U)
        << "offers have methods of their own";
    const json of_products = result_of("catalog.productProperty.list",
                                       {{"filter", {{"iblockId", products_catalogue}, {"name", "Размер"}}}});
    EXPECT_TRUE(of_products.at("productProperties").empty()) << "only offers have characteristics";

    ASSERT_EQ(push_own({"red", "A-42", "import_files/42.png"}, {"blue", "A-44", ""}).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
    ASSERT_EQ(push_own({"blue", "A-42", "import_files/42.png"}, {"blue", "A-44b", ""}).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 2) << "one change of each offer";
    EXPECT_EQ(colour_of("shirt#42"), "Синий");
    EXPECT_EQ(value_of("shirt#44", "Артикул"), "A-44b");
}

TEST_F(OffersOfTheirOwn, KeepWhatPeopleHaveChosen) {
    write_file(exchange.directory() / "mapping.toml",
               "on_conflict = \"keep_crm\"\n[product]\nvariants = \"offers\"\n");
    ASSERT_EQ(push_own({"red", "A-42", ""}, {"blue", "A-44", ""}).exit_code, 0);
    const json row = offers_there().at("shirt#42");
    exchange.sandbox().call("catalog.product.offer.update",
                            {{"id", row.at("id")}, {"fields", {{member_of("Артикул"), {{"value", "mine"}}}}}},
                            7);
    ASSERT_EQ(push_own({"blue", "B-42", ""}, {"blue", "B-44", ""}).exit_code, 0);
    EXPECT_EQ(value_of("shirt#42", "Артикул"), "mine");
    EXPECT_EQ(value_of("shirt#44", "Артикул"), "B-44");
    EXPECT_EQ(colour_of("shirt#42"), "Синий");
    const json commands = exchange.sandbox().verdict().at("commands");
    EXPECT_GT(commands.value("catalog.product.offer.list", 0), 0);
    EXPECT_EQ(commands.value("catalog.product.offer.get", 0), 0) << "one list shows all offers";
}

TEST_F(OffersOfTheirOwn, AreReadAloneWhereAListHasNoPropertiesToShow) {
    write_file(exchange.directory() / "mapping.toml",
               "on_conflict = \"keep_crm\"\n[product]\nvariants = \"offers\"\n");
    exchange.sandbox().post("/sandbox/settings", {{"property_mask", false}});
    ASSERT_EQ(push_own({"red", "A-42", ""}, {"blue", "A-44", ""}).exit_code, 0);
    ASSERT_EQ(push_own({"red", "B-42", ""}, {"blue", "B-44", ""}).exit_code, 0);
    const json row =
        result_of("catalog.product.offer.get", {{"id", offers_there().at("shirt#42").at("id")}}).at("offer");
    EXPECT_EQ(row.at(member_of("Артикул")).at("value"), "B-42") << "what is not shown has not been emptied";
    EXPECT_GT(exchange.sandbox().verdict().at("commands").value("catalog.product.offer.get", 0), 1);
}

TEST_F(OffersOfTheirOwn, AreThereOnceWhenAnswersAreLost) {
    for (const char* method :
         {"catalog.productProperty.add", "catalog.productPropertyEnum.add", "catalog.product.offer.add"}) {
        exchange.order_fault({{"match", {{"method", method}}}, {"times", 1}, {"action", "drop_after"}});
    }
    const ProcessResult result =
        push_own({"red", "A-42", "import_files/42.png"}, {"blue", "A-44", "import_files/42-back.png"});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    const json verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_TRUE(verdict.at("duplicate_parts").empty()) << verdict.dump();
    EXPECT_EQ(verdict.at("faults").at("drop_after"), 3) << verdict.dump();
    EXPECT_EQ(colour_of("shirt#42"), "Красный");
    EXPECT_EQ(colour_of("shirt#44"), "Синий");
    EXPECT_EQ(value_of("shirt#44", "Размер"), "44");
    EXPECT_FALSE(offers_there().at("shirt#44").at("detailPicture").is_null());
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
        result_of("catalog.product.add", {{"fields", {{"iblockId", products_catalogue}, {"name", "Болт"}}}})
            .at("element");
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

/// What a run asks before its first look-up or write, by `[portal] api`: at first contact, and later.
struct StartUp {
    const char* api;
    int first;
    int later;
};

class StartUpRequests : public ::testing::TestWithParam<StartUp> {};

TEST_P(StartUpRequests, AreTwoAtMost) {
    Exchange exchange;
    const auto settings = exchange.directory() / "obmen.toml";
    write_file(settings, std::string("[portal]\napi = \"") + GetParam().api + "\"\n");
    const auto push_sections = [&](std::size_t count) {
        // So few that the start-up batch has seen them all: one batch brings the new one.
        const auto file = exchange.file("import.xml", catalogue_file(sample_groups(count), {}));
        const ProcessResult result = exchange.push({file}, {"--settings", settings.string()});
        EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
        EXPECT_EQ(exchange.since_push("creations"), 1);
        return exchange.requests() - 1;
    };
    EXPECT_EQ(push_sections(1), GetParam().first);
    EXPECT_EQ(push_sections(2), GetParam().later);
    EXPECT_LE(GetParam().first, 2);
}

INSTANTIATE_TEST_SUITE_P(EachFamily, StartUpRequests,
                         ::testing::Values(StartUp{"crm", 1, 1}, StartUp{"catalog", 2, 1},
                                           StartUp{"auto", 2, 1}),
                         [](const auto& tested) { return std::string(tested.param.api); });

TEST_F(CatalogApi, IsNeededForOffers) {
    set_api("crm");
    const ProcessResult result = push("900", "950");
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE((result.out + result.error).find("variants = \"offers\" needs"), std::string::npos)
        << result.out << result.error;
}

}  // namespace
}  // namespace obmen::tests
