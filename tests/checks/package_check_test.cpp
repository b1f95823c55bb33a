#include "checks/package_check.hpp"

#include "commerceml/reader.hpp"
#include "support/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace obmen::checks {
namespace {

/// What was found in a package of files that are written here.
class Package {
  public:
    explicit Package(Next next = Next::nobody)
        : m_check([this](Finding finding) { findings.push_back(std::move(finding)); },
                  [this](const Conflict& conflict) { conflicts.push_back(conflict); }, next) {}

    /// `body` stands inside the root, from line 2 on.
    Package& file(const std::string& name, const std::string& body, const std::string& version = "2.07") {
        const std::string bytes = "<КоммерческаяИнформация ВерсияСхемы=\"" + version + "\">\n" + body +
                                  "\n</КоммерческаяИнформация>";
        commerceml::MemoryInput input(bytes);
        const FindingSink ignore = [](const Finding& /*finding*/) {};
        commerceml::RecordReader reader(input, name, ignore);
        m_check.begin_file(name);
        while (const auto record = reader.next()) {
            m_check.take(*record);
        }
        m_check.end_file(reader.facts().schema_version);
        return *this;
    }
    /// A file that breaks off.
    Package& broken_file(const std::string& name) {
        m_check.begin_file(name);
        return *this;
    }
    Package& finish() {
        m_check.finish();
        return *this;
    }

    [[nodiscard]] std::vector<Finding> of(Code code) const {
        std::vector<Finding> found;
        std::copy_if(findings.begin(), findings.end(), std::back_inserter(found),
                     [&](const Finding& finding) { return finding.message.code == code; });
        return found;
    }

    std::vector<Finding> findings;
    std::vector<Conflict> conflicts;

