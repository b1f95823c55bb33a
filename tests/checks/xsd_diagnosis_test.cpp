#include "checks/xsd_diagnosis.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "checks/schema_texts.hpp"
#include "checks/schema_tree.hpp"
#include "checks/schema_validator.hpp"
#include "commerceml/reader.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::checks {
namespace {

using Lines = std::vector<std::string>;

const std::filesystem::path source = OBMEN_SOURCE_DIR;

std::string whole_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Loading the schemas takes longer than reading a small file.
const XsdDiagnoser& diagnoser() {
    static const XsdDiagnoser shared;
    return shared;
}

XsdDiagnosis diagnose(std::string_view bytes) {
    commerceml::MemoryInput input(bytes);
    std::optional<XsdDiagnosis> diagnosis = diagnoser().diagnose(input);
    EXPECT_TRUE(diagnosis);
    return std::move(diagnosis).value_or(XsdDiagnosis{});
}

/// `LINE CODE PARENT/ELEMENT/@ATTRIBUTE ×COUNT`
std::string line_of(const XsdDeviation& deviation) {
    std::string place =
        deviation.parent.empty() ? deviation.element : deviation.parent + "/" + deviation.element;
    if (!deviation.attribute.empty()) {
        place += "/@" + deviation.attribute;
    }
    return fmt::format("{} {} {} ×{}", deviation.line, deviation.code.text(), place, deviation.count);
}

Lines lines_of(const XsdDiagnosis& diagnosis) {
    Lines lines;
    for (const XsdDeviation& deviation : diagnosis.deviations) {
        lines.push_back(line_of(deviation));
    }
    return lines;
}

/// A 2.x file whose third line and what follows is `content`.
std::string version_2(const std::string& content, const std::string& attributes = "") {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<КоммерческаяИнформация ВерсияСхемы=\"2.07\" ДатаФормирования=\"2026-01-15T10:30:00\"" +
           attributes + ">\n" + content + "\n</КоммерческаяИнформация>\n";
}
std::string version_3(const std::string& content) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<КоммерческаяИнформация ВерсияСхемы=\"3.1\" ДатаФормирования=\"2026-01-15T10:30:00\">\n" +
           content + "\n</КоммерческаяИнформация>\n";
}

const std::string owner =
    "<Владелец><Ид>1</Ид><ОфициальноеНаименование>ООО «Пример»</ОфициальноеНаименование></Владелец>";

/// A catalogue that lacks nothing; `product` stands inside its only Товар, on line 3.
std::string catalogue(const std::string& product) {
    return version_2("<Каталог><Ид>1</Ид><Наименование>Товары</Наименование>" + owner + "<Товары><Товар>" +
                     product + "</Товар></Товары></Каталог>");
}
/// The same for a package with one Предложение.
std::string package(const std::string& offer) {
    return version_2(
        "<ПакетПредложений><Ид>1#</Ид><Наименование>Цены</Наименование><ИдКаталога>1</ИдКаталога>" + owner +
        "<ТипыЦен><ТипЦены><Ид>p</Ид></ТипЦены></ТипыЦен><Предложения><Предложение>" + offer +
        "</Предложение></Предложения></ПакетПредложений>");
}

// ---- the schemas
// ---------------------------------------------------------------------------------------------

TEST(CommercemlSchemas, AreTheFilesInTheFolder) {
    EXPECT_EQ(commerceml_2_schema(), whole_file(source / "schemas" / "commerceml-2.xsd"));
    EXPECT_EQ(commerceml_3_schema(), whole_file(source / "schemas" / "commerceml-3.1.xsd"));
}

TEST(CommercemlSchemas, AreLoadedByLibxml2) {
    EXPECT_NE(CompiledSchema(commerceml_2_schema()).get(), nullptr);
    EXPECT_NE(CompiledSchema(commerceml_3_schema()).get(), nullptr);
    EXPECT_THROW(
        CompiledSchema("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element/></xs:schema>"),
        std::logic_error);
}

TEST(SchemaTree, KnowsChildrenOfNamedAndOwnTypesAndOfGroups) {
    const SchemaTree tree(commerceml_2_schema());
    const auto inside = [&](std::size_t type, std::string_view name) {
        const std::optional<std::size_t> child = tree.child(type, name);
        EXPECT_TRUE(child) << name;
        return child ? tree.type(type).children[*child].type : 0;
    };
    const std::size_t root = inside(tree.document(), "КоммерческаяИнформация");
    const std::size_t catalogue_type = inside(root, "Каталог");
    EXPECT_TRUE(tree.type(catalogue_type).once);
    EXPECT_FALSE(tree.type(root).once);
    const std::size_t product = inside(inside(catalogue_type, "Товары"), "Товар");
    EXPECT_EQ(inside(inside(product, "Комплектующие"), "Комплектующее"),
              inside(inside(product, "Комплектующие"), "Комплектующее"));
    EXPECT_FALSE(tree.child(product, "Цены"));
    EXPECT_FALSE(tree.child(inside(product, "Артикул"), "Артикул"));
    EXPECT_EQ(tree.built_in_type("Сумма"), "decimal");
    EXPECT_EQ(tree.built_in_type("xs:integer"), "integer");
}

