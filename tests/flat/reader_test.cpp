#include "flat/flat_reader.hpp"

#include <gtest/gtest.h>

#include "checks/checks.hpp"
#include "flat/reading.hpp"
#include "flat/root.hpp"

namespace obmen::flat {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view goods = R"(
[[flat]]
root = "Справочник"
rows = "Элемент"
record = "product"
key = "Код"
[flat.fields]
name = "Наименование"
parent = "Родитель"
is_group = "ЭтоГруппа"
quantity = "Остаток"
currency = "Валюта"
deleted = "Удалён"
[flat.prices]
"Цена" = "Цена"
)";

std::string in_root(std::string_view rows) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Справочник>\n" + std::string(rows) + "</Справочник>";
}

std::string with_all(std::string_view inside) {
    return in_root(
        "<Элемент><Код>0</Код><Наименование>н</Наименование><Родитель/><ЭтоГруппа/><Остаток/>"
        "<Валюта/><Удалён/><Цена/></Элемент>" +
        std::string(inside));
}

/// What the checks say of the rows; price types are announced before them.
std::vector<Finding> checked(const Reading& reading) {
    std::vector<Finding> findings;
    for (const auto& record : reading.records) {
        if (std::holds_alternative<commerceml::PriceType>(record.record)) {
            continue;
        }
        (void)checks::check_record(record, "file.xml", [&](Finding finding) { findings.push_back(finding); });
    }
    return findings;
}

TEST(FlatReader, MakesAProductAndItsOfferOfARow) {
    const Reading reading =
        read_bytes(in_root("<Элемент><Код> 007 </Код><Наименование>Гвоздь\xC2\xA0"
                           "3  </Наименование>"
                           "<Цена>1\xC2\xA0"
                           "234,50</Цена><Остаток>5,0</Остаток><Валюта>руб.</Валюта></Элемент>"),
                   goods);
    EXPECT_EQ(reading.code(), "");
    EXPECT_EQ(described(reading), (Lines{"price type Цена -", "product 007 «Гвоздь 3»",
                                         "offer 007 Цена=1234.5 руб. quantity=5"}));
    EXPECT_EQ(reading.records.at(1).place, (Place{.line = 3, .column = 1}));
    EXPECT_NE(reading.records.at(1).raw_hash, 0U);
    EXPECT_TRUE(reading.kind.catalogue);
    EXPECT_TRUE(reading.kind.offers);
    EXPECT_FALSE(reading.kind.classifier);
}

TEST(FlatReader, TellsAbsentFromEmpty) {
    const Reading reading =
        read_bytes(in_root("<Элемент><Код>1</Код><Наименование>а</Наименование><Цена/><Родитель/></Элемент>"
                           "<Элемент><Код>2</Код><Наименование>б</Наименование></Элемент>"),
                   goods);
    EXPECT_EQ(described(reading), (Lines{"price type Цена -", "product 1 «а» in []", "product 2 «б»"}));
}

TEST(FlatReader, GivesParentsBeforeChildrenAndGroupsBeforeProducts) {
    const Reading reading = read_bytes(
        in_root("<Элемент><Код>9</Код><Наименование>товар</Наименование><Родитель>3</Родитель></Элемент>"
                "<Элемент><Код>3</Код><Наименование>в</Наименование><Родитель>2</Родитель>"
                "<ЭтоГруппа>Да</ЭтоГруппа></Элемент>"
                "<Элемент><Код>2</Код><Наименование>б</Наименование><Родитель>1</Родитель>"
                "<ЭтоГруппа>Да</ЭтоГруппа></Элемент>"
                "<Элемент><Код>1</Код><Наименование>а</Наименование><ЭтоГруппа>Да</ЭтоГруппа>"
                "<Родитель>00000000-0000-0000-0000-000000000000</Родитель></Элемент>"),
        goods);
    EXPECT_EQ(described(reading),
              (Lines{"group 1 «а» in [] depth 0", "group 2 «б» in [1] depth 1", "group 3 «в» in [2] depth 2",
                     "price type Цена -", "product 9 «товар» in [3]"}));
    EXPECT_TRUE(reading.kind.classifier);
}

