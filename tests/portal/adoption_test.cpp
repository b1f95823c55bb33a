#include "portal/adoption.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fakes.hpp"

namespace obmen::portal {
namespace {

using crm::EntityKind;
using nlohmann::json;
using test::plain;

using Texts = std::vector<std::string>;

Done answer(const char* rows, std::int64_t total = -1, bool more = false) {
    return Done{json::parse(rows), total, more};
}

TEST(InnLookup, AsksForOneOrMany) {
    EXPECT_EQ(plain(inn_lookup_command({"7701", "7702"})),
              "crm.requisite.list?order[ID]=ASC&filter[@RQ_INN][0]=7701&filter[@RQ_INN][1]=7702&select[0]=ID"
              "&select[1]=ENTITY_TYPE_ID&select[2]=ENTITY_ID&select[3]=RQ_INN&select[4]=RQ_KPP"
              "&select[5]=XML_ID&start=0");
    EXPECT_NE(plain(inn_lookup_command({"7701"})).find("filter[=RQ_INN]=7701&"), std::string::npos);
}

TEST(InnLookup, NeverAsksForEverything) {
    EXPECT_THROW(static_cast<void>(inn_lookup_command({})), std::logic_error);
    EXPECT_THROW(static_cast<void>(inn_lookup_command({"7701", " "})), std::logic_error);
    EXPECT_THROW(static_cast<void>(inn_lookup_command(Texts(51, "1"))), std::logic_error);
}

TEST(InnLookup, SaysWhoseEachRequisiteIs) {
    const auto rows = read_inn_rows(
        {"7701"},
        answer(
            R"([{"ID":"5","ENTITY_TYPE_ID":"4","ENTITY_ID":"12","RQ_INN":"7701 ","RQ_KPP":null,"XML_ID":""},
                   {"ID":6,"ENTITY_TYPE_ID":3,"ENTITY_ID":13,"RQ_INN":"7701","RQ_KPP":"770101001","XML_ID":"x"},
                   {"ID":7,"ENTITY_TYPE_ID":9,"ENTITY_ID":14,"RQ_INN":7701}])",
            3));
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[0].kind, EntityKind::company);
    EXPECT_EQ((*rows)[0].owner_id, "12");
    EXPECT_EQ((*rows)[0].kpp, "");
    EXPECT_EQ((*rows)[1].kind, EntityKind::contact);
    EXPECT_EQ((*rows)[1].kpp, "770101001");
    EXPECT_EQ((*rows)[1].xml_id, "x");
    EXPECT_EQ((*rows)[2].kind, std::nullopt);
    EXPECT_TRUE(read_inn_rows({"7701"}, answer("[]", 0))->empty());
    EXPECT_TRUE(read_inn_rows({"7701"}, answer("{}"))->empty());
}

TEST(InnLookup, NoticesAPortalThatIgnoredTheFilter) {
    const char* row = R"([{"ID":"5","ENTITY_TYPE_ID":"4","ENTITY_ID":"12","RQ_INN":"7702"}])";
    EXPECT_FALSE(read_inn_rows({"7701"}, answer(row, 1)).has_value());
    EXPECT_TRUE(read_inn_rows({"7702"}, answer(row, 1)).has_value());
    EXPECT_FALSE(read_inn_rows({"7702"}, answer(row, 51, true)).has_value()) << "a page is missing";
    EXPECT_FALSE(read_inn_rows({"7702"}, answer("true")).has_value());
    EXPECT_FALSE(
        read_inn_rows({"7702"}, answer(R"([{"ID":"5","ENTITY_TYPE_ID":"4","RQ_INN":"7702"}])")).has_value())
        << "nobody's";
}

TEST(PhoneSpellings, AreThoseThatPeopleUse) {
    EXPECT_EQ(phone_spellings(" 8 (900) 000-00-01"),
              (Texts{"8 (900) 000-00-01", "+79000000001", "89000000001", "79000000001"}));
    EXPECT_EQ(phone_spellings("+79000000001"), (Texts{"+79000000001", "89000000001", "79000000001"}));
    EXPECT_EQ(phone_spellings("12-34"), (Texts{"12-34", "1234"}));
    EXPECT_EQ(phone_spellings(" "), Texts{});
}

