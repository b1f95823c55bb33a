#include "portal/catalog_family.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fakes.hpp"
#include "portal/adoption.hpp"
#include "portal/catalog_spelling.hpp"
#include "portal/part_commands.hpp"
#include "portal/remote_values.hpp"
#include "support/error.hpp"

namespace obmen::portal {
namespace {

using crm::EntityKind;
using crm::FieldGroup;
using nlohmann::json;
using test::plain;
using Names = std::vector<std::string>;

PortalFacts catalog_facts() {
    PortalFacts facts;
    facts.family = ApiFamily::catalog;
    facts.measure_ids = {{"796", "9"}};
    facts.vat_ids = {{Decimal(20), "3"}};
    facts.currencies = {"RUB", "USD"};
    facts.catalog_id = "25";
    facts.offers_catalog_id = "27";
    facts.price_types = {{"2", "Розничная цена", "BASE-1", true}, {"5", "Опт", "opt-guid", false}};
    return facts;
}

std::string link_text(const crm::Link& link) {
    return link.target ? "44" : "0";
}

Resolver resolver() {
    Resolver out{.link = link_text};
    out.property = [](const crm::EntityKey& key) {
        return std::optional(key.id == "colour" ? "118" : "119");
    };
    out.choice = [](const crm::EntityKey&, const std::string&) { return std::optional<std::string>("501"); };
    out.picture = [](const crm::Pictures::Picture&) { return std::string("bytes"); };
    return out;
}

FieldGroup single(const char* name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

FieldGroup price_group(const char* target, const char* amount, const char* currency = "RUB") {
    return {std::string("price:") + target,
            {{"price_type", std::string(target)},
             {"price", *Decimal::parse(amount)},
             {"currency", crm::Currency{currency}}}};
}

/// The family with its facts, for one test.
struct Catalog {
    PortalFacts facts = catalog_facts();
    CatalogFamily family{facts};

    [[nodiscard]] BuiltCommand create(EntityKind kind, const std::vector<FieldGroup>& groups) const {
        return family.create_command({kind, "GUID#1", "1C", &groups}, resolver());
    }
    [[nodiscard]] BuiltCommand update(EntityKind kind, const std::vector<FieldGroup>& groups,
                                      const std::map<std::string, std::vector<ContactChange>>& changes = {},
                                      const json* present = nullptr) const {
        return family.update_command({kind, "GUID#1", "1C", &groups}, "77", resolver(), changes, false,
                                     present);
    }
    [[nodiscard]] BuiltCommand prices(const std::vector<FieldGroup>& groups, const std::string& owner,
                                      const json* present) const {
        return family.aspect_command({EntityKind::prices, "GUID#1", "1C", &groups}, owner, false, resolver(),
                                     present);
    }
};

const json two_prices = json::parse(R"({"PRICES":[
    {"ID":7,"PRODUCT_ID":77,"CATALOG_GROUP_ID":2,"PRICE":10.5,"CURRENCY":"RUB"},
    {"ID":8,"PRODUCT_ID":77,"CATALOG_GROUP_ID":9,"PRICE":3,"CURRENCY":"USD"}]})");

TEST(CatalogFamily, WritesEveryFieldOfANewProduct) {
    const crm::EntityKey colour{crm::SourceKind::property, "colour"};
    const crm::EntityKey tags{crm::SourceKind::property, "tags"};
    const BuiltCommand built = Catalog().create(
        EntityKind::product,
        {single("name", "Болт"),
         {"description", {{"description", "a<b>"}, {"description_type", "html"}}},
         single("section", crm::Link{crm::make_key(crm::SourceKind::group, "g")}),
         single("measure", crm::MeasureCode{"796"}),
         single("vat", crm::VatRate{Decimal(20)}),
         single("vat_included", true),
         single("active", false),
         {"property:colour", {{"property", crm::PropertyValues{colour, false, {{"Красный", "red"}}}}}},
         {"property:tags", {{"property", crm::PropertyValues{tags, true, {{"a", ""}, {"b", ""}}}}}}});
    EXPECT_EQ(
        plain(built.command),
        "catalog.product.add?fields[iblockId]=25&fields[xmlId]=GUID#1&fields[name]=Болт"
        "&fields[detailText]=a<b>&fields[detailTextType]=html&fields[iblockSectionId]=44&fields[measure]=9"
        "&fields[vatId]=3&fields[vatIncluded]=Y&fields[active]=N&fields[property118][value]=501"
        "&fields[property119][0][value]=a&fields[property119][1][value]=b");
    EXPECT_EQ(built.groups.size(), 9U);
}

TEST(CatalogFamily, RefusesAPriceInTheProductItself) {
    EXPECT_THROW(
        static_cast<void>(Catalog().create(
            EntityKind::product, {{"price", {{"price", Decimal(1)}, {"currency", crm::Currency{"RUB"}}}}})),
        std::logic_error);
}

TEST(CatalogFamily, SaysTheNameOfASectionWithEveryChange) {
    const Catalog catalog;
    const std::vector<FieldGroup> move{single("parent", crm::Link{})};
    EXPECT_TRUE(catalog.family.needs_present({EntityKind::section, "g", "1C", &move}));
    const json present = json::parse(R"({"ID":77,"NAME":"Болты"})");
    EXPECT_EQ(
        plain(catalog.update(EntityKind::section, move, {}, &present).command),
        "catalog.section.update?id=77&fields[iblockId]=25&fields[iblockSectionId]=0&fields[name]=Болты");
    const std::vector<FieldGroup> rename{single("name", "Винты")};
    EXPECT_FALSE(catalog.family.needs_present({EntityKind::section, "g", "1C", &rename}));
    EXPECT_EQ(plain(catalog.update(EntityKind::section, rename).command),
              "catalog.section.update?id=77&fields[iblockId]=25&fields[name]=Винты");
    EXPECT_EQ(
        plain(catalog.create(EntityKind::section, {single("name", "a"), single("active", true)}).command),
        "catalog.section.add?fields[iblockId]=25&fields[xmlId]=GUID#1&fields[name]=a&fields[active]=Y");
}

TEST(CatalogFamily, DeletesByTheIdAlone) {
    EXPECT_EQ(plain(Catalog().update(EntityKind::product, {single("deleted", true)}).command),
              "catalog.product.delete?id=77");
}

TEST(CatalogFamily, WritesCardsAsItemsWithTheirMultiFields) {
    const crm::ContactValues phones{{{"+7 495 1234567", "WORK"}}};
    const crm::ContactValues mails{{{"a@b.ru", "WORK"}}};
    EXPECT_EQ(plain(Catalog()
                        .create(EntityKind::company, {single("title", "ООО"), single("phones", phones),
                                                      single("emails", mails), single("UF_CRM_1C", "x")})
                        .command),
              "crm.item.add?entityTypeId=4&fields[originatorId]=1C&fields[originId]=GUID#1&fields[title]=ООО"
              "&fields[UF_CRM_1C]=x&fields[fm][0][typeId]=PHONE&fields[fm][0][valueType]=WORK"
              "&fields[fm][0][value]=+7 495 1234567&fields[fm][1][typeId]=EMAIL&fields[fm][1][valueType]=WORK"
              "&fields[fm][1][value]=a@b.ru&useOriginalUfNames=Y");
}

TEST(CatalogFamily, ChangesMultiFieldsByTheirIdsAndAddsUnderNewOnes) {
    const std::map<std::string, std::vector<ContactChange>> changes{
        {"phones", {{"215", "+7900", "WORK"}, {"216", "", ""}, {"", "+7901", "HOME"}}}};
    EXPECT_EQ(
        plain(
            Catalog().update(EntityKind::contact, {single("phones", crm::ContactValues{})}, changes).command),
        "crm.item.update?entityTypeId=3&id=77&fields[fm][215][typeId]=PHONE&fields[fm][215][valueType]=WORK"
        "&fields[fm][215][value]=+7900&fields[fm][216][typeId]=PHONE&fields[fm][216][value]="
        "&fields[fm][n0][typeId]=PHONE&fields[fm][n0][valueType]=HOME&fields[fm][n0][value]=+7901"
        "&useOriginalUfNames=Y");
}

TEST(CatalogFamily, WritesRowsOfDealsUnderTheirNewNamesAndEmptiesThemByTheOlderMethod) {
    crm::ProductRows rows;
    rows.rows.push_back({std::nullopt, "Болт", Decimal(10), Decimal(2), Decimal(0), {}, true, "796"});
    std::vector<FieldGroup> groups{single("rows", rows)};
    const Catalog catalog;
    const WriteRequest request{EntityKind::deal_rows, "d", "1C", &groups};
    const std::string said =
        plain(catalog.family.aspect_command(request, "5", false, resolver(), nullptr).command);
    EXPECT_TRUE(
        said.starts_with("crm.item.productrow.set?ownerType=D&ownerId=5&productRows[0][productId]=0"
                         "&productRows[0][productName]=Болт&productRows[0][price]=10&"))
        << said;
    EXPECT_NE(said.find("[priceExclusive]=10&"), std::string::npos);
    groups = {single("rows", crm::ProductRows{})};
    EXPECT_EQ(plain(catalog.family.aspect_command(request, "5", false, resolver(), nullptr).command),
              "crm.deal.productrows.set?id=5");
}

TEST(CatalogFamily, ReadsTheRowsOfALongDealByTheOlderMethod) {
    const PortalFacts facts = catalog_facts();
    const CatalogFamily family(facts);
    EXPECT_EQ(family.read_deal_rows_command("7", false).method, "crm.item.productrow.list");
    const json row{{"id", 1}, {"productName", "Болт"}, {"quantity", 2}, {"taxRate", nullptr}};
    const json rows{{"productRows", json::array({row})}};
    const auto read = family.deal_rows_in({rows, 1, false});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->at(0).at("PRODUCT_NAME"), "Болт");
    EXPECT_FALSE(family.deal_rows_in({rows, 51, true}));
    EXPECT_EQ(family.read_deal_rows_command("7", true).method, "crm.deal.productrows.get");
    EXPECT_EQ(family.deal_rows_in({json::array({row}), -1, false}), json::array({row}));
    EXPECT_FALSE(family.read_deal_contacts_command("7")) << "they come with the deal";
}

