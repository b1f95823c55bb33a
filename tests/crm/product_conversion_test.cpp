#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

using ProductConversion = ConversionTest;

TEST_F(ProductConversion, SendsOnlyWhatTheRecordSpeaksOf) {
    const Wish wish = wish_of(product("P1", "Болт"));
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(wish.source_id, "P1");
    EXPECT_EQ(wish.entity, EntityKind::product);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"name", "active"}));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Болт")));
    EXPECT_EQ(fields_of(wish, "active"), single("active", true));
    EXPECT_TRUE(wish.may_create);
    EXPECT_TRUE(references.product("p1").has_value());
}

TEST_F(ProductConversion, KeepsTextAndHtmlDescriptionsApart) {
    const auto description = [&](commerceml::Text text, bool flagged) {
        commerceml::Product record = product("p1", "Болт");
        record.description = std::move(text);
        record.description_is_html = flagged;
        return fields_of(wish_of(record), "description");
    };
    const auto expected = [](std::string text, std::string type) {
        return std::vector<Field>{{"description", std::move(text)}, {"description_type", std::move(type)}};
    };
    EXPECT_EQ(description("Болт < 6 мм", false), expected("Болт < 6 мм", "text"));
    EXPECT_EQ(description("Болт<br>стальной", false), expected("Болт<br>стальной", "html"));
    EXPECT_EQ(description("Болт", true), expected("Болт", "html"));
    EXPECT_EQ(description("", false), expected("", "text"));
    EXPECT_TRUE(description(std::nullopt, false).empty());
}

TEST_F(ProductConversion, LinksToItsFirstGroup) {
    references.remember_group("g1");
    commerceml::Product record = product("p1", "Болт");
    record.group_ids = {"G1", "g2"};
    EXPECT_EQ(fields_of(wish_of(record), "section"),
              single("section", Link{EntityKey{SourceKind::group, "g1"}}));
    EXPECT_EQ(references.product("p1")->section_id, "G1");
}

TEST_F(ProductConversion, GoesToTheRootWhenItsGroupIsUnknownAndSaysSoOnce) {
    commerceml::Product first = product("p1", "Болт");
    first.group_ids = {"g9"};
    commerceml::Product second = product("p2", "Гайка");
    second.group_ids = {"g9"};
    const Converted result = convert({first, second}, true);
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings[0],
              (Finding{Severity::warning, {"CML-GROUP-UNKNOWN", {"g9"}}, "import.xml", {1, 1}, "p1"}));
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(fields_of(result.wishes[1], "section"), single("section", Link{}));
}