TEST(SchemaTree, RefusesWhatItDoesNotUnderstand) {
    EXPECT_THROW(SchemaTree("<xs:schema"), std::logic_error);
    EXPECT_THROW(SchemaTree("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' "
                            "type='Нет'/></xs:schema>"),
                 std::logic_error);
    EXPECT_THROW(
        SchemaTree("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a'>"
                   "<xs:complexType><xs:sequence><xs:choice/></xs:sequence></xs:complexType></xs:element>"
                   "</xs:schema>"),
        std::logic_error);
}

// ---- what is standard
// ----------------------------------------------------------------------------------------

TEST(XsdDiagnosis, FindsNothingInAStandardFile) {
    const std::string classifier =
        "<Классификатор><Ид>1</Ид><Наименование>К</Наименование>" + owner +
        "<Группы><Группа><Ид>g</Ид><Наименование>Г</Наименование></Группа></Группы>"
        "<Свойства><Свойство><Ид>s</Ид><Наименование>С</Наименование><ТипЗначений>Справочник"
        "</ТипЗначений><ВариантыЗначений><Справочник><ИдЗначения>v</ИдЗначения><Значение>x"
        "</Значение></Справочник></ВариантыЗначений></Свойство></Свойства></Классификатор>";
    const std::string document =
        "<Документ><Ид>d</Ид><Номер>1</Номер><Дата>2026-01-15</Дата><ХозОперация>Заказ товара</ХозОперация>"
        "<Роль>Продавец</Роль><Валюта>RUB</Валюта><Курс>1</Курс><Сумма>10.5</"
        "Сумма><Контрагенты><Контрагент><Ид>k</Ид>"
        "<Роль>Покупатель</Роль><ИНН>7700000000</ИНН><Контакты><Контакт><Тип>Почта</Тип><Значение>a@b.example"
        "</Значение></Контакт></Контакты></Контрагент></Контрагенты><Время>10:00:00</Время></Документ>";
    EXPECT_EQ(lines_of(diagnose(version_2(classifier + document))), Lines{});
    EXPECT_EQ(
        lines_of(diagnose(catalogue(
            "<Ид>a#b</Ид><Наименование>Болт</Наименование><БазоваяЕдиница Код=\"796 \">шт</БазоваяЕдиница>"
            "<Картинка>1.jpg</Картинка><Картинка/><СтавкиНалогов><СтавкаНалога><Наименование>НДС</"
            "Наименование>"
            "<Ставка>Без НДС</Ставка></СтавкаНалога></СтавкиНалогов>"))),
        Lines{});
    EXPECT_EQ(lines_of(diagnose(package("<Ид>a</Ид><Цены><Цена><ИдТипаЦены>p</ИдТипаЦены><ЦенаЗаЕдиницу>5"
                                        "</ЦенаЗаЕдиницу></Цена></Цены><Количество>-3.250</Количество>"
                                        "<Склад ИдСклада=\"w\" КоличествоНаСкладе=\"1\"/>"))),
              Lines{});
}

TEST(XsdDiagnosis, DoesNotMindTheOrderOfElements) {
    EXPECT_EQ(
        lines_of(diagnose(version_2(
            "<Каталог><Товары><Товар><Наименование>Болт</Наименование><Артикул>1</Артикул><Ид>a</Ид></Товар>"
            "</Товары>" +
            owner + "<Наименование>Т</Наименование><Ид>1</Ид></Каталог>"))),
        Lines{});
}

TEST(XsdDiagnosis, PassesOverAttributesOfXmlSchemaItself) {
    EXPECT_EQ(lines_of(diagnose(version_2("",
                                          " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                                          "xsi:noNamespaceSchemaLocation=\"http://localhost/x.xsd\""))),
              Lines{});
}

