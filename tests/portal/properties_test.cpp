#include "portal/properties.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fakes.hpp"

namespace obmen::portal {
namespace {

using nlohmann::json;
using test::plain;

using Groups = std::vector<crm::FieldGroup>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

const crm::EntityKey& key() {
    static const crm::EntityKey value = crm::make_key(crm::SourceKind::property, "colour");
    return value;
}

crm::FieldGroup single(const char* name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

PortalFacts catalogue() {
    PortalFacts facts;
    facts.catalog_id = "25";
    return facts;
}

RemoteProperty colour() {
    RemoteProperty property;
    property.id = "118";
    property.xml_id = "Colour";
    property.name = "Цвет";
    property.code = "COLOUR";
    property.type = "L";
    property.choices = {{"55", "RED", "Красный", "100", true}, {"56", "", "Синий", "200", false}};
    return property;
}

// ---- reading -------------------------------------------------------------------------------------------

TEST(PropertyList, AsksByIdPageByPage) {
    EXPECT_EQ(plain(property_list_command(50)), "crm.product.property.list?order[ID]=ASC&start=50");
    EXPECT_EQ(plain(property_get_command("118")), "crm.product.property.get?id=118");
}

TEST(PropertyList, ReadsPropertiesAndTheirChoicesInEveryShape) {
    const auto page = read_property_page(Done{json::parse(R"([
        {"ID":"118","XML_ID":"Colour","NAME":"Цвет","CODE":"COLOUR","PROPERTY_TYPE":"L","USER_TYPE":null,
         "MULTIPLE":"N","VALUES":{"55":{"ID":"55","VALUE":"Красный","XML_ID":"RED","SORT":"100","DEF":"Y"},
                                  "56":{"VALUE":"Синий","SORT":200,"DEF":"N"}}},
        {"ID":119,"NAME":"Размер","PROPERTY_TYPE":"L","MULTIPLE":"Y","VALUES":[{"ID":57,"VALUE":"M"}]},
        {"ID":"120","NAME":"Вес","PROPERTY_TYPE":"N","VALUES":[]},
        {"ID":"121","NAME":"Код","PROPERTY_TYPE":"S","USER_TYPE":"HTML","VALUES":null}])"),
                                              120, true});
    ASSERT_TRUE(page.has_value());
    EXPECT_TRUE(page->more);
    ASSERT_EQ(page->properties.size(), 4U);
    const RemoteProperty& first = page->properties[0];
    EXPECT_EQ(first.id + first.xml_id + first.name + first.code + first.type + first.user_type,
              "118ColourЦветCOLOURL");
    EXPECT_FALSE(first.multiple);
    ASSERT_EQ(first.choices.size(), 2U);
    EXPECT_EQ(first.choices[0].xml_id, "RED");
    EXPECT_TRUE(first.choices[0].is_default);
    EXPECT_EQ(first.choices[1].id, "56") << "the key is the id";
    EXPECT_EQ(first.choices[1].sort, "200");
    EXPECT_TRUE(page->properties[1].multiple);
    EXPECT_EQ(page->properties[1].choices.at(0).id, "57");
    EXPECT_TRUE(page->properties[2].choices.empty());
    EXPECT_EQ(page->properties[3].user_type, "HTML");
}

TEST(PropertyList, ReadsNoPropertiesFromWhatIsNone) {
    EXPECT_TRUE(read_property_page(Done{json::parse("[]")})->properties.empty());
    EXPECT_TRUE(read_property_page(Done{json::parse("{}")})->properties.empty());
    EXPECT_FALSE(read_property_page(Done{json(true)}).has_value());
    EXPECT_FALSE(read_property_page(Done{json::parse(R"([{"NAME":"without id"}])")}).has_value());
    EXPECT_FALSE(read_property(Done{json::parse("[]")}).has_value());
    EXPECT_EQ(read_property(Done{json::parse(R"({"ID":7,"NAME":"a"})")})->id, "7");
}

// ---- writing -------------------------------------------------------------------------------------------

TEST(PropertyAdd, MakesAListWithItsChoices) {
    const Command command = property_add_command(
        key(), "Colour",
        {single("name", "Цвет"), single("property_type", "list"), single("multiple", true),
         single("code", "COLOUR"),
         single("choices", crm::PropertyChoices{{{"red", "Красный"}, {"blue", "Синий"}, {"RED", "again"}}})},
        catalogue());
    EXPECT_EQ(plain(command),
              "crm.product.property.add?fields[IBLOCK_ID]=25&fields[XML_ID]=Colour&fields[NAME]=Цвет"
              "&fields[PROPERTY_TYPE]=L&fields[MULTIPLE]=Y&fields[CODE]=COLOUR&fields[LIST_TYPE]=L"
              "&fields[VALUES][n0][ID]=n0&fields[VALUES][n0][VALUE]=Красный&fields[VALUES][n0][XML_ID]=red"
              "&fields[VALUES][n0][SORT]=100&fields[VALUES][n0][DEF]=N"
              "&fields[VALUES][n1][ID]=n1&fields[VALUES][n1][VALUE]=Синий&fields[VALUES][n1][XML_ID]=blue"
              "&fields[VALUES][n1][SORT]=200&fields[VALUES][n1][DEF]=N");
}

TEST(PropertyAdd, KnowsEveryType) {
    const auto added = [](const char* type) {
        return plain(
            property_add_command(key(), "", {single("name", "a"), single("property_type", type)}, {}));
    };
    const std::string begin =
        "crm.product.property.add?fields[XML_ID]=colour&fields[NAME]=a&fields[PROPERTY_TYPE]=";
    EXPECT_EQ(added("string"), begin + "S&fields[MULTIPLE]=N");
    EXPECT_EQ(added("number"), begin + "N&fields[MULTIPLE]=N");
    EXPECT_EQ(added("date"), begin + "S&fields[USER_TYPE]=Date&fields[MULTIPLE]=N");
    EXPECT_EQ(added("file"), begin + "F&fields[MULTIPLE]=N");
    EXPECT_EQ(added("list"), begin + "L&fields[MULTIPLE]=N&fields[LIST_TYPE]=L") << "no empty VALUES";
    EXPECT_THROW(static_cast<void>(added("colour")), std::logic_error);
}

TEST(PropertyAdd, LeavesOutACodeThatThePortalWouldRefuse) {
    const Groups groups{single("name", "a"), single("property_type", "string"), single("code", "1Вес"),
                        single("SORT", Decimal(10))};
    const std::string text = plain(property_add_command(key(), "x", groups, {}));
    EXPECT_EQ(text.find("CODE"), std::string::npos) << text;
    EXPECT_NE(text.find("&fields[SORT]=10"), std::string::npos);
    EXPECT_THROW(static_cast<void>(property_add_command(key(), "x", {single("colour", "a")}, {})),
                 std::logic_error);
}

TEST(PropertyUpdate, ResendsEveryChoiceWithItsId) {
    const Command command = property_update_command(
        colour(),
        {single("choices", crm::PropertyChoices{{{"red", "Алый"}, {"b1", "Синий"}, {"green", "Зелёный"}}})});
    EXPECT_EQ(plain(command),
              "crm.product.property.update?id=118&fields[PROPERTY_TYPE]=L"
              "&fields[VALUES][55][ID]=55&fields[VALUES][55][VALUE]=Алый&fields[VALUES][55][XML_ID]=RED"
              "&fields[VALUES][55][SORT]=100&fields[VALUES][55][DEF]=Y"
              "&fields[VALUES][56][ID]=56&fields[VALUES][56][VALUE]=Синий&fields[VALUES][56][SORT]=200"
              "&fields[VALUES][56][DEF]=N"
              "&fields[VALUES][n0][ID]=n0&fields[VALUES][n0][VALUE]=Зелёный&fields[VALUES][n0][XML_ID]=green"
              "&fields[VALUES][n0][SORT]=300&fields[VALUES][n0][DEF]=N");
}

TEST(PropertyUpdate, KeepsTheChoicesThatOneCNoLongerHas) {
    EXPECT_EQ(
        property_update_command(colour(), {single("choices", crm::PropertyChoices{{{"red", "Красный"}}})})
            .method,
        "");
}

TEST(PropertyUpdate, ChangesTheNameAndOnlyWidens) {
    EXPECT_EQ(plain(property_update_command(colour(), {single("name", "Оттенок"), single("multiple", true),
                                                       single("property_type", "string")})),
              "crm.product.property.update?id=118&fields[NAME]=Оттенок&fields[MULTIPLE]=Y");
    RemoteProperty multiple = colour();
    multiple.multiple = true;
    EXPECT_EQ(property_update_command(multiple, {single("name", "Цвет"), single("multiple", false)}).method,
              "");
    EXPECT_EQ(property_update_command(colour(), {}).method, "");
}

TEST(ChoiceIds, AreFoundByKeyAndElseByText) {
    EXPECT_EQ(choice_ids(colour(), {{{"red", "renamed"}, {"b1", "Синий"}, {"green", "Зелёный"}}}),
              (Pairs{{"red", "55"}, {"b1", "56"}}));
}

TEST(ChoiceIds, AChoiceThatBelongsToAnotherKeyIsNotTakenByItsText) {
    EXPECT_EQ(choice_ids(colour(), {{{"crimson", "Красный"}, {"red", "Алый"}}}), (Pairs{{"red", "55"}}));
}

}  // namespace
}  // namespace obmen::portal