TEST_F(ProductConversion, MovesToAGroupThatIsDescribedBehindIt) {
    commerceml::Product first = product("P1", "Болт");
    first.group_ids = {"G9"};
    commerceml::Product other = product("P2", "Гайка");
    other.group_ids = {"G8"};
    const Converted result = convert({first, other, group("G9", "Крепёж")}, true);
    EXPECT_EQ(result.messages("CML-GROUP-UNKNOWN"), (std::vector<Message>{{"CML-GROUP-UNKNOWN", {"G8"}}}));
    ASSERT_EQ(result.wishes.size(), 4U);
    const Wish& moved = result.wishes[3];
    EXPECT_EQ(moved.key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(fields_of(moved, "section"), single("section", Link{EntityKey{SourceKind::group, "g9"}}));
    EXPECT_EQ(moved.groups.size(), 1U);
    EXPECT_FALSE(moved.may_create);
    EXPECT_EQ(convert({group("G9", "Крепёж")}, true).wishes.size(), 1U) << "it is there already";
    EXPECT_EQ(convert({group("G8", "Прочее")}, true).wishes.size(), 2U) << "in a later package";
}

/// The package of the group is cut off before anything is sent, and read once more.
TEST_F(ProductConversion, MovesToItsGroupWithThePackageThatIsReadToItsEnd) {
    commerceml::Product record = product("P1", "Болт");
    record.group_ids = {"G9"};
    (void)convert({record}, true);
    EXPECT_EQ(convert({group("G9", "Крепёж")}, false).wishes.size(), 1U);
    EXPECT_EQ(convert({group("G7", "Прочее")}, true).wishes.size(), 1U) << "another package";
    EXPECT_EQ(convert({group("G9", "Крепёж")}, true).wishes.size(), 2U);
}

TEST_F(ProductConversion, GoesToTheRootWhenItsGroupsAreEmptyAndStaysWhenTheyAreAbsent) {
    commerceml::Product record = product("p1", "Болт");
    record.group_ids = std::vector<std::string>{};
    EXPECT_EQ(fields_of(wish_of(record), "section"), single("section", Link{}));
    EXPECT_EQ(references.product("p1")->section_id, "");
    record.group_ids = std::nullopt;
    EXPECT_FALSE(has_group(wish_of(record), "section"));
}

TEST_F(ProductConversion, TakesTheUnitCodeBesideTheText) {
    commerceml::Product record = product("p1", "Болт");
    record.base_unit = base_unit("796 ", "шт");
    EXPECT_EQ(fields_of(wish_of(record), "measure"), single("measure", MeasureCode{"796"}));
    record.base_unit = base_unit("006", "м");
    EXPECT_EQ(fields_of(wish_of(record), "measure"), single("measure", MeasureCode{"6"}));
}

TEST_F(ProductConversion, ResolvesAUnitReferenceAndPrefersItsCode) {
    commerceml::Product record = product("p1", "Болт");
    record.base_unit = base_unit(std::nullopt, "U-1");
    const Converted result = convert({commerceml::Unit{"u-1", "166 ", "Килограмм", "кг"}, record});
    EXPECT_EQ(fields_of(result.wishes.at(0), "measure"), single("measure", MeasureCode{"166"}));
    record.base_unit = base_unit("796", "U-1");
    EXPECT_EQ(fields_of(wish_of(record), "measure"), single("measure", MeasureCode{"166"}));
}

TEST_F(ProductConversion, ResolvesAUnitThatHasOnlyACode) {
    commerceml::Product record = product("p1", "Болт");
    record.base_unit = base_unit(std::nullopt, "796");
    const Converted result = convert({commerceml::Unit{"", "796", "Штука", std::nullopt}, record});
    EXPECT_EQ(fields_of(result.wishes.at(0), "measure"), single("measure", MeasureCode{"796"}));
}

TEST_F(ProductConversion, SaysOnceThatAUnitIsUnknown) {
    commerceml::Product record = product("p1", "Болт");
    record.base_unit = base_unit(std::nullopt, "шт");
    const Converted result = convert({record, record});
    EXPECT_EQ(result.messages("CML-UNIT-UNKNOWN"), (std::vector<Message>{{"CML-UNIT-UNKNOWN", {"шт"}}}));
    EXPECT_FALSE(has_group(result.wishes.at(0), "measure"));
}

TEST_F(ProductConversion, AnEmptyUnitSaysNothing) {
    commerceml::Product record = product("p1", "Болт");
    record.base_unit = base_unit("", std::nullopt);
    const Converted result = convert({record});
    EXPECT_TRUE(result.findings.empty());
    EXPECT_FALSE(has_group(result.wishes.at(0), "measure"));
}

TEST_F(ProductConversion, TakesTheVatNamedSoOrTheOnlyRate) {
    commerceml::Product record = product("p1", "Болт");
    record.taxes = {{"Акциз", "5"}, {"НДС", "20"}};
    EXPECT_EQ(fields_of(wish_of(record), "vat"), single("vat", VatRate{Decimal(20)}));
    record.taxes = {{"Налог", "Без НДС"}};
    EXPECT_EQ(fields_of(wish_of(record), "vat"), single("vat", VatRate{}));
    EXPECT_EQ(references.product("p1")->vat, "none");
    record.taxes = {{"Акциз", "5"}, {"Сбор", "20"}};
    EXPECT_FALSE(has_group(wish_of(record), "vat"));
}

TEST_F(ProductConversion, SaysOnceThatAVatRateCannotBeRead) {
    commerceml::Product record = product("p1", "Болт");
    record.taxes = {{"НДС", "общая"}};
    const Converted result = convert({record, record});
    EXPECT_EQ(result.messages("CRM-VAT-NAME"), (std::vector<Message>{{"CRM-VAT-NAME", {"общая"}}}));
    EXPECT_FALSE(has_group(result.wishes.at(0), "vat"));
}

TEST_F(ProductConversion, SwitchesAMarkedProductOff) {
    commerceml::Product record = product("p1", std::nullopt);
    record.marked_deleted = true;
    const Wish wish = wish_of(record);
    EXPECT_TRUE(wish.deletion_mark);
    EXPECT_FALSE(wish.may_create);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"active"}));
    EXPECT_EQ(fields_of(wish, "active"), single("active", false));
}

TEST_F(ProductConversion, RemembersWhatAnEarlierRecordSaid) {
    references.remember_product("p1", {"g1", "796", "20"});
    (void)wish_of(product("p1", "Болт"));
    EXPECT_EQ(references.product("p1"), (References::Inherited{"g1", "796", "20"}));
}

TEST_F(ProductConversion, NamesAVariantAmongTheProductsByItsCharacteristics) {
    commerceml::Product record = product("P1#C1", "Футболка");
    record.characteristics = {{"", "Цвет", "красный"}};
    const Wish wish = wish_of(record);
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::product, "p1#c1"}));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Футболка (красный)")));
}

TEST_F(ProductConversion, SaysThatCharacteristicsMadeANameTooLong) {
    commerceml::Product record = product("p1#c1", std::string(250, 'x'));
    record.characteristics = {{"", "Цвет", "красный"}};
    const Converted result = convert({record});
    EXPECT_EQ(result.messages("CML-LENGTH"),
              (std::vector<Message>{{"CML-LENGTH", {"Наименование", "260", "255"}}}));
}

TEST_F(ProductConversion, CutsALongName) {
    const Converted result = convert({product("p1", std::string(300, 'x'))});
    EXPECT_EQ(fields_of(result.wishes.at(0), "name"), single("name", std::string(255, 'x')));
    EXPECT_TRUE(result.findings.empty());
}

}  // namespace
}  // namespace obmen::crm
