#include "portal/remote_values.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fakes.hpp"

namespace obmen::portal {
namespace {

using crm::EntityKind;
using crm::FieldGroup;
using nlohmann::json;
using test::plain;

using Texts = std::vector<std::string>;

Resolver resolver() {
    Resolver resolver;
    resolver.property = [](const crm::EntityKey& key) {
        return key.id == "colour" ? std::optional<std::string>("118") : std::nullopt;
    };
    return resolver;
}

FieldGroup single(const char* name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

FieldGroup price() {
    return {"price", {{"price", Decimal(1)}, {"currency", crm::Currency{"RUB"}}}};
}

FieldGroup colour(const char* key = "colour") {
    return {"property",
            {{"property", crm::PropertyValues{crm::make_key(crm::SourceKind::property, key), false, {}}}}};
}

std::optional<std::uint64_t> hash(EntityKind kind, const FieldGroup& group, const char* object) {
    return present_hash(kind, group, json::parse(object), {}, resolver());
}

/// The same content, spelled in two ways.
void expect_same(EntityKind kind, const FieldGroup& group, const char* one, const char* other) {
    ASSERT_TRUE(hash(kind, group, one).has_value()) << one;
    EXPECT_EQ(hash(kind, group, one), hash(kind, group, other)) << one << " / " << other;
}

void expect_other(EntityKind kind, const FieldGroup& group, const char* one, const char* other) {
    ASSERT_TRUE(hash(kind, group, one).has_value()) << one;
    EXPECT_NE(hash(kind, group, one), hash(kind, group, other)) << one << " / " << other;
}

// ---- reading -------------------------------------------------------------------------------------------

TEST(ReadMany, AsksForEverythingOfEachKind) {
    EXPECT_EQ(plain(read_many_command(EntityKind::product, {"5", "7"})),
              "crm.product.list?order[ID]=ASC&filter[ID][0]=5&filter[ID][1]=7&select[0]=*"
              "&select[1]=PROPERTY_*&select[2]=PREVIEW_PICTURE&select[3]=DETAIL_PICTURE&start=0");
    EXPECT_EQ(plain(read_many_command(EntityKind::company, {"5"})),
              "crm.company.list?order[ID]=ASC&filter[@ID][0]=5&select[0]=*&select[1]=UF_*&select[2]=PHONE"
              "&select[3]=EMAIL&select[4]=WEB&start=0");
    EXPECT_EQ(plain(read_many_command(EntityKind::requisite, {"5"})),
              "crm.requisite.list?order[ID]=ASC&filter[@ID][0]=5&start=0")
        << "no select: all fields";
    EXPECT_NE(plain(read_many_command(EntityKind::deal, {"5"})).find("&select[0]=*&select[1]=UF_*&"),
              std::string::npos);
    EXPECT_NE(plain(read_many_command(EntityKind::section, {"5"})).find("[5]=CODE"), std::string::npos);
}

TEST(ReadMany, NeverAsksForEverybody) {
    EXPECT_THROW(static_cast<void>(read_many_command(EntityKind::deal, {})), std::logic_error);
    EXPECT_THROW(static_cast<void>(read_many_command(EntityKind::deal, {"5", ""})), std::logic_error);
    EXPECT_THROW(static_cast<void>(read_many_command(EntityKind::deal, Texts(51, "5"))), std::logic_error);
    EXPECT_THROW(static_cast<void>(read_many_command(EntityKind::address, {"5"})), std::logic_error);
}

TEST(ReadMany, GivesRowsByTheirId) {
    const auto rows = rows_by_id(Done{json::parse(R"([{"ID":"5","NAME":"a"},{"ID":7},{"NAME":"none"}])")});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows.at("5").at("NAME"), "a");
    EXPECT_TRUE(rows.contains("7"));
    EXPECT_EQ(rows_by_id(Done{json::parse(R"({"0":{"ID":"5"}})")}).size(), 1U);
    EXPECT_TRUE(rows_by_id(Done{json(true)}).empty());
}

// ---- hashes --------------------------------------------------------------------------------------------

TEST(PresentHash, DoesNotDependOnHowNumbersAreSpelled) {
    expect_same(EntityKind::product, price(), R"({"PRICE":"10.50","CURRENCY_ID":"RUB"})",
                R"({"CURRENCY_ID":"RUB","PRICE":10.5})");
    expect_other(EntityKind::product, price(), R"({"PRICE":"10.50","CURRENCY_ID":"RUB"})",
                 R"({"PRICE":"10.51","CURRENCY_ID":"RUB"})");
    expect_other(EntityKind::product, price(), R"({"PRICE":"10","CURRENCY_ID":"RUB"})",
                 R"({"PRICE":"10","CURRENCY_ID":"USD"})");
}

TEST(PresentHash, LeadingZerosAreNoSpelling) {
    expect_other(EntityKind::requisite, single("RQ_INN", ""), R"({"RQ_INN":"0123"})", R"({"RQ_INN":"123"})");
}

TEST(PresentHash, NothingIsNothingInEverySpelling) {
    const FieldGroup text = single("description", "");
    for (const char* empty : {"{}", R"({"DESCRIPTION":null})", R"({"DESCRIPTION":false})",
                              R"({"DESCRIPTION":" "})", R"({"DESCRIPTION":[]})"}) {
        expect_same(EntityKind::product, text, R"({"DESCRIPTION":""})", empty);
    }
    expect_other(EntityKind::product, text, R"({"DESCRIPTION":""})", R"({"DESCRIPTION":"0"})");
    expect_same(EntityKind::product, single("section", crm::Link{}), R"({"SECTION_ID":null})",
                R"({"SECTION_ID":"0"})");
    expect_same(EntityKind::product, single("vat_included", true), R"({"VAT_INCLUDED":"N"})", "{}");
    expect_same(EntityKind::product, single("active", true), R"({"ACTIVE":"Y"})", R"({"ACTIVE":true})");
    expect_other(EntityKind::product, single("active", true), R"({"ACTIVE":"Y"})", R"({"ACTIVE":"N"})");
}

TEST(PresentHash, PhonesAreTheSameInAnyOrderAndSpelling) {
    const FieldGroup phones = single("phones", crm::ContactValues{});
    expect_same(EntityKind::contact, phones,
                R"({"PHONE":[{"ID":"1","VALUE":"8 (900) 000-00-01","VALUE_TYPE":"WORK"},
                             {"ID":"2","VALUE":"+79000000002","VALUE_TYPE":"HOME"}]})",
                R"({"PHONE":{"0":{"ID":"9","VALUE":"+79000000002","VALUE_TYPE":"HOME"},
                             "1":{"ID":"8","VALUE":"+79000000001","VALUE_TYPE":"WORK"}}})");
    expect_same(EntityKind::contact, phones, R"({"PHONE":[]})", "{}");
    expect_other(EntityKind::contact, phones, R"({"PHONE":[{"ID":"1","VALUE":"+7900","VALUE_TYPE":"WORK"}]})",
                 "{}");
}