TEST(XsdDiagnosis, ChoosesTheSchemaByTheVersionThenByTheNamespace) {
    EXPECT_EQ(diagnose(version_2("")).schema, CommercemlSchema::version_2);
    EXPECT_EQ(diagnose(version_3("")).schema, CommercemlSchema::version_3);
    EXPECT_EQ(diagnose("<КоммерческаяИнформация xmlns=\"urn:1C.ru:commerceml_3\"/>").schema,
              CommercemlSchema::version_3);
    EXPECT_EQ(
        diagnose("<КоммерческаяИнформация xmlns=\"urn:1C.ru:commerceml_3\" ВерсияСхемы=\"2.09\"/>").schema,
        CommercemlSchema::version_2);
    EXPECT_EQ(diagnose("<КоммерческаяИнформация/>").schema, CommercemlSchema::version_2);
}

// ---- every kind of deviation
// ---------------------------------------------------------------------------------

struct Kind {
    const char* name;
    std::string file;
    Lines expected;
    std::string text;  ///< Russian, of the first one
};

std::vector<Kind> kinds() {
    const std::string price = "<Цены><Цена><ИдТипаЦены>p</ИдТипаЦены><ЦенаЗаЕдиницу>";
    const std::string price_end = "</ЦенаЗаЕдиницу></Цена></Цены>";
    return {
        {"an element that is not in the standard",
         catalogue("<Ид>1</Ид><Вес>1</Вес>\n<Вес>2</Вес>"),
         {"3 XSD-ELEMENT Товар/Вес ×2"},
         "Элемент <Вес> внутри <Товар> стандартом не предусмотрен"},
        {"an element that is repeated",
         version_2("<Классификатор><Ид>1</Ид><Наименование>К</Наименование>" + owner +
                   "\n<Ид>2</Ид></Классификатор>"),
         {"4 XSD-ELEMENT-REPEATED Классификатор/Ид ×1"},
         "Элемент <Ид> внутри <Классификатор> повторяется, а допустим один"},
        {"elements that are missing",
         version_2("<Классификатор><Ид>1</Ид></Классификатор>"),
         {"3 XSD-ELEMENT-MISSING Классификатор/Наименование ×1",
          "3 XSD-ELEMENT-MISSING Классификатор/Владелец ×1"},
         "В <Классификатор> нет обязательного элемента <Наименование>"},
        {"a list without its items",
         version_3("<Контрагенты>\n<Контрагент><Контакты/></Контрагент></Контрагенты>"),
         {"4 XSD-ELEMENT-MISSING Контакты/Контакт ×1"},
         "В <Контакты> нет обязательного элемента <Контакт>"},
        {"an element that holds nothing of several possible",
         version_2("<Классификатор><Ид>1</Ид><Наименование>К</Наименование>\n<Владелец/></Классификатор>"),
         {"4 XSD-EMPTY Классификатор/Владелец ×1"},
         "В Классификатор/Владелец нет ни одного предусмотренного элемента"},
        {"an attribute that is not in the standard",
         version_2("", " СинхронизацияТоваров=\"1 &amp; 2\""),
         {"2 XSD-ATTRIBUTE КоммерческаяИнформация/@СинхронизацияТоваров ×1"},
         "Атрибут «СинхронизацияТоваров» у <КоммерческаяИнформация> стандартом не предусмотрен"},
        {"an attribute of an element with a value",
         catalogue("<Артикул Код=\"1\">А</Артикул>"),
         {"3 XSD-ATTRIBUTE Товар/Артикул/@Код ×1"},
         "Атрибут «Код» у <Артикул> стандартом не предусмотрен"},
        {"an attribute that is missing",
         package("<Склад КоличествоНаСкладе=\"1\"/>"),
         {"3 XSD-ATTRIBUTE-MISSING Предложение/Склад/@ИдСклада ×1"},
         "У <Склад> нет обязательного атрибута «ИдСклада»"},
        {"a number that is none",
         package("<Количество>1,5</Количество>\n<Количество/>"),
         {"3 XSD-TYPE Предложение/Количество ×2"},
         "Предложение/Количество: «1,5»; ожидается число"},
        {"a number in an attribute",
         package("<Склад ИдСклада=\"w\" КоличествоНаСкладе=\"мало\"/>"),
         {"3 XSD-TYPE Предложение/Склад/@КоличествоНаСкладе ×1"},
         "Предложение/Склад/@КоличествоНаСкладе: «мало»; ожидается число"},
        {"a date",
         version_2("<ПакетПредложений><Наименование>Ц</Наименование><ИдКаталога>1</ИдКаталога>\n"
                   "<ДействительноС>15.01.2026</ДействительноС>" +
                   owner +
                   "<ТипыЦен><ТипЦены><Ид>p</Ид></ТипЦены></ТипыЦен><Предложения><Предложение><Ид>1</Ид></"
                   "Предложение>"
                   "</Предложения></ПакетПредложений>"),
         {"4 XSD-TYPE ПакетПредложений/ДействительноС ×1"},
         "ПакетПредложений/ДействительноС: «15.01.2026»; ожидается дата ГГГГ-ММ-ДД"},
        {"a moment",
         "<КоммерческаяИнформация ВерсияСхемы=\"2.03\" ДатаФормирования=\"2026-01-15\"/>",
         {"1 XSD-TYPE КоммерческаяИнформация/@ДатаФормирования ×1"},
         "КоммерческаяИнформация/@ДатаФормирования: «2026-01-15»; ожидается дата и время "
         "ГГГГ-ММ-ДДTЧЧ:ММ:СС"},
        {"a flag",
         version_2("<Классификатор><Ид>1</Ид><Наименование>К</Наименование>" + owner +
                   "<Свойства><Свойство><Ид>s</Ид><Наименование>С</Наименование>\n<ДляТоваров>Да</ДляТоваров>"
                   "</Свойство></Свойства></Классификатор>"),
         {"4 XSD-TYPE Свойство/ДляТоваров ×1"},
         "Свойство/ДляТоваров: «Да»; ожидается true или false"},
        {"a whole number",
         version_3("<Скидки><Скидка><Ид>1</Ид><Приоритет>1.5</Приоритет><ГруппаСовместногоПрименения>Минимум"
                   "</ГруппаСовместногоПрименения><Значение>v</Значение><ТипСкидки>Подарок</ТипСкидки></"
                   "Скидка></Скидки>"),
         {"3 XSD-TYPE Скидка/Приоритет ×1"},
         "Скидка/Приоритет: «1.5»; ожидается целое число"},
        {"a value that is not in the list",
         version_2("<Каталог><Ид>1</Ид><Наименование>Т</Наименование>" + owner +
                   "<Товары>\n<Товар Статус=\"Удалён\"><Ид>1</Ид></Товар></Товары></Каталог>"),
         {"4 XSD-ENUMERATION Товары/Товар/@Статус ×1"},
         "Товары/Товар/@Статус: «Удалён» нет среди допустимых значений: Новый, Изменен, Удален"},
        {"a value that is too short",
         package(price + "1</ЦенаЗаЕдиницу>\n<Единица>шт</Единица></Цена></Цены>"),
         {"4 XSD-SHORT Цена/Единица ×1"},
         "Цена/Единица: «шт»; знаков меньше, чем 3"},
        {"a value that is too long",
         catalogue("<БазоваяЕдиница Код=\"796  \">шт</БазоваяЕдиница>"),
         {"3 XSD-LONG Товар/БазоваяЕдиница/@Код ×1"},
         "Товар/БазоваяЕдиница/@Код: «796  »; знаков больше, чем 4"},
        {"a value of another length",
         package(price + "1</ЦенаЗаЕдиницу><Валюта>руб.</Валюта></Цена></Цены>"),
         {"3 XSD-LENGTH Цена/Валюта ×1"},
         "Цена/Валюта: «руб.»; знаков не ровно 3"},
        {"a document without anything",
         version_2("<Документ/>"),
         {"3 XSD-ELEMENT-MISSING Документ/Ид ×1", "3 XSD-ELEMENT-MISSING Документ/Номер ×1",
          "3 XSD-ELEMENT-MISSING Документ/Дата ×1", "3 XSD-ELEMENT-MISSING Документ/ХозОперация ×1",
          "3 XSD-ELEMENT-MISSING Документ/Роль ×1", "3 XSD-ELEMENT-MISSING Документ/Валюта ×1",
          "3 XSD-ELEMENT-MISSING Документ/Курс ×1", "3 XSD-ELEMENT-MISSING Документ/Сумма ×1",
          "3 XSD-ELEMENT-MISSING Документ/Контрагенты ×1"},
         "В <Документ> нет обязательного элемента <Ид>"},
        {"a time",
         version_3(
             "<Контейнер><Документ><Ид>1</Ид><Номер>1</Номер><Дата>2026-01-15</Дата>\n<Время>9:05:00</Время>"
             "<ХозОперация>Заказ "
             "товара</ХозОперация><Контрагенты><Контрагент><Ид>1</Ид></Контрагент></Контрагенты>"
             "<Валюта>RUB</Валюта><Курс>1</Курс><Сумма>1</Сумма><Роль>Продавец</Роль></Документ></"
             "Контейнер>"),
         {"4 XSD-TYPE Документ/Время ×1"},
         "Документ/Время: «9:05:00»; ожидается время ЧЧ:ММ:СС"},
        {"too many digits",
         package(price + "12345678901234567.89" + price_end),
         {"3 XSD-DIGITS Цена/ЦенаЗаЕдиницу ×1"},
         "Цена/ЦенаЗаЕдиницу: «12345678901234567.89»; цифр в числе больше, чем 18"},
        {"too many digits after the point",
         package(price + "1.005" + price_end),
         {"3 XSD-FRACTION Цена/ЦенаЗаЕдиницу ×1"},
         "Цена/ЦенаЗаЕдиницу: «1.005»; знаков после точки больше, чем 2"},
        {"text where only elements may stand",
         catalogue("<Ид>1</Ид> нечаянно "),
         {"3 XSD-TEXT Товары/Товар ×1"},
         "Товары/Товар: здесь не должно быть текста «нечаянно»"},
        {"text in an element that has attributes only",
         package("<Склад ИдСклада=\"w\">5</Склад><Склад ИдСклада=\"w\"> </Склад>"),
         {"3 XSD-TEXT Предложение/Склад ×1"},
         "Предложение/Склад: здесь не должно быть текста «5»"}};
}