TEST(CatalogPrices, AreSeenByTheirType) {
    const PortalFacts facts = catalog_facts();
    const json there{
        {"PRICES", json::array({{{"CATALOG_GROUP_ID", 2}, {"PRICE", 12.5}, {"CURRENCY", "RUB"}},
                                {{"CATALOG_GROUP_ID", 5}, {"PRICE", 10}, {"CURRENCY", "RUB"}}})}};
    const auto hash = [&](const FieldGroup& group) {
        return present_hash(EntityKind::prices, group, there, facts, resolver());
    };
    EXPECT_NE(hash(price_group("base", "1")), hash(price_group("Опт", "1")));
    EXPECT_EQ(hash(price_group("base", "1")), hash(price_group("base", "2"))) << "what is there counts";
    EXPECT_FALSE(hash(price_group("Закупка", "1")));
    const FieldGroup same = price_group("base", "12.50");
    EXPECT_TRUE(is_as_wished(EntityKind::prices, same, there, facts, resolver()));
    EXPECT_FALSE(is_as_wished(EntityKind::prices, price_group("base", "13"), there, facts, resolver()));
    EXPECT_EQ(present_text(EntityKind::prices, same, there, facts, resolver()), "12.5, RUB");
    const auto logical = logical_hashes(EntityKind::prices, same, there, facts, resolver(), {});
    ASSERT_FALSE(logical.empty());
    EXPECT_EQ(logical.front(), crm::group_hash(same));
}