TEST(PresentHash, ValueIdsOfPropertiesSayNothing) {
    expect_same(EntityKind::product, colour(), R"({"PROPERTY_118":{"valueId":"1","value":"red"}})",
                R"({"PROPERTY_118":[{"valueId":"7","value":"red"}]})");
    expect_same(EntityKind::product, colour(),
                R"({"PROPERTY_118":[{"valueId":"1","value":"red"},{"valueId":"2","value":5}]})",
                R"({"PROPERTY_118":{"2":{"valueId":"4","value":"5.0"},"3":{"valueId":"3","value":"red"}}})");
    expect_same(EntityKind::product, colour(), R"({"PROPERTY_118":null})",
                R"({"PROPERTY_118":{"valueId":"1","value":""}})");
    expect_same(EntityKind::product, colour(),
                R"({"PROPERTY_118":{"valueId":"1","value":{"TYPE":"html","TEXT":"a"}}})",
                R"({"PROPERTY_118":{"valueId":"2","value":{"TEXT":"a","TYPE":"HTML"}}})");
    expect_other(EntityKind::product, colour(), R"({"PROPERTY_118":{"valueId":"1","value":"red"}})",
                 R"({"PROPERTY_118":{"valueId":"1","value":"blue"}})");
}

TEST(PresentHash, ADayIsADayInWhateverZone) {
    const FieldGroup day = single("BEGINDATE", "");
    expect_same(EntityKind::deal, day, R"({"BEGINDATE":"2024-02-26T00:00:00+03:00"})",
                R"({"BEGINDATE":"2024-02-26"})");
    expect_same(EntityKind::deal, day, R"({"BEGINDATE":"2024-02-26T02:00:00+02:00"})",
                R"({"BEGINDATE":"2024-02-26"})");
    expect_other(EntityKind::deal, day, R"({"BEGINDATE":"2024-02-26T10:15:00+03:00"})",
                 R"({"BEGINDATE":"2024-02-26"})");
}