TEST(XsdDiagnosis, NamesEveryKindOfDeviationOnceWithItsCountAndLine) {
    const std::vector<Kind> all = kinds();
    for (const Kind& kind : all) {
        SCOPED_TRACE(kind.name);
        const XsdDiagnosis diagnosis = diagnose(kind.file);
        EXPECT_EQ(lines_of(diagnosis), kind.expected);
        EXPECT_FALSE(diagnosis.stopped);
        ASSERT_FALSE(diagnosis.deviations.empty());
        EXPECT_EQ(sentence(message_of(diagnosis.deviations.front()), Language::russian), kind.text);
    }
}

TEST(XsdDiagnosis, TellsAValueThatBreaksTwoRulesOnce) {
    const XsdDiagnosis diagnosis =
        diagnose(version_2("<Классификатор><Ид>1</Ид><Наименование>К</"
                           "Наименование><Владелец><РасчетныеСчета><РасчетныйСчет><НомерСчета>KZ1"
                           "</НомерСчета><Банк><БИК>040000000</"
                           "БИК><СчетКорреспондентский>3010181000000000000я</СчетКорреспондентский></Банк>"
                           "</РасчетныйСчет></РасчетныеСчета></Владелец></Классификатор>"));
    EXPECT_EQ(lines_of(diagnosis), (Lines{"3 XSD-LENGTH РасчетныйСчет/НомерСчета ×1",
                                          "3 XSD-PATTERN Банк/СчетКорреспондентский ×1"}));
}

