#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

using PackageConversion = ConversionTest;

TEST_F(PackageConversion, CountsWhatIsNotSentOncePerKind) {
    map_by("[[product.field]]\nto = 'NAME'\nfrom = 'Наименование'");
    commerceml::Product bolt = product("p1", "Болт");
    bolt.article = "A-1";
    bolt.property_values = {{"s1", {"красный"}}, {"s2", {""}}};
    bolt.pictures = {{"a.jpg", std::nullopt}, {"b.jpg", std::nullopt}};
    commerceml::Offer stock = offer("p1", std::nullopt);
    stock.quantity = "5";
    const Converted result =
        convert({commerceml::Property{}, commerceml::Property{}, bolt, bolt, stock}, true);
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"Артикул", "2"}},
                                    {"CRM-NOT-MAPPED", {"ЗначенияСвойств", "4"}},
                                    {"CRM-NOT-MAPPED", {"Картинка", "4"}},
                                    {"CRM-NOT-MAPPED", {"Остатки", "1"}},
                                    {"CRM-NOT-MAPPED", {"Свойство", "2"}}}));
    for (const Finding& finding : result.findings) {
        EXPECT_EQ(finding.severity, Severity::warning);
        EXPECT_TRUE(finding.file.empty());
        EXPECT_TRUE(finding.object_id.empty());
    }
}

TEST_F(PackageConversion, SendsAllThatContragentsSay) {
    commerceml::Contragent company;
    company.id = "c1";
    company.name = "Ромашка";
    company.inn = "7707083893";
    company.legal_address = commerceml::Contragent::Address{"Москва", {}};
    company.bank_accounts = {{"40702", std::nullopt, std::nullopt, std::nullopt}};
    company.representatives = {{"r1", "Смирнов", std::nullopt}};
    const Converted result = convert({company}, true);
    std::vector<EntityKind> kinds;
    for (const Wish& wish : result.wishes) {
        kinds.push_back(wish.entity);
        EXPECT_EQ(wish.owner.has_value(), is_part(wish.entity));
    }
    EXPECT_EQ(kinds, (std::vector<EntityKind>{EntityKind::company, EntityKind::requisite, EntityKind::address,
                                              EntityKind::bank_account, EntityKind::contact,
                                              EntityKind::company_link}));
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(PackageConversion, OfNothingUnsentSaysNothing) {
    EXPECT_TRUE(convert({product("p1", "Болт")}, true).findings.empty());
}

TEST_F(PackageConversion, LeavesDocumentsOfOtherOperationsOut) {
    commerceml::Document order;
    order.id = "D1";
    order.number = "НФНФ-000123";
    order.operation = "Возврат товара";
    const LeftOut left_out = left_out_of(order);
    EXPECT_EQ(left_out.key, (EntityKey{SourceKind::document, "d1"}));
    EXPECT_EQ(left_out.source_id, "D1");
    EXPECT_EQ(left_out.reason, (Message{"CRM-OPERATION-NOT-MAPPED", {"НФНФ-000123", "Возврат товара"}}));
    EXPECT_FALSE(left_out.is_error);
}

TEST_F(PackageConversion, AnnouncementsAndWarehousesMakeNothing) {
    const Converted result = convert({commerceml::Classifier{}, commerceml::Catalogue{},
                                      commerceml::OfferPackage{}, commerceml::Warehouse{"w1", "Склад"}},
                                     true);
    EXPECT_TRUE(result.wishes.empty());
    EXPECT_TRUE(result.left_out.empty());
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(PackageConversion, GivesEveryObjectExactlyOneVerdict) {
    commerceml::Contragent person;
    person.id = "c1";
    person.name = "Иванов";
    commerceml::Document order;
    order.id = "d1";
    const Converted result =
        convert({group("g1", "Крепёж"), product("p1", "Болт"), price_type("t1", "Розничная"),
                 offer("p1", std::nullopt, {{price("t1", "10")}}), offer("p1#c1", "Болт"), person, order,
                 offer("p2", std::nullopt)});
    EXPECT_EQ(result.wishes.size(), 5U);
    EXPECT_EQ(result.left_out.size(), 2U);
}

}  // namespace
}  // namespace obmen::crm
