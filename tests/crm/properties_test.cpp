#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

using PropertyValue = commerceml::Product::PropertyValue;

class PropertyConversion : public ConversionTest {
  protected:
    static commerceml::Property property(std::string id, std::string name,
                                         commerceml::Text type = std::nullopt,
                                         std::vector<commerceml::Property::Variant> variants = {}) {
        commerceml::Property result;
        result.id = std::move(id);
        result.name = std::move(name);
        result.value_type = std::move(type);
        result.variants = std::move(variants);
        return result;
    }
    static commerceml::Property colour() {
        return property("S1", "Цвет", "Справочник", {{"V1", "красный"}, {"v2", "синий"}});
    }
    static commerceml::Product bolt(std::vector<PropertyValue> values) {
        commerceml::Product result = product("p1", "Болт");
        result.property_values = std::move(values);
        return result;
    }
    static EntityKey key(std::string id) { return {SourceKind::property, std::move(id)}; }

    /// The wishes for properties.
    static std::vector<Wish> properties(const Converted& result) {
        std::vector<Wish> wishes;
        for (const Wish& wish : result.wishes) {
            if (wish.entity == EntityKind::property) {
                wishes.push_back(wish);
            }
        }
        return wishes;
    }
    static const Wish& product_wish(const Converted& result) {
        return *std::find_if(result.wishes.begin(), result.wishes.end(),
                             [](const Wish& wish) { return wish.entity == EntityKind::product; });
    }
    /// The entries of property `id` of the first product.
    static std::vector<PropertyValues::Entry> entries(const Converted& result, const std::string& id) {
        const std::vector<Field> fields = fields_of(product_wish(result), "property:" + id);
        if (fields.empty()) {
            return {{"(no group)", ""}};
        }
        EXPECT_EQ(fields.front().name, "property");
        EXPECT_EQ(std::get<PropertyValues>(fields.front().value).property, key(id));
        return std::get<PropertyValues>(fields.front().value).entries;
    }
    using Entries = std::vector<PropertyValues::Entry>;
};

TEST_F(PropertyConversion, WishesForWhatTheClassifierDeclares) {
    commerceml::Property sizes = property("s2", "Размеры", "Строка");
    sizes.multiple = "true";
    const Converted result =
        convert({colour(), sizes, property("s3", "Вес", "Число"), property("s4", "Дата", "Время")}, true);
    ASSERT_EQ(result.wishes.size(), 4U);
    const Wish& wish = result.wishes[0];
    EXPECT_EQ(wish.key, key("s1"));
    EXPECT_EQ(wish.source_id, "S1");
    EXPECT_EQ(wish.entity, EntityKind::property);
    EXPECT_TRUE(wish.may_create);
    EXPECT_EQ(wish.groups,
              (std::vector<FieldGroup>{
                  {"name", {{"name", "Цвет"}}},
                  {"property_type", {{"property_type", "list"}, {"multiple", false}}},
                  {"choices", {{"choices", PropertyChoices{{{"v1", "красный"}, {"v2", "синий"}}}}}}}));
    EXPECT_EQ(fields_of(result.wishes[1], "property_type"),
              (std::vector<Field>{{"property_type", "string"}, {"multiple", true}}));
    EXPECT_EQ(group_names(result.wishes[2]), (std::vector<std::string>{"name", "property_type"}));
    EXPECT_EQ(fields_of(result.wishes[2], "property_type")[0].value, Value("number"));
    EXPECT_EQ(fields_of(result.wishes[3], "property_type")[0].value, Value("date"));
}

TEST_F(PropertyConversion, SendsChoicesByTheirKeys) {
    const Converted result = convert({colour(), bolt({{"s1", {"V2"}}})});
    EXPECT_EQ(entries(result, "s1"), (Entries{{"синий", "v2"}}));
}