TEST(FlatReader, EndsOnGroupsThatAreTheirOwnAncestors) {
    const Reading reading =
        read_bytes(in_root("<Элемент><Код>1</Код><Наименование>а</Наименование><Родитель>2</Родитель>"
                           "<ЭтоГруппа>1</ЭтоГруппа></Элемент>"
                           "<Элемент><Код>2</Код><Наименование>б</Наименование><Родитель>1</Родитель>"
                           "<ЭтоГруппа>1</ЭтоГруппа></Элемент>"
                           "<Элемент><Код>3</Код><Наименование>в</Наименование><Родитель>3</Родитель>"
                           "<ЭтоГруппа>1</ЭтоГруппа></Элемент>"),
                   goods);
    EXPECT_EQ(reading.all<commerceml::Group>().size(), 3U);
}

TEST(FlatReader, TheLastRowOfAGroupCounts) {
    const Reading reading = read_bytes(
        in_root("<Элемент><Код>а</Код><Наименование>старое</Наименование><ЭтоГруппа>1</ЭтоГруппа></Элемент>"
                "<Элемент><Код>А</Код><Наименование>новое</Наименование><ЭтоГруппа>1</ЭтоГруппа></Элемент>"),
        goods);
    EXPECT_EQ(described(reading), (Lines{"group А «новое» in [] depth 0", "price type Цена -"}));
}

TEST(FlatReader, MakesGroupsOfTheirNames) {
    const Reading reading = read_bytes(
        "<П><С Код='1' Имя='а' Группа='Мебель'/><С Код='2' Имя='б' Группа='Мебель'/><С Код='3' Имя='в' "
        "Группа=''/></П>",
        "[[flat]]\nrecord='product'\nkey='@Код'\n[flat.fields]\nname='@Имя'\ngroup_name='@Группа'\n");
    EXPECT_EQ(described(reading), (Lines{"group Мебель «Мебель» in [] depth 0", "product 1 «а» in [Мебель]",
                                         "product 2 «б» in [Мебель]", "product 3 «в» in []"}));
}

TEST(FlatReader, NamesGroupsByAnotherFieldThanTheKey) {
    const Reading reading = read_bytes(
        "<К><Э Ссылка='g-1' Код='1' Имя='группа' Группа='Да'/><Э Ссылка='g-2' Код='2' Имя='товар' "
        "Род='1'/></К>",
        "[[flat]]\nrecord='product'\nkey='@Ссылка'\n[flat.fields]\nname='@Имя'\nis_group='@Группа'\n"
        "parent='@Род'\ngroup_id='@Код'\n");
    EXPECT_EQ(described(reading), (Lines{"group 1 «группа» in [] depth 0", "product g-2 «товар» in [1]"}));
}

TEST(FlatReader, ReadsSeveralKindsOfRowsAndPassesOverTheRest) {
    const Reading reading = read_bytes(
        "<Выгрузка><Дата>01.02.2026</Дата><Товары><Товар><Код>1</Код><Имя>т</Имя></Товар></Товары>"
        "<Люди><Человек><Код>5</Код><Имя>ч</Имя></Человек></Люди></Выгрузка>",
        "[[flat]]\nrows='Товары/Товар'\nrecord='product'\nkey='Код'\n[flat.fields]\nname='Имя'\n"
        "[[flat]]\nrows='Люди/*'\nrecord='contragent'\nkey='Код'\n[flat.fields]\nname='Имя'\n");
    EXPECT_EQ(described(reading), (Lines{"product 1 «т»", "contragent 5 «ч»"}));
}

TEST(FlatReader, ChoosesTheMappingWhoseFieldsTheRowsHave) {
    const std::string two =
        "[[flat]]\nrecord='product'\nkey='Код'\n[flat.fields]\nname='Наименование'\narticle='Артикул'\n"
        "[[flat]]\nrecord='contragent'\nkey='Код'\n[flat.fields]\nname='Наименование'\ninn='ИНН'\n";
    const std::string_view people =
        "<С><Э><Код>1</Код><Наименование>а</Наименование><ИНН>1</ИНН></Э><Э><Код>2</Код></Э></С>";
    EXPECT_EQ(described(read_bytes(people, two)), (Lines{"contragent 1 «а» inn=1", "contragent 2 «-»"}));
    const std::string_view things = "<С><Э><Код>1</Код><Артикул>а</Артикул></Э></С>";
    EXPECT_EQ(described(read_bytes(things, two)), (Lines{"product 1 «-» article=а"}));
}

