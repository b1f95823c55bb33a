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

Checked check(commerceml::Record record) {
    Checked result;
    result.usable = check_record({std::move(record), {812, 5}, 0}, "import.xml",
                                 [&](Finding finding) { result.findings.push_back(std::move(finding)); });
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

TEST(Checks, EveryObjectNeedsAnId) {
    commerceml::Group group;
    group.name = "Крепёж";
    const std::vector<std::pair<commerceml::Record, std::string>> records = {
        {group, "Группа"},
        {product("", "Болт"), "Товар"},
        {commerceml::Offer{}, "Предложение"},
        {contragent("", "ООО Ромашка"), "Контрагент"},
        {commerceml::Document{}, "Документ"}};
    for (const auto& [record, element] : records) {
        const Checked checked = check(record);
        EXPECT_FALSE(checked.usable) << element;
        EXPECT_EQ(only_finding(checked).message, (Message{"CML-ID-MISSING", {element}}));
        EXPECT_EQ(only_finding(checked).severity, Severity::row_error);
    }
}

TEST(Checks, ReferenceDataWithoutAnIdIsLeftOutWithAWarning) {
    const std::vector<std::pair<commerceml::Record, std::string>> records = {
        {commerceml::Property{}, "Свойство"},
        {commerceml::Unit{}, "ЕдиницаИзмерения"},
        {commerceml::PriceType{}, "ТипЦены"},
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
    EXPECT_EQ(checked.findings[0].message, (Message{"CML-INN", {"123456789012"}}));
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

TEST(Checks, ForeignBytesAreQuotedHarmlessly) {
    commerceml::Contragent bad = contragent("c1", "Иванов");
    bad.inn = "1\n2";
    EXPECT_EQ(only_finding(check(bad)).message.arguments.front(), "1 2");
}

}  // namespace
}  // namespace obmen::checks