TEST(CatalogFamily, WrapsNewFilesOfAPropertyAsValues) {
    const crm::Pictures one{{{"a.jpg", "sha", ""}}};
    const std::vector<FieldGroup> groups{single("detail_picture", one), single("more_pictures", one)};
    Resolver files = resolver();
    files.file_values = [](const std::string&) { return Names{"124"}; };
    EXPECT_EQ(
        plain(
            Catalog()
                .family.aspect_command({EntityKind::pictures, "p", "1C", &groups}, "77", true, files, nullptr)
                .command),
        "catalog.product.update?id=77&fields[detailPicture][fileData][0]=a.jpg"
        "&fields[detailPicture][fileData][1]=Ynl0ZXM=&fields[property119][0][valueId]=124"
        "&fields[property119][0][value][remove]=Y&fields[property119][1][value][fileData][0]=a.jpg"
        "&fields[property119][1][value][fileData][1]=Ynl0ZXM=");
}

TEST(CatalogFamily, RefersToNewObjectsByTheWrapperOfTheirMethod) {
    const Catalog catalog;
    EXPECT_EQ(catalog.family.result_reference(EntityKind::product, 3), "$result[c3][element][id]");
    EXPECT_EQ(catalog.family.result_reference(EntityKind::section, 3), "$result[c3][section][id]");
    EXPECT_EQ(catalog.family.result_reference(EntityKind::deal, 3), "$result[c3][item][id]");
    EXPECT_EQ(catalog.family.result_reference(EntityKind::requisite, 3), "$result[c3]");
    EXPECT_EQ(created_id(json::parse(R"({"element":{"id":77,"name":"a"}})")), "77");
    EXPECT_EQ(created_id(json::parse(R"({"element":{"name":"a"}})")), std::nullopt);
    EXPECT_EQ(created_id(json::parse(R"({"a":{"id":1},"b":{"id":2}})")), std::nullopt);
}

// ---- reading -------------------------------------------------------------------------------------------