TEST(FlatReader, TellsFilesApartByAttributesOfTheRoot) {
    const std::string mapping =
        "[[flat]]\nroot='С'\nroot_attributes={ 'Имя' = 'Люди' }\nrecord='contragent'\nkey='К'\n"
        "[flat.fields]\nname='К'\n";
    EXPECT_EQ(read_bytes("<С Имя='Люди'><Э><К>1</К></Э></С>", mapping).records.size(), 1U);
    EXPECT_EQ(read_bytes("<С Имя='Товары'><Э><К>1</К></Э></С>", mapping).code(), "FLAT-NO-MAPPING");
}

TEST(FlatReader, ReadsContragentsAndLeavesTheirFoldersOut) {
    const Reading reading = read_bytes(
        "<К><Э Код='1' Имя='Покупатели' Папка='Да'/>"
        "<Э Код='2' Имя='Ромашка' Полное='ООО «Ромашка»' Вид='ЮрЛицо' ИНН='7707083893' Тел='1, 2' "
        "Почта='a@b.ru' "
        "Счет='40702' БИК='044' Рожд='01.02.1980 0:00:00' Адрес='Москва'/>"
        "<Э Код='3' Имя='Иванов' Полное='Иванов Иван' Вид='ФизЛицо' Тел='' Х='Да'/></К>",
        R"([[flat]]
record = "contragent"
key = "@Код"
[flat.fields]
name = "@Имя"
full_name = "@Полное"
is_company = "@Вид"
is_group = "@Папка"
inn = "@ИНН"
phone = ["@Тел", "@Тел2"]
email = "@Почта"
account = "@Счет"
bank_bic = "@БИК"
birth_date = "@Рожд"
address = "@Адрес"
deleted = "@Х"
)");
    EXPECT_EQ(
        described(reading),
        (Lines{"contragent 2 «Ромашка» official=ООО «Ромашка» inn=7707083893 born=1980-02-01 address=Москва "
               "(Телефон рабочий: 1, 2) (Почта: a@b.ru) account 40702 044",
               "contragent 3 «Иванов» full=Иванов Иван DELETED"}));
}

TEST(FlatReader, ReadsOffersConstantsAndAlternatives) {
    const Reading reading = read_bytes(
        "<Ц><Э><Код/><Артикул>А-1</Артикул><Цена>5</Цена></Э><Э><Код>2</Код><Цена>7</Цена><Вал>USD</Вал></"
        "Э></Ц>",
        "[[flat]]\nrecord='offer'\nkey=['Код', 'Артикул']\n[flat.fields]\ncurrency='Вал'\n"
        "[flat.prices]\n'Розница'='Цена'\n[flat.constants]\ncurrency='RUB'\nquantity='1'\n");
    EXPECT_EQ(described(reading), (Lines{"price type Розница RUB", "offer А-1 Розница=5 RUB quantity=1",
                                         "offer 2 Розница=7 USD quantity=1"}));
}

TEST(FlatReader, WritesPropertiesAndRequisitesByTheirTypes) {
    const Reading reading = read_bytes(
        "<П><С><К>1</К><Вес>1,50</Вес><Дата>01.02.2026 8:00:00</Дата><Хит>Да</Хит><Код>0012 </Код></С></П>",
        R"([[flat]]
record = "product"
key = "К"
[flat.properties]
"Масса" = { source = "Вес", type = "number" }
"Когда" = { source = "Дата", type = "date" }
"Хит" = { source = "Хит", type = "boolean" }
[flat.requisites]
"Код" = "Код"
)");
    EXPECT_EQ(described(reading),
              (Lines{"property Масса Число", "property Когда Дата", "property Хит Булево",
                     "product 1 «-» <Масса=1.5> <Когда=2026-02-01T08:00:00> <Хит=true> (Код=0012)"}));
}

TEST(FlatReader, SeesPrefixesSectionsAndNestedPaths) {
    const Reading reading = read_bytes(
        "<x:П xmlns:x='u' xmlns:xsi='i'><x:С><x:К xsi:type='t'>1</x:К><!-- c "
        "--><x:Имя><![CDATA[<а>]]>&amp;б</x:Имя>"
        "<x:Род x:п='1' Код='7'/></x:С></x:П>",
        "[[flat]]\nroot='П'\nrows='С'\nrecord='product'\nkey='К'\n[flat.fields]\nname='Имя'\ngroup='Род/"
        "@Код'\n");
    EXPECT_EQ(described(reading), (Lines{"product 1 «<а>&б» in [7]"}));
}