TEST(XsdDiagnosis, SpeaksBothLanguages) {
    const XsdDiagnosis diagnosis = diagnose(catalogue("<Штрихкод>1</Штрихкод>"));
    ASSERT_EQ(diagnosis.deviations.size(), 1U);
    EXPECT_EQ(sentence(message_of(diagnosis.deviations.front()), Language::english),
              "Товар/Штрихкод: \"1\"; fewer characters than 8");
}

TEST(XsdDiagnosis, ComparesWhatStandsBesideAnUnknownElementAndNotWhatStandsInIt) {
    EXPECT_EQ(
        lines_of(diagnose(version_2(
            "<Каталог><СодержитТолькоИзменения>false</СодержитТолькоИзменения><Ид>1</Ид>\n<Производители>"
            "<Товар Статус=\"?\"><Ид/></Товар></Производители><Наименование>Т</Наименование>" +
            owner + "\n<Товары><Товар><Пол/><Штрихкод>1</Штрихкод><Пол/></Товар></Товары></Каталог>"))),
        (Lines{"3 XSD-ELEMENT Каталог/СодержитТолькоИзменения ×1", "4 XSD-ELEMENT Каталог/Производители ×1",
               "5 XSD-ELEMENT Товар/Пол ×2", "5 XSD-SHORT Товар/Штрихкод ×1"}));
}

TEST(XsdDiagnosis, DoesNotJudgeTheWhiteSpaceAroundAnElementThatStandsWhereAValueShould) {
    EXPECT_EQ(
        lines_of(diagnose(package("<Цены><Цена><ИдТипаЦены>p</ИдТипаЦены><ЦенаЗаЕдиницу>1</ЦенаЗаЕдиницу>"
                                  "<Единица>\n   <Код>796</Код>   \n</Единица></Цена></Цены>"
                                  "<Количество><Всего>5</Всего></Количество>"))),
        (Lines{"4 XSD-ELEMENT Единица/Код ×1", "5 XSD-ELEMENT Количество/Всего ×1"}));
}

TEST(XsdDiagnosis, AnyElementMayStandInAnElementOfAnyType) {
    EXPECT_EQ(
        lines_of(diagnose(version_3(
            "<ДисконтныеКарты><ДисконтнаяКарта><Статус><Что/><Угодно>1</Угодно></Статус><Контрагент><Ид>1</"
            "Ид>"
            "</Контрагент><Штрихкод>1</Штрихкод><ВидДисконтнойКарты>1</ВидДисконтнойКарты></ДисконтнаяКарта>"
            "</ДисконтныеКарты>"))),
        Lines{});
}

