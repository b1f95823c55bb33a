#include "portal/crm_family.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace obmen::portal {
namespace {

using crm::EntityKind;
using crm::FieldGroup;

PortalFacts known_facts() {
    PortalFacts facts;
    facts.measure_ids = {{"796", "9"}, {"6", "2"}};
    facts.vat_ids = {{std::nullopt, "1"}, {Decimal(20), "3"}};
    facts.currencies = {"RUB"};
    return facts;
}

std::string link_to_a_step(const crm::Link& link) {
    return link.target ? "$result[c3]" : "0";
}

crm::Link to_group(const char* id) {
    return {crm::make_key(crm::SourceKind::group, id)};
}

FieldGroup group_of_one(const char* name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

FieldGroup price(const char* amount, const char* currency) {
    return {"price", {{"price", *Decimal::parse(amount)}, {"currency", crm::Currency{currency}}}};
}

BuiltCommand create(EntityKind kind, const std::vector<FieldGroup>& groups,
                    const PortalFacts& facts = known_facts()) {
    return create_command({kind, "GUID#1", "1C", &groups}, facts, {.link = link_to_a_step});
}

BuiltCommand update(EntityKind kind, const std::vector<FieldGroup>& groups,
                    const std::map<std::string, std::vector<ContactChange>>& changes = {}) {
    return update_command({kind, "GUID#1", "1C", &groups}, "77", known_facts(), {.link = link_to_a_step},
                          changes);
}

using Names = std::vector<std::string>;

TEST(CreateCommand, WritesEveryFieldOfAProduct) {
    const BuiltCommand built =
        create(EntityKind::product, {group_of_one("name", "Болт"),
                                     {"description", {{"description", "a<b>"}, {"description_type", "html"}}},
                                     group_of_one("section", to_group("g")),
                                     price("10.50", "RUB"),
                                     group_of_one("vat_included", true),
                                     group_of_one("measure", crm::MeasureCode{"006"}),
                                     group_of_one("vat", crm::VatRate{Decimal(20)}),
                                     group_of_one("active", false)});
    EXPECT_EQ(
        encoded(built.command),
        "crm.product.add?fields%5BXML_ID%5D=GUID%231&fields%5BNAME%5D=%D0%91%D0%BE%D0%BB%D1%82"
        "&fields%5BDESCRIPTION%5D=a%3Cb%3E&fields%5BDESCRIPTION_TYPE%5D=html&fields%5BSECTION_ID%5D=%"
        "24result%5Bc3%5D"
        "&fields%5BPRICE%5D=10.5&fields%5BCURRENCY_ID%5D=RUB&fields%5BVAT_INCLUDED%5D=Y&fields%5BMEASURE%5D=2"
        "&fields%5BVAT_ID%5D=3&fields%5BACTIVE%5D=N");
    EXPECT_EQ(built.groups,
              (Names{"name", "description", "section", "price", "vat_included", "measure", "vat", "active"}));
    EXPECT_TRUE(built.withheld.empty());
}

TEST(CreateCommand, WritesASectionUnderTheRoot) {
    const BuiltCommand built = create(
        EntityKind::section,
        {group_of_one("name", "a"), group_of_one("parent", crm::Link{}), group_of_one("active", true)});
    EXPECT_EQ(
        encoded(built.command),
        "crm.productsection.add?fields%5BXML_ID%5D=GUID%231&fields%5BNAME%5D=a&fields%5BSECTION_ID%5D=0");
    EXPECT_EQ(built.groups, (Names{"name", "parent", "active"}))
        << "sections have no ACTIVE: nothing is left to do about it";
}

TEST(CreateCommand, WritesCardsWithBothHalvesOfTheirKeyAndWithoutNews) {
    const crm::ContactValues phones{
        {{"8 (495) 123-45-67", "WORK"}, {"+7 495 1234567", "HOME"}, {"+7 900 000-00-00", "MOBILE"}}};
    const BuiltCommand built =
        create(EntityKind::company,
               {group_of_one("title", "ООО"), group_of_one("phones", phones), group_of_one("comment", "")});
    EXPECT_EQ(encoded(built.command),
              "crm.company.add?fields%5BORIGINATOR_ID%5D=1C&fields%5BORIGIN_ID%5D=GUID%231&fields%5BTITLE%5D="
              "%D0%9E%D0%9E%D0%9E"
              "&fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=8%20%28495%29%20123-45-67&fields%5BPHONE%5D%5B0%5D%"
              "5BVALUE_TYPE%5D=WORK"
              "&fields%5BPHONE%5D%5B1%5D%5BVALUE%5D=%2B7%20900%20000-00-00&fields%5BPHONE%5D%5B1%5D%5BVALUE_"
              "TYPE%5D=MOBILE"
              "&fields%5BCOMMENTS%5D=&params%5BREGISTER_SONET_EVENT%5D=N");
    const BuiltCommand contact =
        create(EntityKind::contact, {{"name", {{"last_name", "И"}, {"first_name", "И"}, {"second_name", ""}}},
                                     group_of_one("emails", crm::ContactValues{})});
    EXPECT_EQ(encoded(contact.command),
              "crm.contact.add?fields%5BORIGINATOR_ID%5D=1C&fields%5BORIGIN_ID%5D=GUID%231&fields%5BLAST_"
              "NAME%5D=%D0%98"
              "&fields%5BNAME%5D=%D0%98&fields%5BSECOND_NAME%5D=&params%5BREGISTER_SONET_EVENT%5D=N");
    EXPECT_EQ(contact.groups, (Names{"name", "emails"}));
}

TEST(CreateCommand, WithholdsWhatThePortalDoesNotKnow) {
    const BuiltCommand built = create(EntityKind::product, {group_of_one("name", "a"), price("1", "EUR"),
                                                            group_of_one("measure", crm::MeasureCode{"112"}),
                                                            group_of_one("vat", crm::VatRate{Decimal(18)})});
    EXPECT_EQ(encoded(built.command), "crm.product.add?fields%5BXML_ID%5D=GUID%231&fields%5BNAME%5D=a");
    EXPECT_EQ(built.groups, (Names{"name"}));
    ASSERT_EQ(built.withheld.size(), 3U);
    EXPECT_EQ(built.withheld[0].group, "price");
    EXPECT_EQ(built.withheld[0].reason, (Message{"B24-NO-CURRENCY", {"EUR", ""}}));
    EXPECT_EQ(built.withheld[1].reason, (Message{"B24-NO-MEASURE", {"112", ""}}));
    EXPECT_EQ(built.withheld[2].reason, (Message{"B24-NO-VAT", {"18%", ""}}));
}

TEST(CreateCommand, PutsNamedPlaceholdersWhereThePortalIsUnknown) {
    PortalFacts facts;
    facts.placeholders = true;
    const BuiltCommand built = create(EntityKind::product,
                                      {price("1", "EUR"), group_of_one("measure", crm::MeasureCode{"796"}),
                                       group_of_one("vat", crm::VatRate{})},
                                      facts);
    EXPECT_EQ(encoded(built.command),
              "crm.product.add?fields%5BXML_ID%5D=GUID%231&fields%5BPRICE%5D=1&fields%5BCURRENCY_ID%5D=EUR"
              "&fields%5BMEASURE%5D=%7B%7Bmeasure%20796%7D%7D&fields%5BVAT_ID%5D=%7B%7Bvat%20none%7D%7D");
    EXPECT_TRUE(built.withheld.empty());
}

TEST(CreateCommand, TellsWithoutVatFromZeroPercent) {
    const BuiltCommand built =
        create(EntityKind::product,
               {group_of_one("vat", crm::VatRate{}), group_of_one("measure", crm::MeasureCode{"796"})});
    EXPECT_EQ(encoded(built.command),
              "crm.product.add?fields%5BXML_ID%5D=GUID%231&fields%5BVAT_ID%5D=1&fields%5BMEASURE%5D=9");
    EXPECT_EQ(create(EntityKind::product, {group_of_one("vat", crm::VatRate{Decimal(0)})}).withheld.size(),
              1U);
}

TEST(CreateCommand, RefusesWhatCanOnlyBeABug) {
    EXPECT_THROW(static_cast<void>(create(EntityKind::product, {group_of_one("price", Decimal(1))})),
                 std::logic_error);
    EXPECT_THROW(static_cast<void>(create(EntityKind::product, {group_of_one("title", "x")})),
                 std::logic_error);
    EXPECT_THROW(static_cast<void>(create(EntityKind::deal_rows, {group_of_one("title", "x")})),
                 std::logic_error);
    const std::vector<FieldGroup> groups{group_of_one("name", "a")};
    EXPECT_THROW(static_cast<void>(create_command({EntityKind::product, "", "1C", &groups}, known_facts(),
                                                  {.link = link_to_a_step})),
                 std::logic_error);
}

TEST(UpdateCommand, SendsOnlyTheGroupsItIsGiven) {
    const BuiltCommand built = update(EntityKind::product, {price("1905.00", "RUB")});
    EXPECT_EQ(encoded(built.command),
              "crm.product.update?id=77&fields%5BPRICE%5D=1905&fields%5BCURRENCY_ID%5D=RUB");
    EXPECT_EQ(built.groups, (Names{"price"}));
}

TEST(UpdateCommand, KeepsEmptyTextsBecauseTheyClear) {
    EXPECT_EQ(encoded(update(EntityKind::product, {group_of_one("name", "")}).command),
              "crm.product.update?id=77&fields%5BNAME%5D=");
}

TEST(UpdateCommand, IsEmptyWhenNothingIsLeftToSend) {
    const BuiltCommand section = update(EntityKind::section, {group_of_one("active", false)});
    EXPECT_EQ(section.command.method, "");
    EXPECT_EQ(section.groups, (Names{"active"}));
    const BuiltCommand withheld = update(EntityKind::product, {price("1", "EUR")});
    EXPECT_EQ(withheld.command.method, "");
    EXPECT_TRUE(withheld.groups.empty());
    EXPECT_EQ(withheld.withheld.size(), 1U);
}

TEST(UpdateCommand, ChangesMultiFieldsByTheIdsOfTheirEntries) {
    const FieldGroup phones = group_of_one("phones", crm::ContactValues{{{"+7900", "WORK"}}});
    const BuiltCommand built =
        update(EntityKind::contact, {phones},
               {{"phones", {{"215", "+7900", "WORK"}, {"", "+7901", "MOBILE"}, {"216", "", "HOME"}}}});
    EXPECT_EQ(encoded(built.command),
              "crm.contact.update?id=77&fields%5BPHONE%5D%5B0%5D%5BID%5D=215&fields%5BPHONE%5D%5B0%5D%"
              "5BVALUE%5D=%2B7900"
              "&fields%5BPHONE%5D%5B0%5D%5BVALUE_TYPE%5D=WORK&fields%5BPHONE%5D%5B1%5D%5BVALUE%5D=%2B7901"
              "&fields%5BPHONE%5D%5B1%5D%5BVALUE_TYPE%5D=MOBILE&fields%5BPHONE%5D%5B2%5D%5BID%5D=216"
              "&fields%5BPHONE%5D%5B2%5D%5BDELETE%5D=Y");
    EXPECT_EQ(built.groups, (Names{"phones"}));
}

TEST(UpdateCommand, NeverAddsPhonesThatWereNotComparedFirst) {
    const FieldGroup phones = group_of_one("phones", crm::ContactValues{{{"+7900", "WORK"}}});
    const BuiltCommand unread = update(EntityKind::contact, {phones});
    EXPECT_EQ(unread.command.method, "");
    EXPECT_TRUE(unread.groups.empty()) << "not confirmed either";
    const BuiltCommand equal = update(EntityKind::contact, {phones}, {{"phones", {}}});
    EXPECT_EQ(equal.command.method, "");
    EXPECT_EQ(equal.groups, (Names{"phones"}));
}

TEST(GetCommand, ReadsOneObject) {
    EXPECT_EQ(encoded(get_command(EntityKind::company, "7")), "crm.company.get?id=7");
}

TEST(LookupCommand, AsksForOneOrManyKeys) {
    EXPECT_EQ(
        encoded(lookup_command(EntityKind::product, "1C", {"g#1"})),
        "crm.product.list?order%5BID%5D=ASC&filter%5BXML_ID%5D=g%231&select%5B0%5D=ID&select%5B1%5D=XML_ID"
        "&select%5B2%5D=SECTION_ID&start=0");
    EXPECT_EQ(
        encoded(lookup_command(EntityKind::section, "1C", {"a", "b"})),
        "crm.productsection.list?order%5BID%5D=ASC&filter%5BXML_ID%5D%5B0%5D=a&filter%5BXML_ID%5D%5B1%5D=b"
        "&select%5B0%5D=ID&select%5B1%5D=XML_ID&select%5B2%5D=SECTION_ID&start=0");
    EXPECT_EQ(encoded(lookup_command(EntityKind::company, "1C", {"a"})),
              "crm.company.list?order%5BID%5D=ASC&filter%5B%3DORIGINATOR_ID%5D=1C&filter%5B%3DORIGIN_ID%5D=a"
              "&select%5B0%5D=ID&select%5B1%5D=ORIGIN_ID&select%5B2%5D=ORIGINATOR_ID&start=0");
    EXPECT_NE(encoded(lookup_command(EntityKind::contact, "1C", {"a", "b"}))
                  .find("filter%5B%40ORIGIN_ID%5D%5B1%5D=b"),
              std::string::npos);
}

TEST(LookupCommand, NeverAsksForEverything) {
    EXPECT_THROW(static_cast<void>(lookup_command(EntityKind::product, "1C", {})), std::logic_error);
    EXPECT_THROW(static_cast<void>(lookup_command(EntityKind::product, "1C", {"a", " "})), std::logic_error);
    EXPECT_THROW(
        static_cast<void>(lookup_command(EntityKind::product, "1C", std::vector<std::string>(51, "a"))),
        std::logic_error);
}

LookupResult read(const std::vector<std::string>& keys, const std::string& rows, std::int64_t total = -1,
                  bool more = false) {
    return read_lookup(EntityKind::product, keys, Done{nlohmann::json::parse(rows), total, more});
}

TEST(ReadLookup, FindsKeysWhateverTheirCase) {
    const LookupResult result =
        read({"ABC", "def"},
             R"([{"ID":"7","XML_ID":"abc","SECTION_ID":"3"},{"ID":8,"XML_ID":"DEF","SECTION_ID":null}])", 2);
    EXPECT_TRUE(result.trusted);
    ASSERT_EQ(result.objects.size(), 2U);
    EXPECT_EQ(result.objects[0].id, "7");
    EXPECT_EQ(result.objects[0].key, "abc");
    EXPECT_EQ(result.objects[0].section_id, "3");
    EXPECT_EQ(result.objects[1].id, "8");
    EXPECT_EQ(result.objects[1].section_id, "");
}

TEST(ReadLookup, GivesEveryObjectOfOneKey) {
    EXPECT_EQ(read({"a"}, R"([{"ID":"1","XML_ID":"a"},{"ID":"2","XML_ID":"A"}])", 2).objects.size(), 2U);
}

TEST(ReadLookup, AnEmptyListMeansThatThereIsNothing) {
    EXPECT_TRUE(read({"a", "b"}, "[]", 0).trusted);
    EXPECT_TRUE(read({"a", "b"}, "[]", 0).objects.empty());
}

TEST(ReadLookup, DoesNotTrustRowsNobodyAskedFor) {
    EXPECT_FALSE(read({"a", "b"}, R"([{"ID":"1","XML_ID":"a"},{"ID":"2","XML_ID":"c"}])").trusted);
    EXPECT_FALSE(read({"a", "b"}, R"([{"ID":"1","XML_ID":null}])").trusted);
    EXPECT_FALSE(read({"a"}, R"([{"XML_ID":"a"}])").trusted) << "a row without an id";
}

TEST(ReadLookup, WithOneKeyForeignRowsDoNoHarmWhileNoPageIsMissing) {
    const std::string rows = R"([{"ID":"1","XML_ID":"a_1"},{"ID":"2","XML_ID":"ab1"}])";
    const LookupResult result = read({"a_1"}, rows, 2);
    EXPECT_TRUE(result.trusted);
    ASSERT_EQ(result.objects.size(), 1U);
    EXPECT_EQ(result.objects[0].id, "1");
    EXPECT_FALSE(read({"a_1"}, rows, 51, true).trusted);
}

TEST(ReadLookup, DoesNotTrustAnAnswerWithAPageMissing) {
    const std::string rows = R"([{"ID":"1","XML_ID":"a"}])";
    EXPECT_FALSE(read({"a", "b"}, rows, 1, true).trusted);
    EXPECT_FALSE(read({"a", "b"}, rows, 2, false).trusted);
    EXPECT_FALSE(read({"a"}, rows, 2, false).trusted);
    EXPECT_TRUE(read({"a"}, rows, -1, false).trusted);
}

TEST(ReadLookup, DoesNotTrustWhatIsNoList) {
    EXPECT_FALSE(read({"a"}, "true").trusted);
    EXPECT_FALSE(read({"a"}, "null").trusted);
    EXPECT_FALSE(read({"a"}, R"({"ID":"1","XML_ID":"a"})").trusted);
    EXPECT_TRUE(read({"a"}, R"({"0":{"ID":"1","XML_ID":"a"}})").trusted) << "PHP's other way to write a list";
}

TEST(CreatedId, IsAPositiveNumberOrAPlaceholder) {
    EXPECT_EQ(created_id(77), "77");
    EXPECT_EQ(created_id("77"), "77");
    EXPECT_EQ(created_id("{{product 5}}"), "{{product 5}}");
    for (const char* json :
         {"0", "-1", "\"0\"", "\"\"", "\"7a\"", "\"-7\"", "7.5", "true", "null", "{}", "[]", "\"{{}}\""}) {
        EXPECT_EQ(created_id(nlohmann::json::parse(json)), std::nullopt) << json;
    }
}

TEST(MeansNotFound, KnowsTheSentencesAboutTheObjectItself) {
    for (const char* text : {"Product is not found", "Not found", "Not found.", "Contact is not found",
                             "Company is not found", "Товар не найден"}) {
        EXPECT_TRUE(means_not_found({"", text})) << text;
    }
    EXPECT_TRUE(means_not_found({"NOT_FOUND", "whatever"}));
    EXPECT_FALSE(means_not_found({"ERROR_METHOD_NOT_FOUND", "Method not found!"}));
    EXPECT_FALSE(means_not_found({"", "Method not found!"}));
    EXPECT_FALSE(means_not_found({"", "Currency is not found"}));
    EXPECT_FALSE(means_not_found({"", "Access denied."}));
    EXPECT_FALSE(means_not_found({"", ""}));
}

}  // namespace
}  // namespace obmen::portal