TEST_F(PropertyConversion, SendsTextsNumbersAndDates) {
    const Converted result = convert(
        {property("s1", "Состав", "Строка"), property("s2", "Вес", "Число"), property("s3", "Срок", "Время"),
         bolt({{"s1", {" хлопок "}}, {"s2", {"1 200,50"}}, {"s3", {"2021-02-18T9:49:02"}}})});
    EXPECT_EQ(entries(result, "s1"), (Entries{{"хлопок", ""}}));
    EXPECT_EQ(entries(result, "s2"), (Entries{{"1200.5", ""}}));
    EXPECT_EQ(entries(result, "s3"), (Entries{{"2021-02-18", ""}}));
    EXPECT_EQ(result.messages("CRM-VALUE-CUT"),
              (std::vector<Message>{{"CRM-VALUE-CUT", {"Срок", "18", "10"}}}));
    const Converted midnight =
        convert({property("s3", "Срок", "Время"), bolt({{"s3", {"2021-02-18T00:00:00"}}})});
    EXPECT_EQ(entries(midnight, "s3"), (Entries{{"2021-02-18", ""}}));
    EXPECT_TRUE(midnight.messages("CRM-VALUE-CUT").empty());
}

TEST_F(PropertyConversion, ClearsWhatIsEmptyAndLeavesWhatIsAbsent) {
    const Converted result = convert({colour(), property("s2", "Вес"), bolt({{"s1", {""}}})});
    EXPECT_EQ(entries(result, "s1"), Entries{});
    EXPECT_FALSE(has_group(product_wish(result), "property:s2"));
    EXPECT_TRUE(is_clearing(product_wish(result).groups.back()));
}

TEST_F(PropertyConversion, LeavesAloneWhatCannotBeRead) {
    const Converted result = convert({property("s2", "Вес", "Число"), bolt({{"s2", {"тяжёлый"}}})});
    EXPECT_FALSE(has_group(product_wish(result), "property:s2"));
    EXPECT_EQ(result.messages("CRM-VALUE-NUMBER"),
              (std::vector<Message>{{"CRM-VALUE-NUMBER", {"Вес", "тяжёлый"}}}));
}

TEST_F(PropertyConversion, MakesANewChoiceOfATextThatIsNoneYet) {
    const Converted result =
        convert({colour(), bolt({{"s1", {"Красный"}}}), bolt({{"s1", {"Зелёный"}}})}, true);
    EXPECT_EQ(entries(result, "s1"), (Entries{{"красный", "v1"}}));
    EXPECT_EQ(std::get<PropertyValues>(fields_of(result.wishes[2], "property:s1")[0].value).entries,
              (Entries{{"Зелёный", "зелёный"}}));
    const std::vector<Wish> wishes = properties(result);
    ASSERT_EQ(wishes.size(), 2U) << "once declared, once grown";
    EXPECT_EQ(
        fields_of(wishes[1], "choices"),
        single("choices", PropertyChoices{{{"v1", "красный"}, {"v2", "синий"}, {"зелёный", "Зелёный"}}}));
}

TEST_F(PropertyConversion, KnowsAChoiceAgainThatIsDeclaredAfterItsText) {
    (void)convert({colour(), bolt({{"s1", {"Зелёный"}}})}, true);
    const auto green = property("S1", "Цвет", "Справочник", {{"V3", "зелёный"}});
    for (const char* said : {"V3", "Зелёный"}) {
        const Converted result = convert({green, bolt({{"s1", {said}}})}, true);
        EXPECT_EQ(entries(result, "s1"), (Entries{{"зелёный", "зелёный"}})) << said << ": the key stays";
        const std::vector<Field> choices = fields_of(properties(result).at(0), "choices");
        EXPECT_EQ(std::get<PropertyChoices>(choices.at(0).value).choices.size(), 3U) << "once in the list";
    }
    const Converted renamed =
        convert({property("S1", "Цвет", "Справочник", {{"V3", "Салатовый"}}), bolt({{"s1", {"v3"}}})}, true);
    EXPECT_EQ(entries(renamed, "s1"), (Entries{{"Салатовый", "зелёный"}}));
    EXPECT_EQ(entries(convert({bolt({{"s1", {"v3"}}})}, true), "s1"), (Entries{{"Салатовый", "зелёный"}}));
}