TEST(PresentHash, SaysNothingWhereItCannotKnow) {
    EXPECT_EQ(hash(EntityKind::product, colour("weight"), "{}"), std::nullopt) << "no such property";
    EXPECT_EQ(hash(EntityKind::section, single("active", true), "{}"), std::nullopt) << "no such field";
    EXPECT_EQ(hash(EntityKind::deal, single("contacts", crm::Links{}), "{}"), std::nullopt)
        << "not selectable";
    EXPECT_NE(hash(EntityKind::deal, single("contacts", crm::Links{}), R"({"CONTACT_IDS":[3]})"),
              std::nullopt);
    EXPECT_EQ(hash(EntityKind::pictures, single("more_pictures", crm::Pictures{}), "{}"), std::nullopt)
        << "no such property";
    EXPECT_EQ(hash(EntityKind::company_link, single("company", crm::Link{}), "{}"), std::nullopt);
    EXPECT_EQ(hash(EntityKind::product, price(), "[]"), std::nullopt);
}

// ---- for people, and for taking over -------------------------------------------------------------------

TEST(PresentText, ShowsWhatIsThere) {
    const auto text = [](EntityKind kind, const FieldGroup& group, const char* object) {
        return present_text(kind, group, json::parse(object), {}, resolver());
    };
    EXPECT_EQ(text(EntityKind::product, price(), R"({"PRICE":"10.50","CURRENCY_ID":"RUB"})"), "10.50, RUB");
    EXPECT_EQ(text(EntityKind::product, colour(),
                   R"({"PROPERTY_118":[{"valueId":"1","value":"red"},{"valueId":"2","value":"blue"}]})"),
              "red, blue");
    EXPECT_EQ(text(EntityKind::contact, single("phones", crm::ContactValues{}),
                   R"({"PHONE":[{"ID":"1","VALUE":"8 900","VALUE_TYPE":"WORK"}]})"),
              "8 900");
    EXPECT_EQ(text(EntityKind::product, colour("weight"), "{}"), "");
}

bool is_filled(EntityKind kind, const FieldGroup& group, const char* object) {
    return is_filled_there(kind, group, json::parse(object), {}, resolver());
}

TEST(IsFilledThere, OnlyWhatAPersonPutThereCounts) {
    EXPECT_TRUE(is_filled(EntityKind::company, single("comment", ""), R"({"COMMENTS":"call first"})"));
    EXPECT_FALSE(is_filled(EntityKind::company, single("comment", ""), R"({"COMMENTS":null})"));
    EXPECT_FALSE(is_filled(EntityKind::product, price(), R"({"PRICE":"0.00","CURRENCY_ID":"RUB"})"));
    EXPECT_TRUE(is_filled(EntityKind::product, price(), R"({"PRICE":"1","CURRENCY_ID":"RUB"})"));
    EXPECT_FALSE(is_filled(EntityKind::product, single("section", crm::Link{}), R"({"SECTION_ID":"0"})"));
    EXPECT_FALSE(is_filled(EntityKind::product, single("active", false), R"({"ACTIVE":"Y"})"));
    EXPECT_TRUE(is_filled(EntityKind::product, single("active", false), R"({"ACTIVE":"N"})"));
    EXPECT_FALSE(is_filled(EntityKind::product, single("vat_included", true), R"({"VAT_INCLUDED":"N"})"));
    EXPECT_FALSE(is_filled(EntityKind::product, single("SORT", "1"), R"({"SORT":"500"})"));
    EXPECT_TRUE(is_filled(EntityKind::product, single("SORT", "1"), R"({"SORT":"10"})"));
    EXPECT_TRUE(
        is_filled(EntityKind::product, colour(), R"({"PROPERTY_118":{"valueId":"1","value":"red"}})"));
    EXPECT_FALSE(is_filled(EntityKind::product, colour("weight"), "{}"));
}