TEST(FlatReader, ReadsWindows1251AndUtf16) {
    const std::string bytes =
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?><r><i><c>1</c><n>\xCC\xFB\xEB\xEE</n></i></r>";
    const std::string mapping = "[[flat]]\nrecord='product'\nkey='c'\n[flat.fields]\nname='n'\n";
    const Reading reading = read_bytes(bytes, mapping);
    EXPECT_EQ(described(reading), (Lines{"product 1 «Мыло»"}));
    EXPECT_EQ(reading.facts.encoding, commerceml::Encoding::windows1251);
    EXPECT_TRUE(reading.warnings.empty());
    std::string wide = "\xFF\xFE";
    for (const char c : std::string_view("<r><i><c>1</c><n>a</n></i></r>")) {
        wide += c;
        wide += '\0';
    }
    EXPECT_EQ(described(read_bytes(wide, mapping)), (Lines{"product 1 «a»"}));
}

TEST(FlatReader, WarnsOfAnotherEncodingThanDeclaredOnce) {
    const Reading reading =
        read_bytes("<?xml version=\"1.0\"?><r><i><c>1</c><n>\xCC\xFB\xEB\xEE</n><g>0</g></i></r>",
                   "[[flat]]\nrecord='product'\nkey='c'\n[flat.fields]\nname='n'\nis_group='g'\n");
    EXPECT_EQ(described(reading), (Lines{"product 1 «Мыло»"}));
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_EQ(reading.warnings.front().message.code, Code{"XML-ENCODING-DECLARED"});
}

TEST(FlatReader, AMissingKeyIsOneErrorWithItsLine) {
    const Reading reading = read_bytes(
        with_all("\n<Элемент><Код></Код><Наименование>а</Наименование><Цена>5</Цена></Элемент>"), goods);
    const std::vector<Finding> findings = checked(reading);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().message.code, Code{"CML-ID-MISSING"});
    EXPECT_EQ(findings.front().place.line, 4U);
}

TEST(FlatReader, ABadNumberIsFoundByTheChecks) {
    const Reading reading = read_bytes(
        with_all("<Элемент><Код>1</Код><Наименование>а</Наименование><Цена>дорого</Цена></Элемент>"), goods);
    const std::vector<Finding> findings = checked(reading);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().message.code, Code{"CML-NUMBER"});
    EXPECT_EQ(findings.front().object_id, "1");
}

TEST(FlatReader, RefusesWhatIsNotWellFormed) {
    const std::string whole = with_all("<Элемент><Код>1</Код></Элемент>");
    EXPECT_EQ(read_bytes(whole, goods).code(), "");
    EXPECT_EQ(read_bytes(whole.substr(0, whole.size() - 8), goods).code(), "XML-TRUNCATED");
    EXPECT_EQ(read_bytes(whole.substr(0, whole.size() / 2), goods).code(), "XML-TRUNCATED");
    EXPECT_EQ(read_bytes(whole + "<x/>", goods).code(), "XML-MALFORMED");
    EXPECT_EQ(read_bytes(in_root("<Элемент><Код>1</Кот></Элемент>"), goods).code(), "XML-MALFORMED");
    EXPECT_EQ(read_bytes(in_root("<Элемент><Код>\x0B</Код></Элемент>"), goods).code(), "XML-CHARACTER");
    EXPECT_EQ(read_bytes("<!DOCTYPE x><x/>", goods).code(), "XML-DOCTYPE");
    EXPECT_EQ(read_bytes("", goods).code(), "XML-EMPTY");
}

TEST(FlatReader, GivesNothingOfATruncatedFileWithGroups) {
    const std::string whole = with_all("<Элемент><Код>1</Код></Элемент>");
    EXPECT_TRUE(read_bytes(whole.substr(0, whole.size() - 8), goods).records.empty());
}

TEST(FlatReader, KeepsItsLimits) {
    commerceml::ReaderLimits limits;
    limits.record_bytes = 200;
    const std::string row =
        "<Элемент><Код>1</Код><Наименование>" + std::string(300, 'x') + "</Наименование></Элемент>";
    EXPECT_EQ(read_bytes(in_root(row), goods, limits).code(), "XML-LIMIT");
    limits.record_bytes = 1000;
    std::string groups;
    for (int i = 0; i < 50; ++i) {
        groups += "<Элемент><Код>" + std::to_string(i) + "</Код><ЭтоГруппа>1</ЭтоГруппа></Элемент>\n";
    }
    EXPECT_EQ(read_bytes(in_root(groups), goods, limits).code(), "XML-LIMIT");
}