TEST(Duplicates, AreAskedForByPhoneOrMail) {
    EXPECT_EQ(plain(duplicates_command(EntityKind::contact, "phones", {"+7900", "8900"})),
              "crm.duplicate.findbycomm?entity_type=CONTACT&type=PHONE&values[0]=+7900&values[1]=8900");
    EXPECT_EQ(plain(duplicates_command(EntityKind::company, "emails", {"a@b"})),
              "crm.duplicate.findbycomm?entity_type=COMPANY&type=EMAIL&values[0]=a@b");
    EXPECT_THROW(static_cast<void>(duplicates_command(EntityKind::company, "emails", {})), std::logic_error);
    EXPECT_THROW(static_cast<void>(duplicates_command(EntityKind::company, "emails", Texts(21, "a"))),
                 std::logic_error);
    EXPECT_THROW(static_cast<void>(duplicates_command(EntityKind::deal, "emails", {"a"})), std::logic_error);
    EXPECT_THROW(static_cast<void>(duplicates_command(EntityKind::company, "fax", {"a"})), std::logic_error);
}

TEST(Duplicates, AreReadInEveryShape) {
    const Done both = answer(R"({"CONTACT":[11,"12",11],"COMPANY":{"0":3}})");
    EXPECT_EQ(read_duplicates(EntityKind::contact, both), (Texts{"11", "12"}));
    EXPECT_EQ(read_duplicates(EntityKind::company, both), (Texts{"3"}));
    for (const char* nothing : {"[]", "{}", "null", R"({"LEAD":[1]})", R"({"CONTACT":7})"}) {
        EXPECT_EQ(read_duplicates(EntityKind::contact, answer(nothing)), Texts{}) << nothing;
    }
}

TEST(ProductSearch, AsksByNameOrByProperty) {
    EXPECT_EQ(
        plain(products_by_name_command("Болт М6")),
        "crm.product.list?order[ID]=ASC&filter[NAME]=Болт М6&select[0]=ID&select[1]=NAME&select[2]=XML_ID"
        "&start=0");
    EXPECT_EQ(plain(products_by_property_command("118", "A-1")),
              "crm.product.list?order[ID]=ASC&filter[PROPERTY_118]=A-1&select[0]=ID&select[1]=NAME"
              "&select[2]=XML_ID&select[3]=PROPERTY_118&start=0");
    EXPECT_THROW(static_cast<void>(products_by_name_command(" ")), std::logic_error);
    EXPECT_THROW(static_cast<void>(products_by_property_command("118", "")), std::logic_error);
}

TEST(ProductSearch, TakesOnlyThatNameWhateverItsCaseAndSpaces) {
    EXPECT_EQ(read_product_ids("Болт М6", answer(R"([{"ID":"1","NAME":"Болт М6"},{"ID":2,"NAME":" Болт  М6"},
                                                     {"ID":"3","NAME":"болт м6"},{"ID":"4","NAME":null},
                                                     {"ID":"5","NAME":"Болт М60"}])",
                                                 5)),
              (Texts{"1", "2", "3"}));
    EXPECT_EQ(read_product_ids("a", answer("[]", 0)), Texts{});
}

TEST(ProductSearch, SaysNothingWhereRowsAreMissing) {
    EXPECT_EQ(read_product_ids("a", answer(R"([{"ID":"1","NAME":"a"}])", 800, true)), std::nullopt);
    EXPECT_EQ(read_product_ids("a", answer(R"([{"ID":"1","NAME":"a"}])", 2)), std::nullopt);
    EXPECT_EQ(read_product_ids("a", answer(R"([{"NAME":"a"}])")), std::nullopt);
    EXPECT_EQ(read_product_ids("a", answer("false")), std::nullopt);
}

TEST(ProductSearch, ComparesTheValueOfTheProperty) {
    const Done rows = answer(R"([{"ID":"1","PROPERTY_118":{"valueId":"9","value":"A-1"}},
        {"ID":"2","PROPERTY_118":[{"valueId":"9","value":"B"},{"valueId":"10","value":"A-1"}]},
        {"ID":"3","PROPERTY_118":{"valueId":"9","value":"A-12"}},{"ID":"4","PROPERTY_118":null},{"ID":"5"}])",
                             5);
    EXPECT_EQ(read_product_ids_by_property("118", "A-1 ", rows), (Texts{"1", "2"}));
}

}  // namespace
}  // namespace obmen::portal
