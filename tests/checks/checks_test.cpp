#include "checks/checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace obmen::checks {
namespace {

struct Checked {
    bool usable = false;
    std::vector<Finding> findings;
};

Checked check(commerceml::Record record, Next next = Next::nobody) {
    Checked result;
    result.usable = check_record(
        {std::move(record), {812, 5}, 0}, "import.xml",
        [&](Finding finding) { result.findings.push_back(std::move(finding)); }, next);
    return result;
}

/// The one finding that `record` must give.
Finding only_finding(const Checked& checked) {
    EXPECT_EQ(checked.findings.size(), 1U);
    return checked.findings.empty() ? Finding{Severity::fatal, {"SYS-INTERNAL"}} : checked.findings.front();
}

commerceml::Product product(std::string id, commerceml::Text name) {
    commerceml::Product result;
    result.id = std::move(id);
    result.name = std::move(name);
    return result;
}

commerceml::Contragent contragent(std::string id, commerceml::Text name) {
    commerceml::Contragent result;
    result.id = std::move(id);
    result.name = std::move(name);
    return result;
}

commerceml::Offer offer_with_price(commerceml::Text value) {
    commerceml::Offer offer;
    offer.id = "p1";
    commerceml::Offer::Price price;
    price.type_id = "t1";
    price.value = std::move(value);
    offer.prices = {price};
    return offer;
}

TEST(Checks, GoodRecordsGiveNoFinding) {
    for (const commerceml::Record& record : std::vector<commerceml::Record>{
             product("p1", "Болт"), contragent("c1", "ООО Ромашка"), offer_with_price("10.50"),
             commerceml::Classifier{}, commerceml::Catalogue{}, commerceml::OfferPackage{}}) {
        const Checked checked = check(record);
        EXPECT_TRUE(checked.usable);
        EXPECT_TRUE(checked.findings.empty());
    }
}

TEST(Checks, FindingsSayWhere) {
    const Finding finding = only_finding(check(product("p1", std::nullopt)));
    EXPECT_EQ(finding,
              (Finding{Severity::row_error, {"CML-NAME-MISSING", {"Товар"}}, "import.xml", {812, 5}, "p1"}));
}

TEST(Checks, ARecordWithTwoIdsIsOfNoUse) {
    std::vector<Finding> findings;
    const auto take = [&](Finding finding) { findings.push_back(std::move(finding)); };
    EXPECT_FALSE(check_record({product("p2", std::nullopt), {812, 5}, 0, "p1"}, "import.xml", take));
    EXPECT_EQ(
        findings,
        (std::vector<Finding>{
            {Severity::row_error, {"CML-ID-TWICE", {"Товар", "p1", "p2"}}, "import.xml", {812, 5}, "p1"}}));
    findings.clear();
    commerceml::Unit unit;
    unit.id = "2";
    EXPECT_FALSE(check_record({unit, {1, 1}, 0, "1"}, "import.xml", take));
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().severity, Severity::warning);
}

TEST(Checks, EveryObjectNeedsAnId) {
    commerceml::Group group;
    group.name = "Крепёж";
    commerceml::Document document;
    document.lines.resize(1);
    document.contragents.resize(1);
    const std::vector<std::pair<commerceml::Record, std::string>> records = {
        {group, "Группа"},
        {product("", "Болт"), "Товар"},
        {commerceml::Offer{}, "Предложение"},
        {contragent("", "ООО Ромашка"), "Контрагент"},
        {document, "Документ"}};
    for (const auto& [record, element] : records) {
        const Checked checked = check(record);
        EXPECT_FALSE(checked.usable) << element;
        EXPECT_EQ(only_finding(checked).message, (Message{"CML-ID-MISSING", {element}}));
        EXPECT_EQ(only_finding(checked).severity, Severity::row_error);
    }
}

TEST(Checks, ReferenceDataWithoutAnIdIsLeftOutWithAWarning) {
    commerceml::PriceType type;
    type.currency = "RUB";
    const std::vector<std::pair<commerceml::Record, std::string>> records = {
        {commerceml::Property{}, "Свойство"},
        {commerceml::Unit{}, "ЕдиницаИзмерения"},
        {type, "ТипЦены"},
        {commerceml::Warehouse{}, "Склад"}};
    for (const auto& [record, element] : records) {
        const Checked checked = check(record);
        EXPECT_FALSE(checked.usable) << element;
        EXPECT_EQ(only_finding(checked).message, (Message{"CML-ID-MISSING", {element}}));
        EXPECT_EQ(only_finding(checked).severity, Severity::warning);
    }
}