TEST(IsLinkedElsewhere, AKeyOfItsOwnIsALink) {
    const auto linked = [](const char* card) { return is_linked_elsewhere(json::parse(card)); };
    EXPECT_TRUE(linked(R"({"ID":"7","ORIGIN_ID":"x"})"));
    EXPECT_TRUE(linked(R"({"ID":"7","ORIGINATOR_ID":"email-tracker"})"));
    EXPECT_TRUE(linked(R"({"ID":"7","XML_ID":"guid"})"));
    EXPECT_FALSE(linked(R"({"ID":"7","XML_ID":"7"})")) << "the portal's own filling";
    EXPECT_FALSE(linked(R"({"ID":"7","XML_ID":null,"ORIGIN_ID":"","ORIGINATOR_ID":null})"));
}

TEST(DealStageOf, IsReadFromTheDeal) {
    EXPECT_EQ(deal_stage(json::parse(R"({"STAGE_ID":"C9:NEW"})")), "C9:NEW");
    EXPECT_EQ(deal_stage(json::parse("{}")), std::nullopt);
}

TEST(PropertyValueIds, AreReadInEveryShape) {
    const auto ids = [](const char* object) { return property_value_ids(json::parse(object), "44"); };
    EXPECT_EQ(ids(R"({"PROPERTY_44":{"valueId":"1","value":{"id":"9"}}})"), (Texts{"1"}));
    EXPECT_EQ(ids(R"({"PROPERTY_44":[{"valueId":1,"value":{"id":"9"}},{"valueId":"2","value":"x"}]})"),
              (Texts{"1", "2"}));
    EXPECT_EQ(ids(R"({"PROPERTY_44":null})"), Texts{});
    EXPECT_EQ(ids("{}"), Texts{});
    EXPECT_EQ(ids("[]"), Texts{});
}

// ---- parts ---------------------------------------------------------------------------------------------

FieldGroup city() {
    return {"address", {{"CITY", std::string("Тверь")}, {"ADDRESS_1", std::string("ул. Мира, 1")}}};
}
FieldGroup one_row(const char* quantity) {
    crm::ProductRows::Row row;
    row.name = "Болт";
    row.price = *Decimal::parse("10");
    row.quantity = *Decimal::parse(quantity);
    return {"rows", {{"rows", crm::ProductRows{{row}}}}};
}

TEST(PartsThere, AnAddressThatIsGoneIsAnEmptyOne) {
    expect_same(EntityKind::address, city(), "null", R"({"CITY":"","ADDRESS_1":null})");
    expect_other(EntityKind::address, city(), "null", R"({"CITY":"Тверь"})");
    EXPECT_FALSE(hash(EntityKind::address, single("owner", crm::Link{}), "{}").has_value());
}

TEST(PartsThere, RowsAreTheSameInWhateverOrderAndSpelling) {
    expect_same(
        EntityKind::deal_rows, one_row("2"),
        R"([{"PRODUCT_ID":5,"PRICE":10.5,"QUANTITY":1},{"PRODUCT_ID":0,"PRODUCT_NAME":"a"}])",
        R"([{"PRODUCT_NAME":"a","TAX_RATE":null},{"PRODUCT_ID":"5","PRICE":"10.50","QUANTITY":"1"}])");
    expect_other(EntityKind::deal_rows, one_row("2"), R"([{"PRODUCT_ID":5}])", "[]");
}

