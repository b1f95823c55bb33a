#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

/// Names of 1C's data in a mapping, and what 1C has.
class MappedNames : public ConversionTest {
  protected:
    static constexpr const char* wholesale =
        "[product]\n"
        "default_fields = true\n"
        "price_types = ['Розничная']\n"
        "[[product.field]]\n"
        "to = 'PROPERTY_WHOLESALE'\n"
        "from = 'Цена.\"Оптовая\"'\n"
        "[[product.field]]\n"
        "to = 'PROPERTY_MAIN'\n"
        "from = 'Остаток.\"Склад 1\"'\n";

    static std::string entry(const Converted& result, const std::string& code) {
        for (const Wish& wish : result.wishes) {
            const std::vector<Field> found = fields_of(wish, "property:code:" + code);
            if (!found.empty()) {
                return std::get<PropertyValues>(found.front().value).entries.at(0).text;
            }
        }
        return "(no group)";
    }
    static commerceml::Offer offer_with(const std::string& retail, const std::string& bulk) {
        commerceml::Offer result = offer("p1", std::nullopt, {{price("t1", retail), price("t2", bulk)}});
        result.stock = {{"w1", bulk}};
        return result;
    }
};

TEST_F(MappedNames, ThatTheDataLackAreSaidOnceWithTheirLineAndTheNearestOnes) {
    map_by(
        "[product]\n"
        "only_groups = ['Тавары']\n"
        "default_fields = true\n"
        "when = { 'Реквизит.ТипНоменклатур' = 'Товар' }\n"
        "[[product.field]]\n"
        "to = 'PROPERTY_A'\n"
        "from = 'Остаток.\"Склад 9\"'\n"
        "[[product.field]]\n"
        "to = 'PROPERTY_B'\n"
        "from = ['Цена.\"X\"', 'Цена.t1']\n"
        "[[product.field]]\n"
        "to = 'PROPERTY_C'\n"
        "from = 'Свойство.\"Цвет\"'\n");
    commerceml::Property size;
    size.id = "s";
    size.name = "Размер";
    commerceml::Product bolt = product("p1", "Болт");
    bolt.requisites = {{"ТипНоменклатуры", "Товар"}};
    const Converted result =
        convert({group("g1", "Товары"), size, commerceml::Catalogue{"c", "c", std::nullopt, "false"}, bolt,
                 price_type("t1", "Розничная"), commerceml::Warehouse{"w1", "Склад 1"}},
                true);
    using Messages = std::vector<Message>;
    EXPECT_EQ(
        result.messages("MAP-NAME-UNKNOWN"),
        (Messages{{"MAP-NAME-UNKNOWN", {"m.toml", "2", "Группа", "Тавары", "Товары"}},
                  {"MAP-NAME-UNKNOWN", {"m.toml", "4", "Реквизит", "ТипНоменклатур", "ТипНоменклатуры"}},
                  {"MAP-NAME-UNKNOWN", {"m.toml", "5", "Склад", "Склад 9", "Склад 1"}},
                  {"MAP-NAME-UNKNOWN", {"m.toml", "8", "ТипЦены", "X", "Розничная"}},
                  {"MAP-NAME-UNKNOWN", {"m.toml", "11", "Свойство", "Цвет", "Размер"}}}));
    EXPECT_TRUE(convert({offer("p1", std::nullopt)}, true).messages("MAP-NAME-UNKNOWN").empty())
        << "a package that declares nothing shows nothing";
}

TEST_F(MappedNames, OfTheBuiltInMappingAreNobodysMistake) {
    const Converted result = convert({commerceml::Catalogue{"c", "c", std::nullopt, "false"},
                                      product("p1", "Болт"), price_type("t1", "Оптовая")},
                                     true);
    EXPECT_TRUE(result.messages("MAP-NAME-UNKNOWN").empty());
}

TEST_F(MappedNames, GoOnMeaningWhatTheyMeantWhenItIsRenamed) {
    map_by(wholesale);
    (void)convert({price_type("t1", "Розничная"), price_type("t2", "Оптовая"),
                   commerceml::Warehouse{"w1", "Склад 1"}, offer_with("10", "8")},
                  true);
    const Converted renamed = convert({price_type("t1", "Базовая"), price_type("t2", "Для своих"),
                                       commerceml::Warehouse{"w1", "Основной"}, offer_with("11", "9")},
                                      true);
    EXPECT_EQ(fields_of(renamed.wishes.at(0), "price"), rub(11));
    EXPECT_EQ(entry(renamed, "wholesale"), "9");
    EXPECT_EQ(entry(renamed, "main"), "9");
    using Messages = std::vector<Message>;
    EXPECT_EQ(renamed.messages("MAP-NAME-RENAMED"),
              (Messages{{"MAP-NAME-RENAMED", {"m.toml", "3", "ТипЦены", "Розничная", "Базовая"}},
                        {"MAP-NAME-RENAMED", {"m.toml", "4", "ТипЦены", "Оптовая", "Для своих"}},
                        {"MAP-NAME-RENAMED", {"m.toml", "7", "Склад", "Склад 1", "Основной"}}}));
    EXPECT_TRUE(renamed.messages("MAP-NAME-UNKNOWN").empty());
}

TEST_F(MappedNames, MeanWhatIsCalledSoNow) {
    map_by(wholesale);
    (void)convert({price_type("t1", "Розничная"), price_type("t2", "Оптовая"), offer_with("10", "8")}, true);
    const Converted swapped =
        convert({price_type("t1", "Оптовая"), price_type("t2", "Розничная"), offer_with("10", "8")}, true);
    EXPECT_EQ(fields_of(swapped.wishes.at(0), "price"), rub(8));
    EXPECT_EQ(entry(swapped, "wholesale"), "10");
    EXPECT_TRUE(swapped.messages("MAP-NAME-RENAMED").empty());
}

TEST_F(MappedNames, OfGroupsFilterAfterARename) {
    map_by("[product]\nonly_groups = ['Товары']\n");
    commerceml::Product bolt = product("p1", "Болт");
    bolt.group_ids = {"g1"};
    (void)convert({group("g1", "Товары"), bolt}, true);
    const Converted renamed = convert({group("g1", "Ассортимент"), bolt}, true);
    EXPECT_EQ(renamed.wishes.size(), 2U);
    EXPECT_EQ(renamed.messages("MAP-NAME-RENAMED").size(), 1U);
}

}  // namespace
}  // namespace obmen::crm
