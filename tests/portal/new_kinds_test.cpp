#include <gtest/gtest.h>

#include <stdexcept>

#include "fakes.hpp"
#include "portal/crm_family.hpp"

namespace obmen::portal {
namespace {

using crm::EntityKind;
using crm::FieldGroup;
using crm::SourceKind;
using test::plain;

using Groups = std::vector<FieldGroup>;
using Names = std::vector<std::string>;

FieldGroup single(const char* name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

PortalFacts known_facts() {
    PortalFacts facts;
    facts.currencies = {"RUB"};
    facts.presets = {{"1", "1", "Организация", "#CRM_REQUISITE_PRESET_DEF_RU_COMPANY#"},
                     {"7", "1", "ИП", ""}};
    return facts;
}

/// Ids that only the ledger knows.
Resolver resolver() {
    Resolver resolver;
    resolver.link = [](const crm::Link& link) {
        return link.target ? (link.target->id == "new" ? "$result[c3]" : "id-" + link.target->id) : "0";
    };
    resolver.property = [](const crm::EntityKey& key) -> std::optional<std::string> {
        if (key == crm::make_key(SourceKind::property, "colour")) {
            return "118";
        }
        return key.id == "property_article" ? std::optional<std::string>("120") : std::nullopt;
    };
    resolver.choice = [](const crm::EntityKey&, const std::string& choice) {
        return choice == "red" ? std::optional<std::string>("55") : std::nullopt;
    };
    return resolver;
}

BuiltCommand create(EntityKind kind, const Groups& groups, const PortalFacts& facts = known_facts()) {
    return create_command({kind, "G#1", "1C", &groups}, facts, resolver());
}

BuiltCommand update(EntityKind kind, const Groups& groups, bool write_key = false) {
    return update_command({kind, "G#1", "1C", &groups}, "77", known_facts(), resolver(), {}, write_key);
}

crm::Link to(SourceKind kind, const char* id) {
    return {crm::make_key(kind, id)};
}

TEST(NewKinds, ADealIsMadeWithItsSumItsPeopleAndItsStage) {
    const BuiltCommand built = create(
        EntityKind::deal,
        {single("title", "Заказ 5"),
         {"opportunity", {{"opportunity", *Decimal::parse("1905.50")}, {"currency", crm::Currency{"RUB"}}}},
         single("company", to(SourceKind::contragent, "c")),
         single("contacts", crm::Links{{crm::make_key(SourceKind::contragent, "a"),
                                        crm::make_key(SourceKind::contragent, "new")}}),
         single("comment", "a & b"),
         single("category", Decimal(9)),
         single("stage", "C9:NEW"),
         single("UF_CRM_1C", "№ 5")});
    EXPECT_EQ(plain(built.command),
              "crm.deal.add?fields[ORIGINATOR_ID]=1C&fields[ORIGIN_ID]=G#1&fields[TITLE]=Заказ 5"
              "&fields[OPPORTUNITY]=1905.5&fields[CURRENCY_ID]=RUB&fields[COMPANY_ID]=id-c"
              "&fields[CONTACT_IDS][0]=id-a&fields[CONTACT_IDS][1]=$result[c3]&fields[COMMENTS]=a & b"
              "&fields[CATEGORY_ID]=9&fields[STAGE_ID]=C9:NEW&fields[UF_CRM_1C]=№ 5"
              "&params[REGISTER_SONET_EVENT]=N");
    EXPECT_EQ(built.groups, (Names{"title", "opportunity", "company", "contacts", "comment", "category",
                                   "stage", "UF_CRM_1C"}));
}

TEST(NewKinds, ADealsFunnelIsNeverChanged) {
    const BuiltCommand built =
        update(EntityKind::deal, {single("category", Decimal(9)), single("stage", "WON")});
    EXPECT_EQ(plain(built.command), "crm.deal.update?id=77&fields[STAGE_ID]=WON");
    EXPECT_EQ(built.groups, (Names{"category", "stage"}));
    EXPECT_EQ(update(EntityKind::deal, {single("category", Decimal(9))}).command.method, "");
}

TEST(NewKinds, NoContactsAreSaidSoThatTheyDoNotVanish) {
    EXPECT_EQ(plain(update(EntityKind::deal, {single("contacts", crm::Links{})}).command),
              "crm.deal.update?id=77&fields[CONTACT_IDS][0]=0");
}

TEST(NewKinds, ADealInAnUnknownCurrencyIsMadeWithoutItsSum) {
    const BuiltCommand built =
        create(EntityKind::deal,
               {single("title", "a"),
                {"opportunity", {{"opportunity", Decimal(1)}, {"currency", crm::Currency{"EUR"}}}}});
    ASSERT_EQ(built.withheld.size(), 1U);
    EXPECT_EQ(built.withheld[0].reason, (Message{"B24-NO-CURRENCY", {"EUR", ""}}));
    EXPECT_EQ(built.groups, (Names{"title"}));
}

TEST(NewKinds, ARequisiteHangsOnItsOwnerAndHasAKeyOfItsOwn) {
    const BuiltCommand built =
        create(EntityKind::requisite,
               {{"owner", {{"owner", to(SourceKind::contragent, "new")}, {"entity_type", "4"}}},
                single("preset", crm::RequisitePreset{}),
                single("name", "ООО «Ромашка»"),
                single("RQ_INN", "0012345678"),
                single("RQ_KPP", "")});
    EXPECT_EQ(plain(built.command),
              "crm.requisite.add?fields[ORIGINATOR_ID]=1C&fields[XML_ID]=G#1&fields[ENTITY_ID]=$result[c3]"
              "&fields[ENTITY_TYPE_ID]=4&fields[PRESET_ID]=1&fields[NAME]=ООО «Ромашка»"
              "&fields[RQ_INN]=0012345678&fields[RQ_KPP]=");
}

TEST(NewKinds, ATemplateThatThePortalLacksWithholdsTheWholeRequisite) {
    const BuiltCommand trader =
        create(EntityKind::requisite,
               {single("preset", crm::RequisitePreset{"RU", crm::RequisitePreset::Kind::sole_trader})});
    EXPECT_EQ(plain(trader.command),
              "crm.requisite.add?fields[ORIGINATOR_ID]=1C&fields[XML_ID]=G#1&fields[PRESET_ID]=7");
    const BuiltCommand person =
        create(EntityKind::requisite,
               {single("preset", crm::RequisitePreset{"RU", crm::RequisitePreset::Kind::person}),
                single("RQ_INN", "500100732259")});
    EXPECT_TRUE(person.command.method.empty()) << "the portal refuses a requisite without PRESET_ID";
    EXPECT_TRUE(person.groups.empty());
    ASSERT_EQ(person.withheld.size(), 1U);
    EXPECT_EQ(person.withheld[0].reason, (Message{"B24-NO-PRESET", {"RU «Физ. лицо»", ""}}));
}

TEST(NewKinds, ABankAccountHangsOnItsRequisite) {
    EXPECT_EQ(plain(create(EntityKind::bank_account,
                           {single("owner", to(SourceKind::requisite, "r")), single("name", "Счёт"),
                            single("RQ_ACC_NUM", "40702810000000000001"), single("RQ_BIK", "044525225")})
                        .command),
              "crm.requisite.bankdetail.add?fields[ORIGINATOR_ID]=1C&fields[XML_ID]=G#1&fields[ENTITY_ID]="
              "id-r&fields[NAME]=Счёт&fields[RQ_ACC_NUM]=40702810000000000001&fields[RQ_BIK]=044525225");
}

TEST(NewKinds, AContactNamesItsCompany) {
    EXPECT_EQ(plain(update(EntityKind::contact, {single("company", crm::Link{})}).command),
              "crm.contact.update?id=77&fields[COMPANY_ID]=0");
}

TEST(NewKinds, LookUpsAskForTheKeyOfEachKind) {
    EXPECT_EQ(plain(lookup_command(EntityKind::deal, "1C", {"a", "b"})),
              "crm.deal.list?order[ID]=ASC&filter[=ORIGINATOR_ID]=1C&filter[@ORIGIN_ID][0]=a"
              "&filter[@ORIGIN_ID][1]=b&select[0]=ID&select[1]=ORIGIN_ID&select[2]=ORIGINATOR_ID&start=0");
    EXPECT_EQ(plain(lookup_command(EntityKind::requisite, "1C", {"a"})),
              "crm.requisite.list?order[ID]=ASC&filter[=ORIGINATOR_ID]=1C&filter[=XML_ID]=a&select[0]=ID"
              "&select[1]=XML_ID&select[2]=ORIGINATOR_ID&start=0");
    EXPECT_EQ(lookup_command(EntityKind::bank_account, "1C", {"a"}).method, "crm.requisite.bankdetail.list");
    EXPECT_THROW(static_cast<void>(lookup_command(EntityKind::address, "1C", {"a"})), std::logic_error);
}

TEST(NewKinds, MissingObjectsOfEachKindAreRecognised) {
    for (const char* text :
         {"The Requisite with ID '57' is not found", "Deal is not found", "Deal not found.",
          "The RequisiteBankDetail with ID '5' is not found", "Entity not found.", "Сделка не найдена"}) {
        EXPECT_TRUE(means_not_found({"", text})) << text;
    }
    EXPECT_FALSE(means_not_found({"", "PRESET_ID is not defined or invalid."}));
}

// ---- properties ----------------------------------------------------------------------------------------

FieldGroup colour(bool multiple, std::vector<crm::PropertyValues::Entry> entries) {
    return {"property:colour",
            {{"property", crm::PropertyValues{crm::make_key(SourceKind::property, "colour"), multiple,
                                              std::move(entries)}}}};
}

TEST(PropertyValue, OneIsPlainAndSeveralAreAList) {
    EXPECT_EQ(plain(update(EntityKind::product, {colour(false, {{"blue", ""}})}).command),
              "crm.product.update?id=77&fields[PROPERTY_118]=blue");
    EXPECT_EQ(plain(update(EntityKind::product, {colour(true, {{"blue", ""}, {"green", ""}})}).command),
              "crm.product.update?id=77&fields[PROPERTY_118][0]=blue&fields[PROPERTY_118][1]=green");
}

TEST(PropertyValue, AChoiceIsNamedByItsId) {
    EXPECT_EQ(plain(update(EntityKind::product, {colour(false, {{"Красный", "red"}})}).command),
              "crm.product.update?id=77&fields[PROPERTY_118]=55");
}

TEST(PropertyValue, NoValueIsSaidSoThatItDoesNotVanish) {
    EXPECT_EQ(plain(update(EntityKind::product, {colour(false, {})}).command),
              "crm.product.update?id=77&fields[PROPERTY_118]=");
    EXPECT_EQ(plain(update(EntityKind::product, {colour(true, {})}).command),
              "crm.product.update?id=77&fields[PROPERTY_118][0]=");
}

TEST(PropertyValue, WhatThePortalLacksIsWithheldAlone) {
    const FieldGroup weight{
        "property:weight",
        {{"property",
          crm::PropertyValues{crm::make_key(SourceKind::property, "weight"), false, {{"1", ""}}}}}};
    const BuiltCommand built =
        update(EntityKind::product,
               {weight, colour(true, {{"Красный", "red"}, {"Хаки", "khaki"}}), single("name", "a")});
    EXPECT_EQ(plain(built.command), "crm.product.update?id=77&fields[NAME]=a");
    ASSERT_EQ(built.withheld.size(), 2U);
    EXPECT_EQ(built.withheld[0].group, "property:weight");
    EXPECT_EQ(built.withheld[0].reason, (Message{"B24-NO-PROPERTY", {"weight", ""}}));
    EXPECT_EQ(built.withheld[1].group, "property:colour");
    EXPECT_EQ(built.withheld[1].reason, (Message{"B24-NO-CHOICE", {"Хаки", ""}}));
}

TEST(PropertyValue, AFieldMayNameThePropertyByItsNumberOrItsCode) {
    EXPECT_EQ(plain(update(EntityKind::product, {single("PROPERTY_7", "a"), single("PROPERTY_ARTICLE", "b"),
                                                 single("SORT", Decimal(5))})
                        .command),
              "crm.product.update?id=77&fields[PROPERTY_7]=a&fields[PROPERTY_120]=b&fields[SORT]=5");
    EXPECT_EQ(update(EntityKind::product, {single("PROPERTY_MATERIAL", "a")}).withheld.at(0).reason,
              (Message{"B24-NO-PROPERTY", {"PROPERTY_MATERIAL", ""}}));
}

TEST(PropertyValue, AnUnknownPortalGetsNamedPlaceholders) {
    PortalFacts facts;
    facts.placeholders = true;
    const Groups groups{colour(true, {{"Красный", "red"}, {"", "r-2"}}), single("PROPERTY_ARTICLE", "b")};
    const BuiltCommand built =
        create_command({EntityKind::product, "G", "1C", &groups}, facts, {.link = resolver().link});
    EXPECT_EQ(plain(built.command),
              "crm.product.add?fields[XML_ID]=G&fields[PROPERTY_{{property colour}}][0]={{choice Красный}}"
              "&fields[PROPERTY_{{property colour}}][1]={{choice r-2}}"
              "&fields[PROPERTY_{{property property_article}}]=b");
    const Groups preset{single("preset", crm::RequisitePreset{})};
    EXPECT_EQ(plain(create_command({EntityKind::requisite, "G", "1C", &preset}, facts, {}).command),
              "crm.requisite.add?fields[ORIGINATOR_ID]=1C&fields[XML_ID]=G"
              "&fields[PRESET_ID]={{preset RU «Организация»}}");
}

// ---- taking over and taking away -----------------------------------------------------------------------

TEST(UpdateCommand, ADeletionIsTheOnlyThingSent) {
    const BuiltCommand product =
        update(EntityKind::product, {single("name", "a"), single("deleted", true)}, true);
    EXPECT_EQ(plain(product.command), "crm.product.delete?id=77");
    EXPECT_EQ(product.groups, (Names{"name", "deleted"}));
    EXPECT_EQ(plain(update(EntityKind::section, {single("deleted", true)}).command),
              "crm.productsection.delete?id=77");
}

TEST(UpdateCommand, PeoplesCardsAreNeverDeleted) {
    for (const EntityKind kind :
         {EntityKind::company, EntityKind::contact, EntityKind::deal, EntityKind::requisite}) {
        const BuiltCommand built = update(kind, {single("deleted", true)});
        EXPECT_EQ(built.command.method, "");
        EXPECT_EQ(built.groups, (Names{"deleted"}));
    }
    EXPECT_EQ(update(EntityKind::product, {single("deleted", false)}).command.method, "");
}

TEST(UpdateCommand, AnAdoptedObjectGetsOurKey) {
    EXPECT_EQ(plain(update(EntityKind::company, {single("title", "a")}, true).command),
              "crm.company.update?id=77&fields[ORIGINATOR_ID]=1C&fields[ORIGIN_ID]=G#1&fields[TITLE]=a");
    EXPECT_EQ(plain(update(EntityKind::product, {}, true).command),
              "crm.product.update?id=77&fields[XML_ID]=G#1");
}

}  // namespace
}  // namespace obmen::portal