TEST(XsdDiagnosis, CountsAndShowsTheFirstValueCutShort) {
    std::string products;
    for (int i = 0; i < 3000; ++i) {
        products += "<Товар><Наименование>" + std::string(300, 'x') + "</Наименование></Товар>\n";
    }
    const XsdDiagnosis diagnosis =
        diagnose(version_2("<Каталог><Ид>1</Ид><Наименование>Т</Наименование>" + owner + "<Товары>\n" +
                           products + "</Товары></Каталог>"));
    EXPECT_EQ(lines_of(diagnosis), Lines{"4 XSD-LONG Товар/Наименование ×3000"});
    EXPECT_EQ(diagnosis.deviations.front().value, std::string(60, 'x') + "…");
    EXPECT_EQ(diagnosis.occurrences(), 3000U);
}

TEST(XsdDiagnosis, ShowsTheFirstPlaceOfWhatIsKnownOnlyAtTheEndOfAnElement) {
    EXPECT_EQ(lines_of(diagnose(
                  version_2("<Классификатор><Ид>1</Ид><Наименование>К</Наименование>" + owner +
                            "<Группы>\n<Группа><Ид>1</Ид><Группы>\n<Группа><Ид>2</Ид></Группа></Группы>"
                            "</Группа></Группы></Классификатор>"))),
              Lines{"4 XSD-ELEMENT-MISSING Группа/Наименование ×2"});
}

TEST(XsdDiagnosis, StopsTellingDeviationsApartAtTheLimit) {
    std::string elements;
    for (int i = 0; i < 50; ++i) {
        elements += fmt::format("<Поле{0}/><Поле{0}/>", i);
    }
    const std::string file = catalogue("<Ид>1</Ид>" + elements);
    commerceml::MemoryInput input(file);
    const XsdDiagnosis diagnosis = XsdDiagnoser(10).diagnose(input).value_or(XsdDiagnosis{});
    EXPECT_EQ(diagnosis.deviations.size(), 10U);
    EXPECT_EQ(diagnosis.deviations.back().count, 2U);
    EXPECT_EQ(diagnosis.left_out, 80U);
    EXPECT_EQ(diagnosis.occurrences(), 100U);
}

// ---- the same file in many forms
// -----------------------------------------------------------------------------

const std::string deviating_file =
    "<КоммерческаяИнформация{0} ВерсияСхемы=\"2.05\" ДатаФормирования=\"2026-01-15T10:30:00\" Ид=\"1\">\n"
    "  <{1}Каталог>\n"
    "    <{1}Ид>1</{1}Ид><{1}Вес/>\n"
    "    <{1}Наименование>Т &lt;1&gt; &#1103;</{1}Наименование>\n"
    "    <{1}Товары><{1}Товар Статус=\"нет\"><{1}Штрихкод><![CDATA[12\n3]]></{1}Штрихкод></{1}Товар>\n"
    "    <{1}Товар><{1}Штрихкод>1</{1}Штрихкод></{1}Товар></{1}Товары>\n"
    "  </{1}Каталог>\n"
    "</КоммерческаяИнформация>\n";

const Lines deviations_of_that_file{
    "1 XSD-ATTRIBUTE КоммерческаяИнформация/@Ид ×1", "2 XSD-ELEMENT-MISSING Каталог/Владелец ×1",
    "3 XSD-ELEMENT Каталог/Вес ×1", "5 XSD-ENUMERATION Товары/Товар/@Статус ×1",
    "5 XSD-SHORT Товар/Штрихкод ×2"};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string in_form(std::string_view declarations, std::string_view prefix) {
    return replaced(replaced(deviating_file, "{0}", declarations), "{1}", prefix);
}

/// UTF-8 of ASCII, Russian letters without ё, as UTF-16 or windows-1251 code units.
std::vector<char16_t> characters_of(std::string_view text) {
    std::vector<char16_t> characters;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            characters.push_back(lead);
        } else {
            ++i;
            characters.push_back(static_cast<char16_t>(((lead & 0x1FU) << 6U) |
                                                       (static_cast<unsigned char>(text[i]) & 0x3FU)));
        }
    }
    return characters;
}

std::string as_windows1251(std::string_view text) {
    std::string bytes;
    for (const char16_t character : characters_of(text)) {
        bytes += static_cast<char>(character < 0x80 ? character : character - 0x410 + 0xC0);
    }
    return bytes;
}

