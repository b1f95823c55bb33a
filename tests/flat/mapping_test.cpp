#include "flat/mapping.hpp"

#include <gtest/gtest.h>

#include "flat/reading.hpp"

namespace obmen::flat {
namespace {

Message refusal_of(std::string_view toml) {
    const std::optional<Error> error = error_of([&] { (void)parse_mappings(toml, "m.toml"); });
    if (!error) {
        ADD_FAILURE() << "not refused: " << toml;
        return Message{"SYS-INTERNAL"};
    }
    EXPECT_EQ(error->failure_class(), FailureClass::bad_config);
    return error->finding().message;
}

/// A table with this inside it.
std::string table(std::string_view inside, std::string_view record = "product") {
    return "[[flat]]\nrecord = \"" + std::string(record) + "\"\nkey = \"Код\"\n" + std::string(inside);
}

TEST(FlatMapping, TakesEveryKey) {
    const std::vector<FlatMapping> mappings = parse_mappings(R"(
[[flat]]
root = "Справочник"
root_attributes = { "Имя" = "Номенклатура" }
rows = "Товары/Строка"
record = "product"
key = ["Ссылка", "@Код"]
[flat.fields]
name = "Наименование"
picture = ["Фото1", "Фото2"]
[flat.prices]
"Розничная" = "Цены/Розничная"
"Валютная" = { source = "@ЦенаUSD", currency = "USD" }
[flat.properties]
"Вес" = { source = "Масса", type = "number" }
[flat.requisites]
"Код" = "Код"
[flat.constants]
currency = "RUB"
[flat.formats]
date = "MM/dd/yyyy"
true = ["+"]
decimal = "."
)",
                                                             "m.toml");
    ASSERT_EQ(mappings.size(), 1U);
    FlatMapping expected;
    expected.root = "Справочник";
    expected.root_attributes = {{"Имя", "Номенклатура"}};
    expected.rows = "Товары/Строка";
    expected.record = RecordKind::product;
    expected.sources_of(Field::id) = {"Ссылка", "@Код"};
    expected.sources_of(Field::name) = {"Наименование"};
    expected.sources_of(Field::picture) = {"Фото1", "Фото2"};
    expected.prices = {{.type = "Розничная", .source = "Цены/Розничная", .currency = ""},
                       {.type = "Валютная", .source = "@ЦенаUSD", .currency = "USD"}};
    expected.properties = {{.name = "Вес", .source = "Масса", .type = ValueType::number}};
    expected.requisites = {{.name = "Код", .source = "Код", .type = ValueType::text}};
    expected.constants = {{Field::currency, "RUB"}};
    expected.formats = {.date = "MM/dd/yyyy", .true_words = {"+"}, .decimal = '.'};
    EXPECT_EQ(mappings.front(), expected);
}

TEST(FlatMapping, KeepsPricesInTheOrderOfTheFile) {
    const auto mappings =
        parse_mappings(table("[flat.prices]\n\"Я\" = \"Б\"\n\"А\" = \"В\"\n\"М\" = \"Г\"\n"), "m.toml");
    ASSERT_EQ(mappings.front().prices.size(), 3U);
    EXPECT_EQ(mappings.front().prices[0].type, "Я");
    EXPECT_EQ(mappings.front().prices[2].type, "М");
}

TEST(FlatMapping, RefusesAnUnknownKeyWithItsLineAndTheNearestOne) {
    const Message message = refusal_of(table("[flat.fields]\nnam = \"Имя\"\n"));
    EXPECT_EQ(message.code, Code{"CFG-UNKNOWN-KEY"});
    EXPECT_EQ(message.arguments.at(0), "m.toml");
    EXPECT_EQ(message.arguments.at(1), "5");
    EXPECT_EQ(message.arguments.at(2), "flat.fields.nam");
    EXPECT_EQ(message.arguments.at(3), "name");
}

TEST(FlatMapping, RefusesAFieldThatThisKindOfRecordHasNot) {
    EXPECT_EQ(refusal_of(table("[flat.fields]\ninn = \"ИНН\"\n")).code, Code{"CFG-UNKNOWN-KEY"});
    EXPECT_EQ(refusal_of(table("[flat.prices]\n\"Ц\" = \"Ц\"\n", "contragent")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("[flat.properties]\n\"Ц\" = \"Ц\"\n", "group")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("[flat.constants]\ninn = \"1\"\n", "contragent")).code,
              Code{"CFG-UNKNOWN-KEY"});
}

TEST(FlatMapping, RefusesAKeyGivenTwice) {
    const Message message = refusal_of(table("key = \"Ссылка\"\n"));
    EXPECT_EQ(message.code, Code{"CFG-SYNTAX"});
    EXPECT_EQ(message.arguments.at(1), "4");
}

TEST(FlatMapping, RefusesWhatIsNoSource) {
    for (const char* source : {"", "А//Б", "@А/Б", "А Б", "<Код>", "А/", "1а"}) {
        EXPECT_EQ(refusal_of(table("[flat.fields]\nname = \"" + std::string(source) + "\"\n")).code,
                  Code{"CFG-RANGE"})
            << source;
    }
    EXPECT_EQ(refusal_of(table("[flat.fields]\nname = 1\n")).code, Code{"CFG-TYPE"});
    EXPECT_EQ(refusal_of(table("[flat.fields]\nname = []\n")).code, Code{"CFG-RANGE"});
}

TEST(FlatMapping, RefusesWrongFormatsAndPaths) {
    EXPECT_EQ(refusal_of(table("[flat.formats]\ndate = \"dd.MM.yy\"\n")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("[flat.formats]\ndecimal = \";\"\n")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("[flat.formats]\ntrue = []\n")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("rows = \"А/@Б\"\n")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("root = \"а:б\"\n")).code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of(table("", "order")).code, Code{"CFG-RANGE"});
}

TEST(FlatMapping, DemandsRecordAndKey) {
    EXPECT_EQ(refusal_of("[[flat]]\nkey = \"Код\"\n").code, Code{"FLAT-REQUIRED"});
    const Message message = refusal_of("\n[[flat]]\nrecord = \"product\"\n");
    EXPECT_EQ(message.code, Code{"FLAT-REQUIRED"});
    EXPECT_EQ(message.arguments.at(1), "2");
    EXPECT_EQ(message.arguments.at(2), "key");
}

TEST(FlatMapping, RefusesAFileWithoutATable) {
    EXPECT_EQ(refusal_of("").code, Code{"FLAT-NO-TABLE"});
    EXPECT_EQ(refusal_of("[exchange]\n").code, Code{"CFG-UNKNOWN-KEY"});
    EXPECT_EQ(refusal_of("flat = 1\n").code, Code{"CFG-TYPE"});
}

TEST(FlatMapping, RefusesRowsInsideRows) {
    const Message message = refusal_of(table("rows = \"Группа\"\n") + table("rows = \"Группа/Товар\"\n"));
    EXPECT_EQ(message.code, Code{"FLAT-NESTED"});
    EXPECT_EQ(message.arguments.at(2), "Группа/Товар");
    EXPECT_EQ(parse_mappings(table("root = \"А\"\nrows = \"Г\"\n") + table("root = \"Б\"\nrows = \"Г/Т\"\n"),
                             "m.toml")
                  .size(),
              2U)
        << "they are for different files";
}

TEST(FlatMapping, NamesAFileThatIsNotThere) {
    const auto error = error_of([] { (void)load_mappings({"/nowhere/m.toml"}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->failure_class(), FailureClass::bad_config);
    EXPECT_EQ(error->finding().message.code, Code{"SYS-FILE"});
}

TEST(FlatMapping, MatchesPaths) {
    FlatMapping mapping;
    EXPECT_EQ(match_path(mapping, "Любой"), PathMatch::row);
    EXPECT_EQ(match_path(mapping, "Любой/Дальше"), PathMatch::none);
    mapping.rows = "Товары/*";
    EXPECT_EQ(match_path(mapping, "Товары"), PathMatch::inside);
    EXPECT_EQ(match_path(mapping, "Товары/Строка"), PathMatch::row);
    EXPECT_EQ(match_path(mapping, "Склады"), PathMatch::none);
}

}  // namespace
}  // namespace obmen::flat