TEST(CatalogFamily, LooksUpKeysInTheirCatalogueWithoutTheUnknownPrefix) {
    const Catalog catalog;
    EXPECT_EQ(plain(catalog.family.lookup_command(EntityKind::product, "1C", {"a", "b"})),
              "catalog.product.list?order[id]=ASC&filter[iblockId]=25&filter[xmlId][0]=a&filter[xmlId][1]=b"
              "&select[0]=id&select[1]=xmlId&select[2]=iblockSectionId&select[3]=iblockId&start=0");
    EXPECT_EQ(plain(catalog.family.lookup_command(EntityKind::section, "1C", {"a", "b"})),
              "catalog.section.list?order[id]=ASC&filter[iblockId]=25&filter[@xmlId][0]=a&filter[@xmlId][1]=b"
              "&select[0]=id&select[1]=xmlId&select[2]=iblockSectionId&start=0");
    EXPECT_EQ(plain(catalog.family.lookup_command(EntityKind::company, "1C", {"a"})),
              "crm.item.list?entityTypeId=4&order[id]=ASC&filter[=originatorId]=1C&filter[=originId]=a"
              "&select[0]=id&select[1]=originId&select[2]=originatorId&start=0&useOriginalUfNames=Y");
    EXPECT_THROW(static_cast<void>(catalog.family.lookup_command(EntityKind::product, "1C", {})),
                 std::logic_error);
}

TEST(CatalogFamily, ReadsALookUpWhateverTheCaseAndTrustsNoneThatIsCutOrNoList) {
    const Catalog catalog;
    const auto read = [&](const char* text, std::int64_t total) {
        return catalog.family.read_lookup(EntityKind::product, {"KEY-1"},
                                          Done{json::parse(text), total, false});
    };
    const char* one = R"({"products":[{"id":5,"iblockId":25,"xmlId":"key-1","iblockSectionId":3}]})";
    const LookupResult found = read(one, 1);
    ASSERT_EQ(found.objects.size(), 1U);
    EXPECT_EQ(found.objects[0].id, "5");
    EXPECT_EQ(found.objects[0].section_id, "3");
    EXPECT_FALSE(read(one, 60).trusted);
    EXPECT_FALSE(read(R"({"products":null})", 0).trusted);
    EXPECT_FALSE(read(R"({"other":[]})", 0).trusted) << "rows somewhere else are not no rows";
    EXPECT_TRUE(read(R"({"products":[]})", 0).trusted);
}

TEST(CatalogFamily, ShowsWhatItReadsInTheSpellingOfTheOtherFamily) {
    const Catalog catalog;
    const json item =
        json::parse(R"({"item":{"id":8,"title":"ООО","originatorId":"1C","UF_CRM_1":"x","companyId":0,
        "fm":[{"id":215,"typeId":"PHONE","valueType":"WORK","value":"+7495"},
              {"id":216,"typeId":"EMAIL","valueType":"HOME","value":"a@b"}]}})");
    const json row = catalog.family.row_of(EntityKind::company, item);
    EXPECT_EQ(row.at("TITLE"), "ООО");
    EXPECT_EQ(row.at("UF_CRM_1"), "x");
    const auto contacts = contacts_of(row);
    ASSERT_EQ(contacts.at("phones").size(), 1U);
    EXPECT_EQ(contacts.at("phones")[0].id, "215");
    EXPECT_EQ(contacts.at("emails")[0].type, "HOME");
    const auto products = catalog.family.rows_by_id(
        EntityKind::product,
        Done{json::parse(
            R"({"product":{"id":5,"name":"Болт","detailText":"d","property118":{"value":"501","valueId":"9"}}})")});
    ASSERT_EQ(products.count("5"), 1U);
    EXPECT_EQ(products.at("5").at("DESCRIPTION"), "d");
    EXPECT_EQ(property_texts(products.at("5"), "118"), Names{"501"});
}

TEST(CatalogFamily, SeesTheSameInAnObjectAsTheOtherFamilyDoes) {
    const PortalFacts crm_facts;
    const Catalog catalog;
    const FieldGroup name = single("name", "x");
    const FieldGroup active = single("active", true);
    const json crm_object = json::parse(R"({"ID":"5","NAME":"Болт","ACTIVE":"Y","SECTION_ID":null})");
    const json own = catalog.family.row_of(
        EntityKind::product,
        json::parse(R"({"product":{"id":5,"name":"Болт","active":"Y","iblockSectionId":null}})"));
    for (const FieldGroup& group : {name, active, single("section", crm::Link{})}) {
        EXPECT_EQ(present_hash(EntityKind::product, group, crm_object, crm_facts, resolver()),
                  present_hash(EntityKind::product, group, own, catalog.facts, resolver()))
            << group.name;
    }
}