TEST(Checks, TheCodeOfAUnitIsIdEnough) {
    commerceml::Unit unit;
    unit.code = "796";
    EXPECT_TRUE(check(unit).findings.empty());
    unit.code = " ";
    EXPECT_EQ(only_finding(check(unit)).message, (Message{"CML-ID-MISSING", {"ЕдиницаИзмерения"}}));
}

TEST(Checks, AnEmptyNameIsAMissingName) {
    EXPECT_EQ(only_finding(check(product("p1", ""))).message, (Message{"CML-NAME-MISSING", {"Товар"}}));
    EXPECT_EQ(only_finding(check(product("p1", "\xC2\xA0"))).message,
              (Message{"CML-NAME-MISSING", {"Товар"}}));
    commerceml::Group group;
    group.id = "g1";
    EXPECT_EQ(only_finding(check(group)).message, (Message{"CML-NAME-MISSING", {"Группа"}}));
    EXPECT_EQ(only_finding(check(contragent("c1", ""))).message,
              (Message{"CML-NAME-MISSING", {"Контрагент"}}));
}

TEST(Checks, AnyNameOfAContragentCounts) {
    commerceml::Contragent official = contragent("c1", std::nullopt);
    official.official_name = "Общество с ограниченной ответственностью";
    EXPECT_TRUE(check(official).usable);
    commerceml::Contragent person = contragent("c2", "");
    person.full_name = "Иванов Иван Иванович";
    EXPECT_TRUE(check(person).usable);
}

TEST(Checks, ObjectsMarkedAsDeletedNeedNoName) {
    commerceml::Product marked = product("p1", std::nullopt);
    marked.marked_deleted = true;
    EXPECT_TRUE(check(marked).findings.empty());
    commerceml::Group group;
    group.id = "g1";
    group.marked_deleted = true;
    EXPECT_TRUE(check(group).findings.empty());
    commerceml::Contragent person = contragent("c1", std::nullopt);
    person.marked_deleted = true;
    EXPECT_TRUE(check(person).findings.empty());
}

TEST(Checks, OffersNeedNoName) {
    EXPECT_TRUE(check(offer_with_price("1")).findings.empty());
}

TEST(Checks, APriceThatIsNoNumberIsARowError) {
    const Checked checked = check(offer_with_price("1,234.50"));
    EXPECT_FALSE(checked.usable);
    EXPECT_EQ(only_finding(checked).message, (Message{"CML-NUMBER", {"ЦенаЗаЕдиницу", "1,234.50"}}));
}

TEST(Checks, AnAbsentOrEmptyPriceIsNoError) {
    EXPECT_TRUE(check(offer_with_price(std::nullopt)).findings.empty());
    EXPECT_TRUE(check(offer_with_price("")).findings.empty());
    EXPECT_TRUE(check(offer_with_price("1 234,50")).findings.empty());
}

TEST(Checks, AQuantityThatIsNoNumberIsAWarning) {
    commerceml::Offer offer;
    offer.id = "p1";
    offer.quantity = "много";
    offer.stock = {{"w1", "мало"}, {"w2", "-3"}};
    const Checked checked = check(offer);
    EXPECT_TRUE(checked.usable);
    ASSERT_EQ(checked.findings.size(), 2U);
    EXPECT_EQ(checked.findings[0].message, (Message{"CML-NUMBER", {"Количество", "много"}}));
    EXPECT_EQ(checked.findings[0].severity, Severity::warning);
    EXPECT_EQ(checked.findings[1].message, (Message{"CML-NUMBER", {"КоличествоНаСкладе", "мало"}}));
}

TEST(Checks, TaxNumbersThatFailTheirCheckAreWarnings) {
    commerceml::Contragent bad = contragent("c1", "ТОО Алматы");
    bad.inn = "123456789012";
    bad.kpp = "нет";
    const Checked checked = check(bad);
    EXPECT_TRUE(checked.usable);
    ASSERT_EQ(checked.findings.size(), 2U);
    EXPECT_EQ(checked.findings[0].message,
              (Message{"CML-INN", {"123456789012", as_argument({"CML-INN-FOREIGN"})}}));
    EXPECT_EQ(checked.findings[1].message, (Message{"CML-KPP", {"нет"}}));
}