  private:
    PackageCheck m_check;
};

std::string catalogue(const std::string& products, const std::string& only_changes = "true") {
    return "<Каталог СодержитТолькоИзменения=\"" + only_changes + "\"><Ид>cat</Ид><Товары>\n" + products +
           "</Товары></Каталог>";
}

std::string product(const std::string& id, const std::string& name, const std::string& more = {}) {
    return "<Товар><Ид>" + id + "</Ид><Наименование>" + name + "</Наименование>" + more + "</Товар>\n";
}

std::string offers(const std::string& list, const std::string& more = {}) {
    return "<ПакетПредложений><Ид>cat#</Ид><ИдКаталога>cat</ИдКаталога>" + more + "<Предложения>\n" + list +
           "</Предложения></ПакетПредложений>";
}

std::string offer(const std::string& id, const std::string& more = {}) {
    return "<Предложение><Ид>" + id + "</Ид>" + more + "</Предложение>\n";
}

std::string price(const std::string& type, const std::string& currency = "RUB") {
    return "<Цены><Цена><ИдТипаЦены>" + type + "</ИдТипаЦены><ЦенаЗаЕдиницу>1</ЦенаЗаЕдиницу><Валюта>" +
           currency + "</Валюта></Цена></Цены>";
}

std::string classifier(const std::string& inside, const std::string& attributes = {}) {
    return "<Классификатор" + attributes + "><Ид>c</Ид>" + inside + "</Классификатор>\n";
}

std::string group(const std::string& id, const std::string& name, const std::string& more = {}) {
    return "<Группа><Ид>" + id + "</Ид><Наименование>" + name + "</Наименование>" + more + "</Группа>\n";
}

std::string groups(const std::string& list) {
    return "<Группы>\n" + list + "</Группы>";
}

std::string property(const std::string& id, const std::string& name, const std::string& values = {}) {
    return "<Свойство><Ид>" + id + "</Ид><Наименование>" + name + "</Наименование>" + values +
           "</Свойство>\n";
}

std::string value_of(const std::string& id, const std::string& value) {
    return "<ЗначенияСвойств><ЗначенияСвойства><Ид>" + id + "</Ид><Значение>" + value +
           "</Значение></ЗначенияСвойства></ЗначенияСвойств>";
}

std::string contragent(const std::string& id, const std::string& inn, const std::string& kpp) {
    return "<Контрагент><Ид>" + id + "</Ид><Наименование>Ромашка</Наименование><ИНН>" + inn + "</ИНН><КПП>" +
           kpp + "</КПП></Контрагент>\n";
}

// ---- duplicates ------------------------------------------------------------------------------------------

TEST(PackageCheck, TwoDifferentRecordsOfOneIdAreAConflictThatNamesBothLines) {
    Package package;
    package.file("import.xml",
                 catalogue(product("P-1", "Болт") + product("p2", "Гайка") + product("p-1", "Винт")));
    EXPECT_TRUE(package.findings.empty());
    ASSERT_EQ(package.conflicts.size(), 1U);
    EXPECT_EQ(package.conflicts[0].of, Conflict::Of::product);
    EXPECT_EQ(
        package.conflicts[0].finding,
        (Finding{Severity::row_error, {"CML-ID-CONFLICT", {"Товар", "3, 5"}}, "import.xml", {5, 1}, "P-1"}));
}

TEST(PackageCheck, ConflictsComeInTheOrderOfTheFile) {
    std::string list;
    for (int i = 0; i < 40; ++i) {
        list += product("p" + std::to_string(i), "a") + product("p" + std::to_string(i), "b");
    }
    Package package;
    package.file("import.xml", catalogue(list));
    ASSERT_EQ(package.conflicts.size(), 40U);
    for (std::size_t i = 0; i < 40; ++i) {
        EXPECT_EQ(package.conflicts[i].finding.object_id, "p" + std::to_string(i));
    }
}

TEST(PackageCheck, OnOneLineTheColumnsAreNamed) {
    Package package;
    package.file("import.xml",
                 "<Каталог><Товары><Товар><Ид>a</Ид></Товар><Товар><Ид>a</Ид>"
                 "<Наименование>b</Наименование></Товар></Товары></Каталог>");
    ASSERT_EQ(package.conflicts.size(), 1U);
    EXPECT_EQ(package.conflicts[0].finding.message.arguments[1], "2:18, 2:43");
}

TEST(PackageCheck, TheSameRecordTwiceIsOneWarning) {
    Package package;
    package.file("import.xml", catalogue(product("a", "Болт") + product("a", "Болт") + product("a", "Болт")));
    EXPECT_TRUE(package.conflicts.empty());
    ASSERT_EQ(package.findings.size(), 1U);
    EXPECT_EQ(
        package.findings[0],
        (Finding{Severity::warning, {"CML-ID-REPEATED", {"Товар", "3, 4, 5"}}, "import.xml", {5, 1}, "a"}));
}

TEST(PackageCheck, AHundredRepetitionsAreToldAndTheRestCounted) {
    std::string list;
    for (int i = 0; i < 130; ++i) {
        list += product("p" + std::to_string(i), "x") + product("p" + std::to_string(i), "x");
    }
    Package package;
    package.file("import.xml", catalogue(list));
    EXPECT_EQ(package.of("CML-ID-REPEATED").size(), 100U);
    ASSERT_EQ(package.of("CML-MORE-ALIKE").size(), 1U);
    EXPECT_EQ(package.of("CML-MORE-ALIKE")[0].message.arguments,
              (std::vector<std::string>{"CML-ID-REPEATED", "30"}));
}

TEST(PackageCheck, InAnotherFileTheSameIdIsANewerRecord) {
    Package package;
    package.file("a.xml", catalogue(product("a", "Болт")))
        .file("b.xml", catalogue(product("a", "Винт")))
        .finish();
    EXPECT_TRUE(package.findings.empty());
    EXPECT_TRUE(package.conflicts.empty());
}

TEST(PackageCheck, TwoListsOfOneFileMayHaveTheSameIds) {
    const std::string changes = "<ИзмененияПакетаПредложений><Ид>cat#</Ид><Предложения>" +
                                offer("a", price("t")) + "</Предложения></ИзмененияПакетаПредложений>";
    Package package;
    package.file("offers.xml", catalogue(product("a", "Болт")) + offers(offer("a")) + changes).finish();
    EXPECT_TRUE(package.findings.empty());
    EXPECT_TRUE(package.conflicts.empty());
}

TEST(PackageCheck, OffersContragentsAndDocumentsConflictToo) {
    Package package;
    package.file("offers.xml", offers(offer("a", price("t")) + offer("a")))
        .file("contragents.xml", "<Контрагенты>" + contragent("c", "", "") +
                                     contragent("c", "7707083893", "") + "</Контрагенты>")
        .file("documents.xml",
              "<Документ><Ид>d</Ид><Номер>1</Номер></Документ>\n"
              "<Документ><Ид>d</Ид><Номер>2</Номер></Документ>");
    ASSERT_EQ(package.conflicts.size(), 3U);
    EXPECT_EQ(package.conflicts[0].of, Conflict::Of::offer);
    EXPECT_EQ(package.conflicts[0].finding.message.arguments,
              (std::vector<std::string>{"Предложение", "3, 4"}));
    EXPECT_EQ(package.conflicts[1].of, Conflict::Of::contragent);
    EXPECT_EQ(package.conflicts[1].finding.file, "contragents.xml");
    EXPECT_EQ(package.conflicts[2].of, Conflict::Of::document);
    EXPECT_EQ(package.conflicts[2].finding.message.arguments, (std::vector<std::string>{"Документ", "2, 3"}));
}

TEST(PackageCheck, OfAClassifierTheLastDescriptionHoldsWithAWarning) {
    Package package;
    package.file("import.xml",
                 classifier(groups(group("g", "Болты") + group("h", "Гайки") + group("g", "Винты"))));
    EXPECT_TRUE(package.conflicts.empty());
    ASSERT_EQ(package.findings.size(), 1U);
    EXPECT_EQ(
        package.findings[0],
        (Finding{
            Severity::warning, {"CML-REFERENCE-CONFLICT", {"Группа", "3, 5"}}, "import.xml", {5, 1}, "g"}));
}

TEST(PackageCheck, AGroupThatGoesOnAfterItsChildrenIsOneGroup) {
    Package package;
    package
        .file("import.xml",
              classifier(groups("<Группа><Ид>g</Ид><Наименование>Болты</Наименование>" +
                                groups(group("h", "Малые")) + "<Описание>Разные</Описание></Группа>")))
        .finish();
    EXPECT_TRUE(package.findings.empty());
}

// ---- references ------------------------------------------------------------------------------------------

TEST(PackageCheck, AGroupThatNothingDeclaresIsNamedOnce) {
    const std::string unknown = "<Группы><Ид>нет</Ид></Группы>";
    Package package;
    package
        .file("import.xml", classifier(groups(group("g", "Болты"))) +
                                catalogue(product("a", "1", "<Группы><Ид>G</Ид></Группы>") +
                                          product("b", "2", unknown) + product("c", "3", unknown)))
        .finish();
    ASSERT_EQ(package.findings.size(), 1U);
    EXPECT_EQ(package.findings[0],
              (Finding{Severity::warning, {"CML-GROUP-UNKNOWN", {"нет"}}, "import.xml", {7, 1}, "b"}));
}

TEST(PackageCheck, UnknownGroupsAreLeftToTheConversionThatFollows) {
    Package package(Next::conversion);
    package
        .file("import.xml", classifier(groups(group("g", "Болты"))) +
                                catalogue(product("a", "1", "<Группы><Ид>нет</Ид></Группы>")))
        .finish();
    EXPECT_TRUE(package.findings.empty());
}

TEST(PackageCheck, WithoutAClassifierNothingIsSaidOfReferences) {
    Package package;
    package
        .file("import.xml",
              catalogue(product("a", "1", "<Группы><Ид>нет</Ид></Группы>" + value_of("p", "v"))))
        .file("offers.xml",
              offers(offer("a", price("t") + "<Склад ИдСклада=\"w\" КоличествоНаСкладе=\"1\"/>")))
        .finish();
    EXPECT_TRUE(package.findings.empty());
}

TEST(PackageCheck, AClassifierOfChangesDoesNotListEverything) {
    Package package;
    package
        .file("import.xml", classifier(groups(group("g", "Болты")), " СодержитТолькоИзменения=\"true\"") +
                                catalogue(product("a", "1", "<Группы><Ид>нет</Ид></Группы>")))
        .finish();
    EXPECT_TRUE(package.findings.empty());
}

TEST(PackageCheck, WhatIsDeclaredLaterInThePackageIsKnown) {
    Package package;
    package.file("import.xml", classifier(groups(group("g", "Болты"))) +
                                   catalogue(product("a", "1", "<Группы><Ид>h</Ид></Группы>")));
    package.file("more.xml", classifier(groups(group("h", "Гайки")))).finish();
    EXPECT_TRUE(package.findings.empty());
}

TEST(PackageCheck, PropertiesAndTheirListedValuesAreLookedUp) {
    const std::string list =
        "<ВариантыЗначений><Справочник><ИдЗначения>v1</ИдЗначения>"
        "<Значение>Красный</Значение></Справочник></ВариантыЗначений>";
    Package package;
    package
        .file("import.xml", classifier("<Свойства>\n" + property("colour", "Цвет", list) +
                                       property("weight", "Вес") + "</Свойства>") +
                                catalogue(product("a", "1", value_of("COLOUR", "V1")) +
                                          product("b", "2", value_of("colour", "v2")) +
                                          product("c", "3", value_of("weight", "12")) +
                                          product("d", "4", value_of("size", "L")) +
                                          product("e", "5", value_of("colour", "")) +
                                          product("f", "6", value_of("colour", "Красный"))))
        .finish();
    ASSERT_EQ(package.findings.size(), 2U);
    EXPECT_EQ(package.findings[0],
              (Finding{Severity::warning, {"CML-PROPERTY-UNKNOWN", {"size"}}, "import.xml", {10, 1}, "d"}));
    EXPECT_EQ(
        package.findings[1],
        (Finding{
            Severity::warning, {"CML-PROPERTY-VALUE-UNKNOWN", {"v2", "colour"}}, "import.xml", {8, 1}, "b"}));
}

TEST(PackageCheck, PriceTypesAndWarehousesOfOffersAreLookedUp) {
    const std::string declared =
        "<ТипыЦен><ТипЦены><Ид>t</Ид><Валюта>RUB</Валюта></ТипЦены></ТипыЦен><Склады><Склад><Ид>w</Ид></"
        "Склад></Склады>";
    Package package;
    package
        .file("offers.xml",
              offers(offer("a", price("t") + "<Склад ИдСклада=\"w\" КоличествоНаСкладе=\"1\"/>") +
                         offer("b", price("u") + "<Склад ИдСклада=\"x\" КоличествоНаСкладе=\"1\"/>"),
                     declared))
        .finish();
    ASSERT_EQ(package.findings.size(), 2U);
    EXPECT_EQ(package.findings[0],
              (Finding{Severity::warning, {"CML-PRICE-TYPE-UNKNOWN", {"u"}}, "offers.xml", {4, 1}, "b"}));
    EXPECT_EQ(package.findings[1],
              (Finding{Severity::warning, {"CML-WAREHOUSE-UNKNOWN", {"x"}}, "offers.xml", {4, 1}, "b"}));
}

TEST(PackageCheck, AHundredMissingIdsAreToldAndTheRestCounted) {
    std::string list;
    for (int i = 0; i < 250; ++i) {
        list +=
            product("p" + std::to_string(i), "x", "<Группы><Ид>нет" + std::to_string(i) + "</Ид></Группы>");
    }
    Package package;
    package.file("import.xml", classifier(groups(group("g", "Болты"))) + catalogue(list)).finish();
    EXPECT_EQ(package.of("CML-GROUP-UNKNOWN").size(), 100U);
    ASSERT_EQ(package.of("CML-MORE-ALIKE").size(), 1U);
    EXPECT_EQ(package.of("CML-MORE-ALIKE")[0].message.arguments,
              (std::vector<std::string>{"CML-GROUP-UNKNOWN", "150"}));
}

TEST(PackageCheck, OddUnitCodesAndCurrenciesAreNamedOnceEach) {
    const auto unit = [](const std::string& code) {
        return "<БазоваяЕдиница Код=\"" + code + "\">шт</БазоваяЕдиница>";
    };
    Package package;
    package
        .file("import.xml", catalogue(product("a", "1", unit("796 ")) + product("b", "2", unit("ШТ")) +
                                      product("c", "3", unit("шт")) + product("d", "4", unit("2009"))))
        .file("offers.xml", offers(offer("a", price("t", "???")) + offer("b", price("t", "???"))))
        .finish();
    ASSERT_EQ(package.findings.size(), 2U);
    EXPECT_EQ(package.findings[0],
              (Finding{Severity::warning, {"CML-UNIT-CODE", {"ШТ"}}, "import.xml", {4, 1}, "b"}));
    EXPECT_EQ(package.findings[1],
              (Finding{Severity::warning, {"CML-CURRENCY", {"???"}}, "offers.xml", {3, 1}, "a"}));
}

// ---- collisions ------------------------------------------------------------------------------------------

TEST(PackageCheck, SiblingGroupsOfOneNameAreTwoSections) {
    Package package;
    package
        .file("import.xml",
              classifier(groups(group("g", "Болты", groups(group("k", "Малые"))) +
                                group("h", "Гайки", groups(group("l", "Малые"))) + group("i", "БОЛТЫ"))))
        .finish();
    ASSERT_EQ(package.findings.size(), 1U) << "cousins may have one name";
    EXPECT_EQ(package.findings[0].message, (Message{"CML-GROUP-NAME-SHARED", {"Болты", "g", "i"}}));
    EXPECT_EQ(package.findings[0].severity, Severity::warning);
    EXPECT_EQ(package.findings[0].object_id, "i");
}

TEST(PackageCheck, PropertiesOfOneNameAreCountedWithAnExample) {
    Package package;
    package
        .file("import.xml", classifier("<Свойства>\n" + property("a", "Цвет") + property("b", "Размер") +
                                       property("c", "цвет") + property("d", "размер") + "</Свойства>"))
        .finish();
    ASSERT_EQ(package.findings.size(), 1U);
    EXPECT_EQ(package.findings[0], (Finding{Severity::warning,
                                            {"CML-PROPERTY-NAME-SHARED", {"2", "Цвет", "a", "c"}},
                                            "import.xml",
                                            {5, 1},
                                            "c"}));
}

TEST(PackageCheck, TwoCompaniesOfOneInnAndKppAreNamed) {
    Package package;
    package
        .file("contragents.xml", "<Контрагенты>\n" + contragent("a", "7707083893", "770701001") +
                                     contragent("b", "7707083893", "773643001") +
                                     contragent("c", "7707083893", "770701001") + contragent("d", "", "") +
                                     contragent("e", "", "") + contragent("f", "0000000000", "") +
                                     contragent("g", "0000000000", "") + "</Контрагенты>")
        .finish();
    ASSERT_EQ(package.findings.size(), 1U) << "branches have a КПП of their own";
    EXPECT_EQ(package.findings[0], (Finding{Severity::warning,
                                            {"CML-COMPANY-SHARED", {"7707083893/770701001", "a", "c"}},
                                            "contragents.xml",
                                            {5, 1},
                                            "c"}));
}

TEST(PackageCheck, BarcodesOfSeveralProductsAreCountedWithAnExample) {
    const auto with = [](const std::string& id, const std::string& barcode) {
        return product(id, "x", "<Штрихкод>" + barcode + "</Штрихкод>");
    };
    Package package;
    package
        .file("import.xml",
              catalogue(with("a", "96385074") + with("b", "4006381333931") + with("c", "96385074") +
                        with("d", "4006381333931") + with("e", "") + with("f", "")))
        .file("later.xml", catalogue(with("a", "96385074")))
        .finish();
    ASSERT_EQ(package.findings.size(), 1U);
    EXPECT_EQ(package.findings[0], (Finding{Severity::warning,
                                            {"CML-BARCODE-SHARED", {"2", "96385074", "a", "c"}},
                                            "import.xml",
                                            {5, 1},
                                            "c"}));
}

TEST(PackageCheck, OffersOfAFullCatalogueFindTheirProductsThere) {
    const std::string full = catalogue(product("a", "1") + product("b#1", "2"), "false");
    const std::string list =
        offers(offer("A#") + offer("a#red") + offer("b#2") + offer("x") + offer("y#1") + offer("y#2"));
    Package package;
    package.file("import.xml", full).file("offers.xml", list).finish();
    ASSERT_EQ(package.findings.size(), 1U);
    EXPECT_EQ(
        package.findings[0],
        (Finding{Severity::warning, {"CML-OFFER-WITHOUT-PRODUCT", {"2", "x"}}, "offers.xml", {6, 1}, "x"}));
}

TEST(PackageCheck, OffersNeedNoProductsWhereTheCatalogueIsNotWhole) {
    const std::string some = product("a", "1");
    Package changes;
    changes.file("import.xml", catalogue(some)).file("offers.xml", offers(offer("x"))).finish();
    EXPECT_TRUE(changes.findings.empty());
    Package packets;
    packets.file("import.xml", catalogue(some, "false"), "3.1")
        .file("offers.xml", offers(offer("x")), "3.1")
        .finish();
    EXPECT_TRUE(packets.findings.empty());
    Package broken;
    broken.file("import.xml", catalogue(some, "false"))
        .broken_file("b.xml")
        .file("offers.xml", offers(offer("x")))
        .finish();
    EXPECT_TRUE(broken.findings.empty());
    Package alone;
    alone.file("offers.xml", offers(offer("x"))).finish();
    EXPECT_TRUE(alone.findings.empty());
}

TEST(PackageCheck, MoreProductsThanFitIntoMemoryGiveWhatIsWrongWithThem) {
    std::string list;
    for (int i = 0; i < 30'000; ++i) {
        const std::string number = std::to_string(i);
        list += product("d3b07384-d113-4ec2-a5a1-" + number, i == 29'999 ? "Другое" : "x",
                        "<Штрихкод>" + number + "</Штрихкод>");
    }
    list += product("d3b07384-d113-4ec2-a5a1-29999", "x", "<Штрихкод>77</Штрихкод>");
    Package package;
    package.file("import.xml", catalogue(list, "false")).file("offers.xml", offers(offer("нет"))).finish();
    ASSERT_EQ(package.conflicts.size(), 1U);
    EXPECT_EQ(package.conflicts[0].finding.message.arguments,
              (std::vector<std::string>{"Товар", "30002, 30003"}));
    ASSERT_EQ(package.findings.size(), 2U);
    EXPECT_EQ(package.findings[0].message.code, Code("CML-BARCODE-SHARED"));
    EXPECT_EQ(package.findings[1].message.code, Code("CML-OFFER-WITHOUT-PRODUCT"));
}

TEST(PackageCheck, WarnsOfEachBarcodeWithAWrongCheckDigitOnce) {
    Package package;
    package.file("import.xml", catalogue(product("1", "Болт", "<Штрихкод>4006381333932</Штрихкод>") +
                                         product("2", "Гайка", "<Штрихкод/>") +
                                         product("3", "Шайба", "<Штрихкод>4006381333931</Штрихкод>")));
    package.file("offers.xml", offers(offer("1", "<Штрихкод>4006381333932</Штрихкод>") +
                                      offer("4", "<Штрихкод> 96385075 </Штрихкод>")));
    const std::vector<Finding> found = package.finish().of("CML-BARCODE");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(
        found[0],
        (Finding{Severity::warning, {"CML-BARCODE", {"4006381333932", "1"}}, "import.xml", {3, 1}, "1"}));
    EXPECT_EQ(found[1],
              (Finding{Severity::warning, {"CML-BARCODE", {"96385075", "4"}}, "offers.xml", {4, 1}, "4"}));
}

TEST(PackageCheck, DoesNotListTenThousandBarcodes) {
    std::string goods;
    for (int i = 0; i < 1000; ++i) {
        goods += product(std::to_string(i), "Болт",
                         "<Штрихкод>" + std::to_string(2000000000000 + i * 10) + "</Штрихкод>");
    }
    Package package;
    package.file("import.xml", catalogue(goods)).finish();
    EXPECT_EQ(package.of("CML-BARCODE").size(), 100U);
    ASSERT_EQ(package.of("CML-MORE-ALIKE").size(), 1U);
}

}  // namespace
}  // namespace obmen::checks