TEST(CatalogFamily, ReadsManyAtOnceByTheirIdsAndASingleOneByItself) {
    const Catalog catalog;
    EXPECT_EQ(catalog.family.objects_per_reading(EntityKind::product), 50U);
    EXPECT_EQ(plain(catalog.family.read_many_command(EntityKind::product, {"5", "6"})),
              "catalog.product.list?order[id]=ASC&filter[iblockId]=25&filter[id][0]=5&filter[id][1]=6"
              "&select[0]=id&select[1]=iblockId&select[2]=*&select[3]=property_*&start=0");
    EXPECT_TRUE(plain(catalog.family.read_many_command(EntityKind::offer, {"5", "6"}))
                    .starts_with("catalog.product.offer.list?order[id]=ASC&filter[iblockId]=27&"));
    EXPECT_EQ(plain(catalog.family.read_many_command(EntityKind::company, {"5", "6"})),
              "crm.item.list?entityTypeId=4&order[id]=ASC&filter[@id][0]=5&filter[@id][1]=6"
              "&select[0]=*&select[1]=UF_*&start=0&useOriginalUfNames=Y");
    EXPECT_EQ(catalog.family.objects_per_reading(EntityKind::prices), 25U)
        << "two price types, 50 rows a page";
    EXPECT_EQ(plain(catalog.family.read_many_command(EntityKind::deal, {"5"})),
              "crm.item.get?entityTypeId=2&id=5&useOriginalUfNames=Y");
    EXPECT_TRUE(plain(catalog.family.read_many_command(EntityKind::section, {"5", "6"}))
                    .starts_with("catalog.section.list?order[id]=ASC&filter[iblockId]=25&filter[@id][0]=5"));
    EXPECT_TRUE(plain(catalog.family.read_many_command(EntityKind::requisite, {"5"}))
                    .starts_with("crm.requisite.list?"));
}

TEST(CatalogFamily, TakesNoRowOfAListThatMayLackPropertiesOrUserFields) {
    const Catalog catalog;
    const auto ids_of = [&](EntityKind kind, const char* rows) {
        Names ids;
        for (const auto& [id, row] : catalog.family.rows_by_id(kind, Done{json::parse(rows)})) {
            ids.push_back(id);
        }
        return ids;
    };
    EXPECT_EQ(ids_of(EntityKind::product, R"({"products":[{"id":5,"active":"Y","property118":null},
        {"id":6,"active":"Y","name":"without properties"},{"id":7,"property118":null}]})"),
              Names{"5"});
    EXPECT_EQ(ids_of(EntityKind::company, R"({"items":[{"id":5,"title":"a","UF_CRM_1":"x","fm":[]},
        {"id":6,"UF_CRM_1":"x"},{"id":7,"fm":[]}]})"),
              Names{"5"});
    EXPECT_EQ(ids_of(EntityKind::deal, R"({"items":[
        {"id":5,"opportunity":1,"contactIds":[],"UF_CRM_1":"x"},{"id":6,"opportunity":1,"UF_CRM_1":"x"}]})"),
              Names{"5"});
}

TEST(CatalogFamily, FindsProductsThatPeopleMadeByNameAndByProperty) {
    const Catalog catalog;
    EXPECT_EQ(plain(catalog.family.products_by_name_command("Болт")),
              "catalog.product.list?order[id]=ASC&filter[iblockId]=25&filter[name]=Болт&select[0]=id"
              "&select[1]=name&select[2]=xmlId&select[3]=iblockId&start=0");
    const Done answer{
        json::parse(R"({"products":[{"id":5,"iblockId":25,"property118":{"value":"A-1","valueId":"3"}},
        {"id":6,"iblockId":25,"property118":null}]})"),
        2, false};
    EXPECT_EQ(read_product_ids_by_property("118", "A-1", catalog.family.product_rows(answer)), Names{"5"});
}

TEST(CatalogFamily, KnowsWhenAnObjectIsGone) {
    EXPECT_TRUE(means_not_found({"200700300030", "Section does not exist."}));
    EXPECT_TRUE(means_not_found({"0", "product does not exist."}));
    EXPECT_TRUE(means_not_found({"NOT_FOUND", "Элемент не найден"}));
    EXPECT_FALSE(means_not_found({"0", "section with id = 5 does not exist."}));
}

// ---- prices --------------------------------------------------------------------------------------------

TEST(CatalogPrices, OfANewProductGoInOneCommand) {
    const BuiltCommand built = Catalog().prices({price_group("base", "10.50"), price_group("opt-guid", "9")},
                                                "$result[c3][element][id]", nullptr);
    EXPECT_EQ(plain(built.command),
              "catalog.price.modify?fields[product][id]=$result[c3][element][id]"
              "&fields[product][prices][0][catalogGroupId]=2&fields[product][prices][0][price]=10.5"
              "&fields[product][prices][0][currency]=RUB&fields[product][prices][1][catalogGroupId]=5"
              "&fields[product][prices][1][price]=9&fields[product][prices][1][currency]=RUB");
    EXPECT_EQ(built.groups, (Names{"price:base", "price:opt-guid"}));
}