TEST(FlatReader, RefusesARootThatNoMappingIsFor) {
    const Reading reading = read_bytes("<Прайс><Строка/></Прайс>", goods);
    EXPECT_EQ(reading.code(), "FLAT-NO-MAPPING");
    EXPECT_EQ(reading.fatal->message.arguments.at(0), "Прайс");
    EXPECT_NE(remedy(reading.fatal->message, Language::english).find("obmen guess"), std::string::npos);
    EXPECT_EQ(read_bytes("<yml_catalog/>", goods).code(), "CML-FOREIGN");
}

TEST(FlatReader, RefusesARootWithoutTheRowsOfItsMapping) {
    EXPECT_EQ(read_bytes(in_root("<Строка><Код>1</Код></Строка>"), goods).code(), "FLAT-NO-ROWS");
    EXPECT_EQ(read_bytes("<Справочник/>", goods).code(), "") << "an empty list is a list";
}

TEST(FlatReader, WarnsOfSourcesThatNoRowHas) {
    const Reading reading =
        read_bytes(in_root("<Элемент><Код>1</Код><Наименование>а</Наименование><Цена>1</Цена>"
                           "<Остаток/><ЭтоГруппа/><Родитель/><Валюта/></Элемент>"),
                   goods);
    ASSERT_EQ(reading.warnings.size(), 1U);
    EXPECT_EQ(reading.warnings.front().message.code, Code{"FLAT-SOURCES-UNSEEN"});
    EXPECT_EQ(reading.warnings.front().message.arguments.at(0), "Удалён");
    EXPECT_TRUE(read_bytes(with_all(""), goods).warnings.empty());
}

TEST(FlatReader, SaltsHashesWithTheMapping) {
    const std::string_view bytes = "<П><С><К>1</К><А>2</А></С></П>";
    const Reading one = read_bytes(bytes, "[[flat]]\nrecord='product'\nkey='К'\n[flat.fields]\nname='А'\n");
    const Reading same = read_bytes(bytes, "[[flat]]\nrecord='product'\nkey='К'\n[flat.fields]\nname='А'\n");
    const Reading other =
        read_bytes(bytes, "[[flat]]\nrecord='product'\nkey='К'\n[flat.fields]\narticle='А'\n");
    EXPECT_EQ(one.records.at(0).raw_hash, same.records.at(0).raw_hash);
    EXPECT_NE(one.records.at(0).raw_hash, other.records.at(0).raw_hash);
}

/// Gives one byte at a time.
class DripInput : public commerceml::Input {
  public:
    explicit DripInput(std::string_view bytes) : m_bytes(bytes) {}
    std::size_t read(char* buffer, std::size_t size) override {
        if (size == 0 || m_at == m_bytes.size()) {
            return 0;
        }
        *buffer = m_bytes[m_at++];
        return 1;
    }
    void rewind() override { m_at = 0; }

  private:
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

TEST(FlatReader, DoesNotDependOnHowTheBytesCome) {
    const std::string bytes =
        with_all("<Элемент><Код>1</Код><Наименование>а</Наименование><Цена>5</Цена></Элемент>");
    DripInput input(bytes);
    EXPECT_EQ(described(read_input(input, parse_mappings(goods, "m.toml"))),
              described(read_bytes(bytes, goods)));
}

TEST(FlatRoot, SaysForWhichFilesMappingsAre) {
    const auto mappings = parse_mappings("[[flat]]\nrecord='product'\nkey='К'\n", "m.toml");
    const auto fits_root = [&](std::string_view bytes) {
        commerceml::MemoryInput input(bytes);
        const std::optional<Root> root = peek_root(input);
        return root && fits(mappings, *root);
    };
    EXPECT_TRUE(fits_root("<?xml version='1.0'?><!-- c --><П>"));
    EXPECT_FALSE(fits_root("<КоммерческаяИнформация/>"));
    EXPECT_FALSE(fits_root("<ФайлОбмена/>"));
    EXPECT_FALSE(fits_root("<П"));
    EXPECT_FALSE(fits_root(""));
}

TEST(FlatRoot, SaysWhatTheFilesHold) {
    const auto mappings = parse_mappings(goods, "m.toml");
    const commerceml::FileKind kind = kind_of(mappings, {.name = "Справочник", .tag = "", .attributes = {}});
    EXPECT_TRUE(kind.catalogue && kind.classifier);
    EXPECT_FALSE(kind.offers || kind.contragents || kind.documents);
    EXPECT_FALSE(kind_of(mappings, {.name = "Прайс", .tag = "", .attributes = {}}).catalogue);
}

}  // namespace
}  // namespace obmen::flat
