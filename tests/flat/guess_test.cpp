#include "flat/guess.hpp"

#include <gtest/gtest.h>

#include "flat/known_names.hpp"
#include "flat/reading.hpp"
#include "support/text.hpp"

namespace obmen::flat {
namespace {

/// The only mapping that is proposed for these bytes.
FlatMapping guessed(std::string_view bytes) {
    const Guess result = guess_bytes(bytes);
    EXPECT_EQ(result.mappings().size(), 1U);
    return result.mappings().front();
}

std::string rows(std::string_view inside) {
    return "<Справочник>" + std::string(inside) + "</Справочник>";
}

std::string code_of(std::string_view bytes) {
    const auto error = error_of([&] { (void)guess_bytes(bytes); });
    return error ? std::string(error->finding().message.code.text()) : "";
}

TEST(FlatGuess, PrefersAReferenceToACode) {
    const FlatMapping mapping =
        guessed(rows("<Э><Код>1</Код><Ссылка>11111111-2222-11f0-8000-000000000001</Ссылка><Наименование>а</"
                     "Наименование><Цена>1</Цена></Э>"
                     "<Э><Код>2</Код><Ссылка>11111111-2222-11f0-8000-000000000002</Ссылка><Наименование>б</"
                     "Наименование><Цена>2</Цена></Э>"));
    EXPECT_EQ(mapping.sources_of(Field::id), Sources{"Ссылка"});
    EXPECT_EQ(mapping.rows, "Э");
    EXPECT_EQ(mapping.root, "Справочник");
}

TEST(FlatGuess, TakesTheCodeWhereTheReferenceIsNotInEveryRow) {
    const FlatMapping mapping =
        guessed(rows("<Э><Код>1</Код><Ссылка>11111111-2222-11f0-8000-000000000001</Ссылка><Наименование>а</"
                     "Наименование><Цена>1</Цена></Э>"
                     "<Э><Код>2</Код><Ссылка/><Наименование>б</Наименование><Цена>2</Цена></Э>"));
    EXPECT_EQ(mapping.sources_of(Field::id), Sources{"Код"});
}

TEST(FlatGuess, SaysThatNoColumnIsAKey) {
    const Guess result =
        guess_bytes(rows("<Э><Код>1</Код><Наименование>а</Наименование><Цена>1</Цена></Э>"
                         "<Э><Код>1</Код><Наименование>а</Наименование><Цена>1</Цена></Э>"));
    EXPECT_FALSE(result.is_certain());
    EXPECT_EQ(result.kinds.front().doubts, std::vector<Doubt>{Doubt::no_key});
    EXPECT_NE(mapping_text(result, "f.xml", Language::english).find("ATTENTION"), std::string::npos);
    EXPECT_NE(mapping_text(result, "f.xml", Language::russian).find("ВНИМАНИЕ"), std::string::npos);
}

TEST(FlatGuess, TellsContragentsByValuesAlone) {
    const FlatMapping mapping = guessed(rows(
        "<Э><Код>1</Код><Наименование>а</Наименование><Номер1>7707083893</Номер1><Связь>a@b.ru</Связь></Э>"
        "<Э><Код>2</Код><Наименование>б</Наименование><Номер1>500100732259</Номер1><Связь>+7 (495) "
        "000-00-00</Связь></Э>"));
    EXPECT_EQ(mapping.record, RecordKind::contragent);
    EXPECT_EQ(mapping.sources_of(Field::inn), Sources{"Номер1"});
}

TEST(FlatGuess, FindsBarcodesByTheirCheckDigits) {
    const FlatMapping mapping =
        guessed(rows("<Э><Код>1</Код><Наименование>а</Наименование><Х>4600000000015</Х></Э>"
                     "<Э><Код>2</Код><Наименование>б</Наименование><Х>4600000000022</Х></Э>"));
    EXPECT_EQ(mapping.record, RecordKind::product);
    EXPECT_EQ(mapping.sources_of(Field::barcode), Sources{"Х"});
}

TEST(FlatGuess, TakesRowsWithoutANameForOffers) {
    const FlatMapping mapping =
        guessed(rows("<Э><Код>1</Код><Цена>10</Цена><Остаток>1</Остаток></Э><Э><Код>2</Код><Цена>11</"
                     "Цена><Остаток>1</Остаток></Э>"));
    EXPECT_EQ(mapping.record, RecordKind::offer);
    EXPECT_EQ(mapping.prices.front(), (PriceColumn{.type = "Цена", .source = "Цена", .currency = ""}));
}

TEST(FlatGuess, LooksIntoElementsThatOnlyHoldOthers) {
    const Guess result = guess_bytes(
        "<Выгрузка><Шапка><Дата>01.01.2026</Дата></Шапка><Данные>"
        "<Товары Всего='2'><Товар><Код>1</Код><Наименование>а</Наименование><Цена>1</Цена></Товар>"
        "<Товар><Код>2</Код><Наименование>б</Наименование><Цена>2</Цена></Товар></Товары>"
        "<Контрагенты><Контрагент Код='7' Наименование='к' "
        "ИНН='7707083893'/></Контрагенты></Данные></Выгрузка>");
    const std::vector<FlatMapping> mappings = result.mappings();
    ASSERT_EQ(mappings.size(), 2U);
    EXPECT_EQ(mappings[0].rows, "Данные/Товары/Товар");
    EXPECT_EQ(mappings[1].rows, "Данные/Контрагенты/Контрагент");
    EXPECT_EQ(mappings[1].record, RecordKind::contragent);
    EXPECT_EQ(mappings[1].sources_of(Field::id), Sources{"@Код"});
}

/// Имя is a name of goods as well as a person's first name.
TEST(FlatGuess, FindsTheGoodsInsideTheirGroups) {
    for (const std::string_view group :
         {"<Группа Имя=\"Крепёж\">", "<Группа><Код>9</Код><Имя>Крепёж</Имя>"}) {
        const std::string one =
            std::string(group) +
            "<Товар Код=\"001\" Имя=\"Болт\" Цена=\"3.50\"/><Товар Код=\"002\" Имя=\"Гайка\" "
            "Цена=\"1.50\"/></Группа>";
        const std::string bytes = "<Список>" + one +
                                  "<Группа Имя=\"Инструмент\"><Товар Код=\"003\" "
                                  "Имя=\"Молоток\" Цена=\"350\"/></Группа></Список>";
        const Guess result = guess_bytes(bytes);
        ASSERT_EQ(result.mappings().size(), 1U);
        const FlatMapping mapping = result.mappings().front();
        EXPECT_EQ(mapping.record, RecordKind::product);
        EXPECT_EQ(mapping.rows, "Группа/Товар");
        EXPECT_EQ(mapping.sources_of(Field::id), Sources{"@Код"});
        EXPECT_EQ(mapping.sources_of(Field::name), Sources{"@Имя"});
        EXPECT_NE(mapping_text(result, "f.xml", Language::english).find("inside their groups"),
                  std::string::npos);
    }
}

/// A group that mentions goods stays a row, and so does one that refers to one of them.
TEST(FlatGuess, LeavesGroupsThatHoldNoGoodsAlone) {
    const FlatMapping mapping = guessed(
        "<Список><Группа><Код>1</Код><Имя>Крепёж</Имя><ГлавныйТовар><Код>7</Код></ГлавныйТовар></Группа>"
        "<Группа><Код>2</Код><Имя>Прочее</Имя><ГлавныйТовар><Код>8</Код></ГлавныйТовар></Группа></Список>");
    EXPECT_EQ(mapping.record, RecordKind::group);
    EXPECT_EQ(mapping.rows, "Группа");
}

TEST(FlatGuess, LooksIntoAnElementThatIsTooLargeForARow) {
    std::string bytes = "<r><items count='1500'>";
    for (int i = 0; i < 1500; ++i) {
        bytes += "<item><code>" + std::to_string(i) + "</code><name>n</name><price>1</price></item>";
    }
    bytes += "</items></r>";
    commerceml::ReaderLimits limits;
    limits.record_bytes = 10'000;
    commerceml::MemoryInput input(bytes);
    const Guess result = guess(input, "file.xml", limits);
    ASSERT_EQ(result.mappings().size(), 1U);
    EXPECT_EQ(result.mappings().front().rows, "items/item");
    EXPECT_EQ(result.kinds.front().rows.rows, 1500U);
    EXPECT_EQ(result.kinds.front().rows.read, 1000U);
}

TEST(FlatGuess, LinksGroupsByTheColumnThatTheirChildrenName) {
    const FlatMapping by_code = guessed(rows(
        "<Э><Ссылка>11111111-2222-11f0-8000-000000000001</Ссылка><Код>1</Код><Наименование>г</Наименование>"
        "<ЭтоГруппа>Да</ЭтоГруппа><КодРодителя/><Цена/></Э>"
        "<Э><Ссылка>11111111-2222-11f0-8000-000000000002</Ссылка><Код>2</Код><Наименование>т</Наименование>"
        "<ЭтоГруппа>Нет</ЭтоГруппа><КодРодителя>1</КодРодителя><Цена>5</Цена></Э>"));
    EXPECT_EQ(by_code.sources_of(Field::parent), Sources{"КодРодителя"});
    EXPECT_EQ(by_code.sources_of(Field::group_id), Sources{"Код"});
    const FlatMapping by_name = guessed(rows(
        "<Э><Код>1</Код><Наименование>Мебель</Наименование><ЭтоГруппа>Да</ЭтоГруппа><Родитель/><Цена/></Э>"
        "<Э><Код>2</Код><Наименование>Стул</Наименование><ЭтоГруппа>Нет</ЭтоГруппа><Родитель>Мебель</"
        "Родитель>"
        "<Цена>5</Цена></Э>"));
    EXPECT_EQ(by_name.sources_of(Field::group_id), Sources{"Наименование"});
}

TEST(FlatGuess, TakesWordsForNamesOfGroupsAndCodesForTheirIds) {
    const FlatMapping words =
        guessed(rows("<Э><Код>1</Код><Имя>а</Имя><Группа>Мебель для дома</Группа><Цена>1</Цена></Э>"));
    EXPECT_EQ(words.sources_of(Field::group_name), Sources{"Группа"});
    EXPECT_EQ(words.sources_of(Field::name), Sources{"Имя"});
    const Guess codes =
        guess_bytes(rows("<Э><Код>1</Код><Имя>а</Имя><Группа>0012</Группа><Цена>1</Цена></Э>"));
    EXPECT_EQ(codes.mappings().front().sources_of(Field::group), Sources{"Группа"});
    EXPECT_EQ(codes.kinds.front().doubts, std::vector<Doubt>{Doubt::groups_elsewhere});
    EXPECT_TRUE(codes.is_certain());
}

TEST(FlatGuess, DoesNotBelieveANameAgainstTheValues) {
    const Guess result =
        guess_bytes(rows("<Э><Код>1</Код><Наименование>а</Наименование><Цена>по "
                         "запросу</Цена><Остаток>много</Остаток><Артикул>1</Артикул></Э>"
                         "<Э><Код>2</Код><Наименование>б</Наименование><Цена>договорная</Цена><Остаток>мало</"
                         "Остаток><Артикул>2</Артикул></Э>"));
    EXPECT_TRUE(result.mappings().front().prices.empty());
    EXPECT_TRUE(result.mappings().front().sources_of(Field::quantity).empty());
    EXPECT_EQ(result.kinds.front().unplaced, (std::vector<Source>{"Цена", "Остаток"}));
}

TEST(FlatGuess, KeepsPriceTypesApart) {
    const FlatMapping mapping = guessed(rows(
        "<Э><Код>1</Код><Наименование>а</Наименование><Цены><Розничная>1</Розничная><VIP>2</VIP></Цены>"
        "<ОптоваяЦена>3</ОптоваяЦена><ЦенаМелкийОпт>4</ЦенаМелкийОпт><ДатаЦены>01.01.2026</ДатаЦены></Э>"));
    std::vector<std::string> types;
    for (const PriceColumn& price : mapping.prices) {
        types.push_back(price.type);
    }
    EXPECT_EQ(types, (std::vector<std::string>{"Розничная", "VIP", "Оптовая", "ЦенаМелкийОпт"}));
}

TEST(FlatGuess, TakesTheUnitsOwnChildrenForTheUnit) {
    const FlatMapping mapping = guessed(rows(
        "<Э><Код>1</Код><Наименование>а</Наименование><Единица><Код>796</Код><Наименование>шт</Наименование>"
        "</Единица><Цена>1</Цена></Э>"));
    EXPECT_EQ(mapping.sources_of(Field::unit), Sources{"Единица/Наименование"});
    EXPECT_EQ(mapping.sources_of(Field::unit_code), Sources{"Единица/Код"});
    EXPECT_EQ(mapping.sources_of(Field::name), Sources{"Наименование"});
}

TEST(FlatGuess, SaysWhatAFileIsInstead) {
    EXPECT_EQ(code_of("<КоммерческаяИнформация/>"), "FLAT-COMMERCEML");
    EXPECT_EQ(code_of("<yml_catalog/>"), "CML-FOREIGN");
    EXPECT_EQ(code_of("<!DOCTYPE yml_catalog SYSTEM 'shops.dtd'><yml_catalog/>"), "CML-FOREIGN");
    EXPECT_EQ(code_of("<Пусто/>"), "FLAT-NOTHING-FOUND");
    EXPECT_EQ(code_of("<Письмо><Текст>Привет</Текст></Письмо>"), "FLAT-NOTHING-FOUND");
    EXPECT_EQ(code_of("<С><Э><Код>1</Код></Э>"), "XML-TRUNCATED");
    EXPECT_EQ(code_of(""), "XML-EMPTY");
}

TEST(FlatGuess, ItsTextIsTheMappingAgain) {
    const std::string bytes = rows(
        "<Э "
        "Х='1'><Код>\"1\\</Код><Наименование>а\n[[б]]</Наименование><Цена>1</Цена><Иное>2</"
        "Иное><Срок>01.01.2026</Срок></Э>");
    const Guess result = guess_bytes(bytes);
    for (const Language language : {Language::russian, Language::english}) {
        const std::string text = mapping_text(result, "имя\n[[flat]].xml", language);
        EXPECT_EQ(parse_mappings(text, "m.toml"), result.mappings()) << text;
        EXPECT_NE(text.find("# \"Иное\" = \"Иное\""), std::string::npos) << text;
        EXPECT_NE(text.find("type = \"date\""), std::string::npos) << text;
    }
}

TEST(FlatGuess, EveryKnownNameIsCompact) {
    for (const char* name : {"Пометка удаления", "Deletion_Mark", "Код-Родителя", "Ед. изм."}) {
        EXPECT_TRUE(known_name(compact_name(name), RecordKind::product)) << name;
    }
    EXPECT_FALSE(known_name(compact_name("ИНН"), RecordKind::product));
    EXPECT_TRUE(known_name(compact_name("ИНН"), RecordKind::contragent));
}

}  // namespace
}  // namespace obmen::flat