TEST(CatalogPrices, OfOthersAreSentAlongForElseTheyWouldBeDeleted) {
    const BuiltCommand built = Catalog().prices({price_group("base", "11")}, "77", &two_prices);
    EXPECT_EQ(plain(built.command),
              "catalog.price.modify?fields[product][id]=77&fields[product][prices][0][id]=7"
              "&fields[product][prices][0][catalogGroupId]=2&fields[product][prices][0][price]=11"
              "&fields[product][prices][0][currency]=RUB&fields[product][prices][1][id]=8"
              "&fields[product][prices][1][catalogGroupId]=9&fields[product][prices][1][price]=3"
              "&fields[product][prices][1][currency]=USD");
}

TEST(CatalogPrices, ThatAreThereAlreadyAreNotSent) {
    const BuiltCommand built = Catalog().prices({price_group("BASE", "10.50")}, "77", &two_prices);
    EXPECT_TRUE(built.command.method.empty());
    EXPECT_EQ(built.groups, Names{"price:BASE"});
}

TEST(CatalogPrices, AreNotWrittenOverWhatWasNotRead) {
    const Catalog catalog;
    const BuiltCommand unread = catalog.prices({price_group("base", "11")}, "77", nullptr);
    EXPECT_TRUE(unread.command.method.empty());
    ASSERT_EQ(unread.withheld.size(), 1U);
    EXPECT_EQ(unread.withheld[0].reason.code, Code{"B24-OLD-PRICES"});
    json cut = two_prices;
    cut["INCOMPLETE"] = true;
    EXPECT_TRUE(catalog.prices({price_group("base", "11")}, "77", &cut).command.method.empty());
}

TEST(CatalogPrices, OfATypeOrCurrencyThatThePortalLacksAreWithheldAlone) {
    const json none = json::object();
    const BuiltCommand built = Catalog().prices(
        {price_group("Дилерская", "1"), price_group("base", "2", "EUR"), price_group("Опт", "3")}, "77",
        &none);
    EXPECT_EQ(built.groups, Names{"price:Опт"});
    ASSERT_EQ(built.withheld.size(), 2U);
    EXPECT_EQ(built.withheld[0].reason.code, Code{"B24-NO-PRICE-TYPE"});
    EXPECT_EQ(built.withheld[1].reason.code, Code{"B24-NO-CURRENCY"});
    EXPECT_EQ(plain(built.command),
              "catalog.price.modify?fields[product][id]=77&fields[product][prices][0][catalogGroupId]=5"
              "&fields[product][prices][0][price]=3&fields[product][prices][0][currency]=RUB");
}

TEST(CatalogPrices, OfSeveralProductsAreReadWithoutTheOneThatThePageMayHaveCut) {
    const json rows =
        json::parse(R"({"prices":[{"id":1,"productId":5,"catalogGroupId":2,"price":1,"currency":"RUB"},
        {"id":2,"productId":6,"catalogGroupId":2,"price":1,"currency":"RUB"}]})");
    EXPECT_EQ(prices_by_product(Done{rows, 2, false}).size(), 2U);
    EXPECT_EQ(prices_by_product(Done{rows, 60, true}).count("6"), 0U);
    const json one =
        json::parse(R"({"prices":[{"id":1,"productId":5,"catalogGroupId":2,"price":1,"currency":"RUB"}]})");
    EXPECT_TRUE(prices_by_product(Done{one, 60, true}).at("5").contains("INCOMPLETE"));
}

// ---- properties ----------------------------------------------------------------------------------------

TEST(CatalogProperties, AreMadeWithoutTheirChoicesWhichFollow) {
    const crm::PropertyChoices choices{{{"red", "Красный"}, {"blue", "Синий"}}};
    const std::vector<FieldGroup> groups{single("name", "Цвет"), single("property_type", "list"),
                                         single("choices", choices)};
    const Catalog catalog;
    EXPECT_EQ(
        plain(catalog.family.property_add_command({crm::SourceKind::property, "colour"}, "Colour", groups)),
        "catalog.productProperty.add?fields[iblockId]=25&fields[xmlId]=Colour&fields[name]=Цвет"
        "&fields[propertyType]=L&fields[multiple]=N&fields[listType]=L");
    RemoteProperty now;
    now.id = "118";
    now.name = "Цвет";
    now.type = "L";
    now.choices = {{"501", "red", "Красн.", "100", false}};
    const std::vector<Command> commands = catalog.family.property_update_commands(now, groups);
    ASSERT_EQ(commands.size(), 2U);
    EXPECT_EQ(plain(commands[0]),
              "catalog.productPropertyEnum.update?id=501&fields[value]=Красный&fields[xmlId]=red"
              "&fields[sort]=100&fields[def]=N");
    EXPECT_EQ(plain(commands[1]),
              "catalog.productPropertyEnum.add?fields[propertyId]=118&fields[value]=Синий"
              "&fields[xmlId]=blue&fields[sort]=200&fields[def]=N");
    now.choices = {{"501", "red", "Красный", "100", false}, {"502", "blue", "Синий", "200", false}};
    EXPECT_TRUE(catalog.family.property_update_commands(now, groups).empty());
}