std::string as_utf16(std::string_view text) {
    std::string bytes = "\xFF\xFE";
    for (const char16_t character : characters_of(text)) {
        bytes += static_cast<char>(character & 0xFFU);
        bytes += static_cast<char>(character >> 8U);
    }
    return bytes;
}

TEST(XsdDiagnosis, IsTheSameWhateverTheNamespace) {
    EXPECT_EQ(lines_of(diagnose(in_form("", ""))), deviations_of_that_file);
    for (const char* uri :
         {"urn:1C.ru:commerceml_2", "urn:1C.ru:commerceml_205", "urn:1C.ru:commerceml_210"}) {
        EXPECT_EQ(lines_of(diagnose(in_form(fmt::format(" xmlns=\"{}\"", uri), ""))), deviations_of_that_file)
            << uri;
    }
    const std::string prefixed = replaced(in_form(" xmlns:cml=\"urn:1C.ru:commerceml_2\"", "cml:"),
                                          "КоммерческаяИнформация", "cml:КоммерческаяИнформация");
    EXPECT_EQ(lines_of(diagnose(prefixed)), deviations_of_that_file);
}

TEST(XsdDiagnosis, IsTheSameWhateverTheEncodingAndWhateverTheDeclarationSays) {
    const std::string file = in_form("", "");
    const auto declared = [](const char* name) {
        return fmt::format("<?xml version=\"1.0\" encoding=\"{}\"?>", name);
    };
    EXPECT_EQ(lines_of(diagnose("\xEF\xBB\xBF" + declared("UTF-8") + file)), deviations_of_that_file);
    EXPECT_EQ(lines_of(diagnose(as_windows1251(declared("windows-1251") + file))), deviations_of_that_file);
    EXPECT_EQ(lines_of(diagnose(as_utf16(declared("UTF-16") + file))), deviations_of_that_file);
    EXPECT_EQ(lines_of(diagnose(as_utf16(declared("utf-8") + file))), deviations_of_that_file);
    EXPECT_EQ(lines_of(diagnose("\xEF\xBB\xBF" + declared("windows-1251") + file)), deviations_of_that_file);
    EXPECT_EQ(lines_of(diagnose(declared("windows-1251") + file)), deviations_of_that_file)
        << "valid UTF-8 that says it is windows-1251";
}

TEST(XsdDiagnosis, IsTheSameWhateverTheLineEnds) {
    const std::string file = in_form("", "");
    for (const char* line_end : {"\r\n", "\r"}) {
        const XsdDiagnosis diagnosis = diagnose(replaced(file, "\n", line_end));
        EXPECT_EQ(lines_of(diagnosis), deviations_of_that_file);
        EXPECT_EQ(diagnosis.deviations.back().value, "12 3") << "a line end counts as one character";
    }
}

/// Gives a few bytes at a time.
class DripInput : public commerceml::Input {
  public:
    explicit DripInput(std::string_view bytes) : m_bytes(bytes) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t count = std::min({size, std::size_t{3}, m_bytes.size() - m_at});
        std::memcpy(buffer, m_bytes.data() + m_at, count);
        m_at += count;
        return count;
    }
    void rewind() override { m_at = 0; }

  private:
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

TEST(XsdDiagnosis, DoesNotDependOnWhereABlockEnds) {
    const std::string file = replaced("\xEF\xBB\xBF" + in_form("", ""), "\n", "\r\n");
    DripInput input(file);
    EXPECT_EQ(lines_of(diagnoser().diagnose(input).value_or(XsdDiagnosis{})), deviations_of_that_file);
}

// ---- what is no CommerceML, and what cannot be read
// ----------------------------------------------------------

TEST(XsdDiagnosis, HasNothingToSayOfAnotherFormat) {
    const std::string file = "<Справочник><Элемент><Код>1</Код></Элемент></Справочник>";
    commerceml::MemoryInput input(file);
    EXPECT_FALSE(diagnoser().diagnose(input));
}

TEST(XsdDiagnosis, SaysWhereLibxml2Stopped) {
    const XsdDiagnosis cut = diagnose("<КоммерческаяИнформация ВерсияСхемы=\"2.05\">\n<Каталог>\n</Товар>");
    ASSERT_TRUE(cut.stopped);
    EXPECT_EQ(cut.stopped->severity, Severity::warning);
    EXPECT_EQ(cut.stopped->message.code, Code{"XSD-STOPPED"});
    EXPECT_EQ(cut.stopped->place.line, 3U);
    EXPECT_EQ(lines_of(cut), Lines{"1 XSD-ATTRIBUTE-MISSING КоммерческаяИнформация/@ДатаФормирования ×1"});
}