TEST(Checks, EmptyTaxNumbersAreOrdinary) {
    commerceml::Contragent person = contragent("c1", "Иванов");
    person.inn = "";
    person.kpp = "";
    EXPECT_TRUE(check(person).findings.empty());
}

TEST(Checks, LongNamesAreWarnedOf) {
    std::string name;
    for (int i = 0; i < 255; ++i) {
        name += "ё";
    }
    EXPECT_TRUE(check(product("p1", name)).findings.empty());
    const Checked checked = check(product("p1", name + "ё"));
    EXPECT_TRUE(checked.usable);
    EXPECT_EQ(only_finding(checked).message, (Message{"CML-LENGTH", {"Наименование", "256", "255"}}));
    EXPECT_EQ(only_finding(checked).severity, Severity::warning);
}

TEST(Checks, OddDatesAreWarnedOf) {
    commerceml::Contragent person = contragent("c1", "Иванов Иван");
    person.birth_date = "30.02.1980";
    EXPECT_EQ(only_finding(check(person)).message, (Message{"CML-DATE", {"ДатаРождения", "30.02.1980"}}));
}

TEST(Checks, AnInnSaysWhichFaultItHas) {
    const std::vector<std::pair<std::string, Code>> numbers = {{"7707083894", Code("CML-INN-DIGIT")},
                                                               {"123456789012", Code("CML-INN-FOREIGN")},
                                                               {"190000000", Code("CML-INN-FORM")},
                                                               {"770708389Х", Code("CML-INN-FORM")},
                                                               {"77070838930", Code("CML-INN-FORM")}};
    for (const auto& [inn, fault] : numbers) {
        commerceml::Contragent company = contragent("c1", "Ромашка");
        company.inn = inn;
        EXPECT_EQ(
            only_finding(check(company)),
            (Finding{
                Severity::warning, {"CML-INN", {inn, as_argument({fault})}}, "import.xml", {812, 5}, "c1"}));
    }
    EXPECT_EQ(sentence({"CML-INN", {"7707083894", as_argument({"CML-INN-DIGIT"})}}, Language::russian),
              "ИНН 7707083894: контрольная цифра не сходится: вероятно, опечатка");
}

TEST(Checks, AnIdThatTheCrmCannotKeepLeavesTheObjectOut) {
    EXPECT_TRUE(check(product(std::string(255, 'x'), "Болт")).findings.empty());
    const Checked checked = check(product(std::string(256, 'x'), "Болт"));
    EXPECT_FALSE(checked.usable);
    EXPECT_EQ(only_finding(checked).message, (Message{"CML-ID-LENGTH", {"256", "255"}}));
    EXPECT_EQ(only_finding(checked).severity, Severity::row_error);
}

TEST(Checks, NamesWithInvisibleCharactersAreWarnedOf) {
    const Checked checked = check(product("p1", "Бо\u200Bлт"));
    EXPECT_TRUE(checked.usable);
    EXPECT_EQ(
        only_finding(checked),
        (Finding{
            Severity::warning, {"CML-INVISIBLE", {"Наименование", "U+200B"}}, "import.xml", {812, 5}, "p1"}));
    commerceml::Property property;
    property.id = "q1";
    property.name = "Цвет\u00ADок";
    EXPECT_EQ(only_finding(check(property)).message.code, Code("CML-INVISIBLE"));
}

TEST(Checks, NamesWithoutALetterOrADigitAreWarnedOf) {
    const Checked checked = check(contragent("c1", "<>"));
    EXPECT_TRUE(checked.usable);
    EXPECT_EQ(only_finding(checked).message, (Message{"CML-NAME-MEANINGLESS", {"Контрагент", "<>"}}));
    EXPECT_EQ(only_finding(checked).severity, Severity::warning);
    EXPECT_EQ(only_finding(check(product("p1", "---"))).message,
              (Message{"CML-NAME-MEANINGLESS", {"Товар", "---"}}));
}

TEST(Checks, PicturesOutsideTheExportAreWarnedOf) {
    commerceml::Product bolt = product("p1", "Болт");
    bolt.pictures = {{"import_files/ab/1.jpg", std::nullopt}, {"C:\\pictures\\1.jpg", std::nullopt}};
    EXPECT_EQ(
        only_finding(check(bolt)),
        (Finding{
            Severity::warning, {"CML-PICTURE-PATH", {"C:\\pictures\\1.jpg"}}, "import.xml", {812, 5}, "p1"}));
}