TEST(CatalogProperties, AreReadApartFromTheirChoices) {
    const Catalog catalog;
    const auto page = catalog.family.read_property_page(
        crm::PropertyOwner::products,
        Done{json::parse(
            R"({"productProperties":[{"id":118,"xmlId":"c","name":"Цвет","propertyType":"L","userType":null,"multiple":"Y"}]})")});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->properties[0].id, "118");
    EXPECT_EQ(page->properties[0].type, "L");
    EXPECT_TRUE(page->properties[0].multiple);
    const auto choices = catalog.family.read_choice_page(Done{json::parse(
        R"({"productPropertyEnums":[{"id":501,"propertyId":118,"value":"Красный","xmlId":"red","sort":100,"def":"N"}]})")});
    ASSERT_TRUE(choices);
    EXPECT_EQ(choices->choices[0].first, "118");
    EXPECT_EQ(choices->choices[0].second.xml_id, "red");
    EXPECT_FALSE(catalog.family.read_choice_page(Done{json(true)}).has_value());
}

TEST(CatalogProperties, OfOffersLieInTheirOwnCatalogue) {
    const Catalog catalog;
    const std::vector<FieldGroup> groups{single("name", "Размер"), single("property_type", "string")};
    EXPECT_EQ(plain(catalog.family.property_add_command({crm::SourceKind::property, crm::of_offers("size")},
                                                        "Size|offer", groups)),
              "catalog.productProperty.add?fields[iblockId]=27&fields[xmlId]=Size|offer&fields[name]=Размер"
              "&fields[propertyType]=S&fields[multiple]=N");
    EXPECT_EQ(plain(catalog.family.property_list_command(crm::PropertyOwner::offers, 50)),
              "catalog.productProperty.list?order[id]=ASC&filter[iblockId]=27&start=50");
    const auto page = catalog.family.read_property_page(
        crm::PropertyOwner::offers,
        Done{json::parse(R"({"productProperties":[{"id":118,"iblockId":25,"name":"a","propertyType":"S"},
            {"id":119,"iblockId":27,"name":"b","propertyType":"S"},
            {"id":120,"name":"c","propertyType":"S"}]})")});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->properties[0].owner, crm::PropertyOwner::products) << "the filter was not heeded";
    EXPECT_EQ(page->properties[1].owner, crm::PropertyOwner::offers);
    EXPECT_EQ(page->properties[2].owner, crm::PropertyOwner::offers);
}

TEST(CatalogFamily, PutsPicturesWhereTheirOfferIs) {
    const Catalog catalog;
    const std::vector<FieldGroup> groups{
        single("detail_picture", crm::Pictures{{{"42.png", "sha", "spool"}}})};
    WriteRequest request{EntityKind::pictures, "shirt#42", "1C", &groups, EntityKind::offer};
    Resolver with_bytes = resolver();
    with_bytes.picture = [](const crm::Pictures::Picture&) { return std::string("png"); };
    const auto said = [&] {
        return plain(catalog.family.aspect_command(request, "5000001", false, with_bytes, nullptr).command);
    };
    EXPECT_EQ(said(),
              "catalog.product.offer.update?id=5000001&fields[detailPicture][fileData][0]=42.png"
              "&fields[detailPicture][fileData][1]=cG5n");
    request.owner = EntityKind::product;
    EXPECT_TRUE(said().starts_with("catalog.product.update?id=5000001&"));
}

// ---- facts ---------------------------------------------------------------------------------------------

/// Answers the start-up batch of `catalog.*` by method; the list of `iblock` in a catalogue by its place.
std::vector<CommandAnswer> answers_of(const json& catalogs, const std::map<std::string, json>& by_method) {
    std::vector<CommandAnswer> answers;
    for (const Command& command : start_up_commands("1C", ApiFamily::catalog)) {
        const std::string said = plain(command);
        if (command.method == "profile") {
            answers.emplace_back(Done{json::parse(R"({"ADMIN":true})")});
        } else if (command.method == "catalog.catalog.list") {
            answers.emplace_back(Done{{{"catalogs", catalogs}}});
        } else {
            const std::string place = said.find("[catalogs][1]") == std::string::npos ? "" : "@1";
            const auto found = by_method.find(command.method + place);
            const bool probe = said.find("$result") != said.rfind("$result");
            json result = found == by_method.end() || probe ? json::array() : found->second;
            const auto total = static_cast<std::int64_t>(result.is_object() ? result.begin()->size() : 0);
            answers.emplace_back(Done{std::move(result), total, false});
        }
    }
    return answers;
}