TEST(XsdDiagnosis, NeverReadsADocumentType) {
    const std::string file =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><КоммерческаяИнформация Ид=\"&x;\"/>";
    commerceml::MemoryInput input(file);
    const std::optional<XsdDiagnosis> diagnosis = diagnoser().diagnose(input);
    ASSERT_TRUE(diagnosis && diagnosis->stopped);
    EXPECT_TRUE(diagnosis->deviations.empty());
}

TEST(XsdDiagnosis, FollowsGroupsHoweverDeep) {
    std::string open;
    std::string close;
    for (int i = 0; i < 2000; ++i) {
        open += fmt::format("<Группы><Группа><Ид>{}</Ид><Наименование>Г</Наименование>", i);
        close += "</Группа></Группы>";
    }
    EXPECT_EQ(lines_of(diagnose(version_2("<Классификатор><Ид>1</Ид><Наименование>К</Наименование>" + owner +
                                          open + close + "</Классификатор>"))),
              Lines{});
}

// ---- samples
// -------------------------------------------------------------------------------------------------

XsdDiagnosis diagnose_file(const std::filesystem::path& path) {
    commerceml::FileInput input(path);
    return diagnoser().diagnose(input).value_or(XsdDiagnosis{});
}

TEST(XsdDiagnosis, OfTheSmallSamplesIsKnown) {
    const Lines none;
    const std::map<std::string, Lines> expected{
        {"bitrix-3.1/goods/1/import.xml", none},
        {"bitrix-3.1/groups/1/groups.xml", none},
        {"bitrix-3.1/offers/1/offers.xml", none},
        {"bitrix-3.1/priceLists/1/priceLists.xml", none},
        {"bitrix-3.1/prices/1/prices.xml", {"18 XSD-ELEMENT Цена/Коэффициент ×10"}},
        {"bitrix-3.1/rests/1/rests.xml", none},
        {"bitrix-3.1/storages/1/storages.xml", none},
        {"bitrix-3.1/units/1/units.xml", none},
        {"contragents-2.09/contragents.xml", {"3 XSD-ELEMENT КоммерческаяИнформация/Контрагенты ×1"}},
        {"shop-1251/import.xml",
         {"2 XSD-TYPE КоммерческаяИнформация/@ДатаФормирования ×1",
          "3 XSD-ELEMENT-MISSING Классификатор/Владелец ×1", "23 XSD-ELEMENT-MISSING Каталог/Владелец ×1",
          "27 XSD-ELEMENT Каталог/СодержитТолькоИзменения ×1"}},
        {"shop-2.04/import.xml",
         {"3 XSD-ELEMENT-MISSING Классификатор/Владелец ×1", "47 XSD-ELEMENT-MISSING Каталог/Владелец ×1",
          "206 XSD-SHORT Товар/Штрихкод ×1"}},
        {"trade-2.07/import0_1.xml", {"51 XSD-ELEMENT-MISSING Каталог/Владелец ×1"}}};
    for (const auto& [name, lines] : expected) {
        ASSERT_TRUE(std::filesystem::exists(source / "samples" / name)) << name;
        EXPECT_EQ(lines_of(diagnose_file(source / "samples" / name)), lines) << name;
    }
}

bool is_readable(const std::filesystem::path& path) {
    try {
        commerceml::FileInput input(path);
        const FindingSink ignored = [](const Finding&) {};
        commerceml::RecordReader reader(input, "file", ignored);
        while (reader.next()) {
        }
        return true;
    } catch (const Error&) {
        return false;
    }
}

TEST(RealFiles, EitherKeepToTheStandardOrHaveEachDeviationListedOnce) {
    const std::filesystem::path folder = source / "../shared/samples/real";
    if (!std::filesystem::exists(folder)) {
        GTEST_SKIP() << "no real samples here";
    }
    std::size_t standard = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".xml" || !is_readable(entry.path())) {
            continue;
        }
        SCOPED_TRACE(entry.path().filename().string());
        const XsdDiagnosis diagnosis = diagnose_file(entry.path());
        EXPECT_FALSE(diagnosis.stopped);
        EXPECT_EQ(diagnosis.left_out, 0U);
        std::set<std::string> texts;
        for (const XsdDeviation& deviation : diagnosis.deviations) {
            EXPECT_GT(deviation.count, 0U);
            EXPECT_GT(deviation.line, 0U);
            EXPECT_NE(deviation.code, Code{"XSD-OTHER"});
            XsdDeviation without_value = deviation;
            without_value.value.clear();
            EXPECT_TRUE(texts.insert(sentence(message_of(without_value), Language::english)).second);
        }
        standard += diagnosis.deviations.empty() ? 1 : 0;
    }
    EXPECT_EQ(standard, 35U);
}

}  // namespace
}  // namespace obmen::checks