TEST_F(PropertyConversion, TakesAnUnknownIdForNoText) {
    const Converted result =
        convert({colour(), bolt({{"s1", {"11111111-2222-3333-4444-555555555555"}}})}, true);
    EXPECT_FALSE(has_group(product_wish(result), "property:s1"));
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"ЗначенияСвойств", "1"}}}));
}

TEST_F(PropertyConversion, LosesNoChoiceToAPartialFile) {
    (void)convert({colour()}, true);
    const Converted partial =
        convert({property("s1", "Цвет", "Справочник", {{"v2", "голубой"}, {"v3", "белый"}})}, true);
    EXPECT_EQ(fields_of(partial.wishes[0], "choices"),
              single("choices", PropertyChoices{{{"v1", "красный"}, {"v2", "голубой"}, {"v3", "белый"}}}));
    const Converted later = convert({bolt({{"S1", {"v1"}}})}, true);
    EXPECT_EQ(entries(later, "s1"), (Entries{{"красный", "v1"}}));
    ASSERT_EQ(properties(later).size(), 1U) << "a product has used it";
    EXPECT_EQ(fields_of(properties(later)[0], "name"), single("name", std::string("Цвет")));
}

TEST_F(PropertyConversion, BecomesMultipleWhenSeveralValuesAreSeen) {
    const Converted result = convert({property("s1", "Состав"), bolt({{"s1", {"лён", "хлопок"}}})}, true);
    const auto values = std::get<PropertyValues>(fields_of(product_wish(result), "property:s1")[0].value);
    EXPECT_TRUE(values.multiple);
    EXPECT_EQ(values.entries.size(), 2U);
    EXPECT_EQ(fields_of(properties(result).back(), "property_type")[1].value, Value(true));
    const Converted again = convert({property("s1", "Состав")});
    EXPECT_EQ(fields_of(again.wishes[0], "property_type")[1].value, Value(true)) << "and stays so";
}

TEST_F(PropertyConversion, KeepsTheTypeOfTheFirstTimeAndSaysSo) {
    (void)convert({property("s1", "Цвет", "Строка")});
    const Converted result = convert({colour(), bolt({{"s1", {"v1"}}})});
    EXPECT_EQ(fields_of(result.wishes[0], "property_type")[0].value, Value("string"));
    EXPECT_EQ(result.messages("CRM-PROPERTY-TYPE"), (std::vector<Message>{{"CRM-PROPERTY-TYPE", {"Цвет"}}}));
    EXPECT_EQ(entries(result, "s1"), (Entries{{"красный", ""}})) << "the text, for there are no choices";
}

TEST_F(PropertyConversion, OfAPropertyThatNobodyDeclaredSendsNothing) {
    const Converted result = convert({bolt({{"s9", {"x"}}})}, true);
    EXPECT_FALSE(has_group(product_wish(result), "property:s9"));
    EXPECT_TRUE(properties(result).empty());
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED").size(), 1U);
}

TEST_F(PropertyConversion, MarkedAsDeletedStays) {
    commerceml::Property marked = colour();
    marked.marked_deleted = true;
    EXPECT_EQ(left_out_of(marked).reason, (Message{"CRM-PROPERTY-KEPT"}));
}