TEST(PartsThere, PicturesAreTheirFiles) {
    const FieldGroup detail = single("detail_picture", crm::Pictures{});
    expect_same(EntityKind::pictures, detail, R"({"DETAIL_PICTURE":{"id":"7","showUrl":"/a"}})",
                R"({"DETAIL_PICTURE":{"id":7,"showUrl":"/b"}})");
    expect_other(EntityKind::pictures, detail, R"({"DETAIL_PICTURE":{"id":"7"}})",
                 R"({"DETAIL_PICTURE":{"id":"8"}})");
    expect_other(EntityKind::pictures, detail, R"({"DETAIL_PICTURE":{"id":"7"}})",
                 R"({"DETAIL_PICTURE":null})");
}

TEST(PartsThere, AreAsWishedWhateverTheirSpelling) {
    const auto wished = [](EntityKind kind, const FieldGroup& group, const char* object) {
        return is_as_wished(kind, group, json::parse(object), {}, resolver());
    };
    EXPECT_TRUE(wished(EntityKind::address, city(), R"({"CITY":"Тверь","ADDRESS_1":"ул. Мира, 1"})"));
    EXPECT_FALSE(wished(EntityKind::address, city(), "null"));
    const char* rows =
        R"([{"PRODUCT_ID":0,"PRODUCT_NAME":"Болт","PRICE":10,"QUANTITY":2,"TAX_INCLUDED":"Y","MEASURE_CODE":0}])";
    EXPECT_TRUE(wished(EntityKind::deal_rows, one_row("2"), rows));
    EXPECT_FALSE(wished(EntityKind::deal_rows, one_row("3"), rows));
    EXPECT_FALSE(wished(EntityKind::deal_rows, one_row("2"), "[]"));
}

TEST(ReadMany, AsksForAddressesByTheirOwnersAndType) {
    EXPECT_EQ(plain(read_addresses_command("6", {"5", "7"})),
              "crm.address.list?order[ENTITY_ID]=ASC&filter[TYPE_ID]=6&filter[ENTITY_TYPE_ID]=8"
              "&filter[@ENTITY_ID][0]=5&filter[@ENTITY_ID][1]=7");
    const Done answer{json::parse(R"([{"TYPE_ID":"6","ENTITY_TYPE_ID":"8","ENTITY_ID":"5","CITY":"Тверь"},
                                      {"TYPE_ID":"1","ENTITY_TYPE_ID":"8","ENTITY_ID":"7"},
                                      {"TYPE_ID":"6","ENTITY_TYPE_ID":"4","ENTITY_ID":"7"}])")};
    const auto addresses = addresses_by_requisite(answer, "6");
    ASSERT_EQ(addresses.size(), 1U);
    EXPECT_EQ(addresses.at("5").at("CITY"), "Тверь");
}

TEST(LogicalHashes, AreThoseOfTheWishThatBroughtTheValue) {
    const auto are = [](const FieldGroup& wished, const char* object) {
        PortalFacts facts;
        facts.measure_ids = {{"796", "9"}};
        const auto hashes =
            logical_hashes(EntityKind::product, wished, json::parse(object), facts, resolver(),
                           [](EntityKind kind, const std::string& id) -> std::optional<crm::EntityKey> {
                               return kind == EntityKind::section && id == "3"
                                          ? std::optional(crm::make_key(crm::SourceKind::group, "g"))
                                          : std::nullopt;
                           });
        return std::find(hashes.begin(), hashes.end(), crm::group_hash(wished)) != hashes.end();
    };
    EXPECT_TRUE(are(price(), R"({"PRICE":"1.00","CURRENCY_ID":"RUB"})"));
    EXPECT_FALSE(are(price(), R"({"PRICE":"2.00","CURRENCY_ID":"RUB"})"));
    EXPECT_TRUE(are(single("name", std::string("Болт 05")), R"({"NAME":"Болт 05"})"));
    EXPECT_TRUE(are(single("measure", crm::MeasureCode{"796"}), R"({"MEASURE":"9"})"));
    const FieldGroup section = single("section", crm::Link{crm::make_key(crm::SourceKind::group, "g")});
    EXPECT_TRUE(are(section, R"({"SECTION_ID":"3"})"));
    EXPECT_FALSE(are(section, R"({"SECTION_ID":"4"})"));
}

}  // namespace
}  // namespace obmen::portal