TEST(CatalogFacts, AreAskedInOneBatchAndReadWhicheverCatalogueComesFirst) {
    EXPECT_LE(start_up_commands("1C", ApiFamily::catalog).size(), batch_commands);
    const std::map<std::string, json> rows{
        {"catalog.measure.list", json::parse(R"({"measures":[{"id":9,"code":796}]})")},
        {"catalog.vat.list",
         json::parse(R"({"vats":[{"id":3,"rate":20,"active":"Y"},{"id":1,"rate":null,"active":"Y"}]})")},
        {"catalog.priceType.list",
         json::parse(R"({"priceTypes":[{"id":2,"name":"BASE","base":"Y","xmlId":"b"}]})")},
        {"catalog.product.list",
         json::parse(R"({"products":[{"id":70,"xmlId":"offer","iblockSectionId":null}]})")},
        {"catalog.product.list@1", json::parse(R"({"products":[{"id":5,"xmlId":"p","iblockSectionId":3}]})")},
        {"catalog.section.list@1",
         json::parse(R"({"sections":[{"id":3,"xmlId":"s","iblockSectionId":null}]})")},
        {"crm.item.list", json::parse(R"({"items":[]})")}};
    const json offers_first = json::parse(
        R"([{"id":27,"iblockId":27,"productIblockId":25},{"id":25,"iblockId":25,"productIblockId":null}])");
    const PortalFacts facts = read_start_up(answers_of(offers_first, rows), "1C", ApiFamily::catalog);
    EXPECT_EQ(facts.family, ApiFamily::catalog);
    EXPECT_TRUE(facts.administrator);
    EXPECT_EQ(facts.catalog_id, "25");
    EXPECT_EQ(facts.offers_catalog_id, "27");
    EXPECT_EQ(facts.measure_ids.at("796"), "9");
    EXPECT_EQ(facts.vat_ids.size(), 2U);
    EXPECT_EQ(facts.price_types, (std::vector<PriceType>{{"2", "BASE", "b", true}}));
    ASSERT_EQ(facts.complete.at(EntityKind::product).size(), 1U);
    EXPECT_EQ(facts.complete.at(EntityKind::product)[0].id, "5");
    EXPECT_EQ(facts.complete.at(EntityKind::section)[0].key, "s");
    EXPECT_EQ(facts.complete.at(EntityKind::offer)[0].id, "70");
    EXPECT_TRUE(facts.complete.contains(EntityKind::company));
}

TEST(CatalogFacts, NeedACatalogueOfProducts) {
    try {
        static_cast<void>(read_start_up(answers_of(json::array(), {}), "1C", ApiFamily::catalog));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code, Code{"B24-NO-CATALOG"});
    }
}

TEST(CatalogFacts, TravelAsJson) {
    const PortalFacts facts = facts_from_json(facts_to_json(catalog_facts()));
    EXPECT_EQ(facts.family, ApiFamily::catalog);
    EXPECT_EQ(facts.offers_catalog_id, "27");
    EXPECT_EQ(facts.price_types, catalog_facts().price_types);
    EXPECT_THROW(static_cast<void>(facts_from_json(R"({"family":"soap"})")), Error);
}

TEST(CatalogFacts, SayWhatThePortalLacks) {
    const std::vector<Command> commands = family_commands();
    EXPECT_LE(commands.size(), batch_commands);
    std::vector<CommandAnswer> answers(commands.size(),
                                       Done{json::parse(R"({"isExisting":true,"isAvailable":true})")});
    answers[0] = Done{json::parse(R"({"catalogs":[{"id":25,"iblockId":25,"productIblockId":null}]})")};
    EXPECT_EQ(lacking_for_catalog(answers), "");
    answers[3] = Done{json::parse(R"({"isExisting":true,"isAvailable":false})")};
    answers[0] = Refused{"insufficient_scope", "", false};
    EXPECT_EQ(lacking_for_catalog(answers), "catalog.catalog.list, catalog.product.add");
    answers[0] = Refused{"OPERATION_TIME_LIMIT", "later", true};
    EXPECT_THROW(static_cast<void>(lacking_for_catalog(answers)), Error) << "not now is not never";
}

TEST(CatalogFacts, KnowPriceTypesByNameKeyOrBase) {
    const PortalFacts facts = catalog_facts();
    EXPECT_EQ(price_type_id(facts, "розничная ЦЕНА"), "2");
    EXPECT_EQ(price_type_id(facts, "OPT-GUID"), "5");
    EXPECT_EQ(price_type_id(facts, "base"), "2");
    EXPECT_EQ(price_type_id(facts, "Дилерская"), std::nullopt);
    EXPECT_EQ(price_type_id(facts, ""), std::nullopt);
}

}  // namespace
}  // namespace obmen::portal