TEST_F(PropertyConversion, MakesPropertiesOfACodeOnDemand) {
    commerceml::Product record = product("p1", "Болт");
    record.article = "A-1";
    record.barcode = "";
    const Converted result = convert({record, product("p2", "Гайка")}, true);
    EXPECT_EQ(entries(result, "code:article"), (Entries{{"A-1", ""}}));
    EXPECT_FALSE(has_group(result.wishes[0], "property:code:barcode")) << "empty = \"ignore\"";
    EXPECT_FALSE(has_group(result.wishes[1], "property:code:article"));
    const std::vector<Wish> wishes = properties(result);
    ASSERT_EQ(wishes.size(), 1U);
    EXPECT_EQ(wishes[0].key, key("code:article"));
    EXPECT_EQ(wishes[0].source_id, "CODE:ARTICLE");
    EXPECT_EQ(wishes[0].file, "import.xml");
    EXPECT_EQ(wishes[0].groups,
              (std::vector<FieldGroup>{{"name", {{"name", "Артикул"}}},
                                       {"property_type", {{"property_type", "string"}, {"multiple", false}}},
                                       {"code", {{"code", "ARTICLE"}}}}));
}

TEST_F(PropertyConversion, ClearsAnArticleThatIsEmpty) {
    commerceml::Product record = product("p1", "Болт");
    record.article = "";
    const Converted result = convert({record}, true);
    EXPECT_EQ(entries(result, "code:article"), Entries{});
    EXPECT_TRUE(properties(result).empty()) << "nothing to hold yet";
}

TEST_F(PropertyConversion, SendsPartsOfAProductWhereTheMappingSaysSo) {
    map_by(R"(
[[product.field]]
to = "PROPERTY_COLOR"
from = 'Свойство."Цвет"'
[[product.field]]
to = "PROPERTY_118"
from = 'Реквизит.Вес'
number = true
[[product.field]]
to = "SORT"
value = "100"
[[product.field]]
to = "PROPERTY_GROUP"
from = "Группа"
[[product.field]]
to = "PROPERTY_SIZE"
from = 'Характеристика.Размер'
)");
    commerceml::Product record = bolt({{"s1", {"v1"}}, {"s2", {"x"}}});
    record.requisites = {{"Вес", "0,5"}, {"Код", "1"}};
    record.group_ids = {"g1"};
    record.characteristics = {{"", "Размер", "42"}};
    const Converted result = convert({group("g1", "Крепёж"), colour(), record}, true);
    const Wish& wish = product_wish(result);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"PROPERTY_118", "SORT", "property:code:color",
                                                           "property:code:group", "property:code:size"}));
    EXPECT_EQ(entries(result, "code:color"), (Entries{{"красный", ""}})) << "the text of the choice";
    EXPECT_EQ(fields_of(wish, "PROPERTY_118"), single("PROPERTY_118", *Decimal::parse("0.5")));
    EXPECT_EQ(fields_of(wish, "SORT"), single("SORT", std::string("100")));
    EXPECT_EQ(entries(result, "code:group"), (Entries{{"Крепёж", ""}}));
    EXPECT_EQ(entries(result, "code:size"), (Entries{{"42", ""}}));
    EXPECT_FALSE(wish.may_create) << "the mapping gives no name";
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"ЗначенияРеквизитов", "1"}},
                                    {"CRM-NOT-MAPPED", {"ЗначенияСвойств", "1"}},
                                    {"CRM-NOT-MAPPED", {"Свойство", "1"}}}));
    EXPECT_EQ(fields_of(properties(result)[0], "name"), single("name", std::string("Цвет")));
}

TEST_F(PropertyConversion, WritesOnceWhatTheMappingWritesOnce) {
    map_by(
        "[[product.field]]\nto = 'NAME'\nfrom = 'Наименование'\nwrite_once = true\n"
        "[[product.field]]\nto = 'PROPERTY_ARTICLE'\nfrom = 'Артикул'\nwrite_once = true");
    commerceml::Product record = product("p1", "Болт");
    record.article = "A-1";
    const Converted result = convert({record});
    for (const FieldGroup& made : result.wishes[0].groups) {
        EXPECT_TRUE(made.write_once) << made.name;
    }
    EXPECT_EQ(result.wishes[0].groups.size(), 2U);
}

}  // namespace
}  // namespace obmen::crm