TEST(Checks, ANegativePriceIsARowErrorOnlyIfThereIsNoOther) {
    const Checked one = check(offer_with_price("-5.00"));
    EXPECT_FALSE(one.usable);
    EXPECT_EQ(only_finding(one),
              (Finding{Severity::row_error, {"CML-PRICE-NEGATIVE", {"-5"}}, "import.xml", {812, 5}, "p1"}));
    commerceml::Offer two = offer_with_price("-5");
    two.prices->push_back(two.prices->front());
    two.prices->back().value = "7";
    EXPECT_TRUE(check(two).usable);
    EXPECT_EQ(only_finding(check(two)).severity, Severity::warning);
}

TEST(Checks, NegativePricesAreLeftToTheConversionThatFollows) {
    const Checked checked = check(offer_with_price("-5"), Next::conversion);
    EXPECT_TRUE(checked.usable);
    EXPECT_TRUE(checked.findings.empty());
}

TEST(Checks, PriceTypesNeedACurrencyWithAName) {
    commerceml::PriceType type;
    type.id = "t1";
    type.name = "Розничная";
    EXPECT_EQ(only_finding(check(type)).message, (Message{"CML-PRICE-TYPE-CURRENCY", {"Розничная"}}));
    type.currency = "???";
    EXPECT_EQ(only_finding(check(type)).message, (Message{"CML-CURRENCY", {"???"}}));
    EXPECT_TRUE(check(type, Next::conversion).findings.empty());
    type.currency = "руб";
    EXPECT_TRUE(check(type).findings.empty());
}

TEST(Checks, PhonesAndAddressesThatAreTooLongAreNamed) {
    const std::string long_value(251, '7');
    commerceml::Contragent person = contragent("c1", "Иванов");
    person.contacts = {{{"Почта", "a@example.com, " + long_value + "@example.com"}, {"Телефон", "112, 113"}}};
    EXPECT_EQ(
        only_finding(check(person)),
        (Finding{
            Severity::warning, {"CML-TOO-LONG", {"Почта", "263", "250"}}, "import.xml", {812, 5}, "c1"}));
}

TEST(Checks, DocumentsNeedLinesAndContragents) {
    commerceml::Document order;
    order.id = "d1";
    order.operation = "Заказ товара";
    const Checked checked = check(order);
    EXPECT_TRUE(checked.usable);
    ASSERT_EQ(checked.findings.size(), 2U);
    EXPECT_EQ(checked.findings[0].message, (Message{"CML-DOCUMENT-EMPTY", {"Товары"}}));
    EXPECT_EQ(checked.findings[1].message, (Message{"CML-DOCUMENT-EMPTY", {"Контрагенты"}}));
    order.contragents.push_back(contragent("c1", "Иванов"));
    order.operation = "Выплата безналичных денег";
    EXPECT_TRUE(check(order).findings.empty()) << "payments have no lines";
}

TEST(Checks, UnknownOperationsAreWarnedOf) {
    commerceml::Document document;
    document.id = "d1";
    document.lines.resize(1);
    document.contragents.push_back(contragent("c1", "Иванов"));
    document.operation = "СЧЕТ-ФАКТУРА";
    EXPECT_TRUE(check(document).findings.empty());
    document.operation = "Раздача слонов";
    EXPECT_EQ(
        only_finding(check(document)),
        (Finding{Severity::warning, {"CML-OPERATION", {"Раздача слонов"}}, "import.xml", {812, 5}, "d1"}));
}

TEST(Checks, TheZeroDateMeansEmpty) {
    commerceml::Contragent person = contragent("c1", "Иванов Иван");
    person.birth_date = "0001-01-01";
    EXPECT_TRUE(check(person).findings.empty());
    commerceml::Document document;
    document.id = "d1";
    document.date = "2026-13-01";
    document.lines.resize(1);
    document.contragents.push_back(person);
    EXPECT_EQ(only_finding(check(document)).message, (Message{"CML-DATE", {"Дата", "2026-13-01"}}));
}

TEST(Checks, EmptyPropertyValuesAreOrdinary) {
    commerceml::Product bolt = product("p1", "Болт");
    bolt.property_values = {{"q1", {""}}, {"q2", {}}};
    EXPECT_TRUE(check(bolt).findings.empty());
}

TEST(Checks, ForeignBytesAreQuotedHarmlessly) {
    commerceml::Contragent bad = contragent("c1", "Иванов");
    bad.inn = "1\n2";
    EXPECT_EQ(only_finding(check(bad)).message.arguments.front(), "1 2");
}

}  // namespace
}  // namespace obmen::checks
