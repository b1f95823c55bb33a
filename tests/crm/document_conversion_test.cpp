#include "part_wishes.hpp"

namespace obmen::crm {
namespace {

using DocumentConversion = PartsTest;
using commerceml::Contragent;
using commerceml::Document;

Document::Line line(std::string id, commerceml::Text name, commerceml::Text price, commerceml::Text quantity,
                    commerceml::Text sum) {
    return {std::move(id),
            std::move(name),
            std::move(price),
            std::move(quantity),
            std::move(sum),
            std::nullopt,
            {}};
}

Contragent buyer(std::string id, commerceml::Text name, commerceml::Text role = "Покупатель") {
    Contragent record = contragent(std::move(id), std::move(name));
    record.role = std::move(role);
    return record;
}

Document order() {
    Document record;
    record.id = "O1";
    record.number = "123";
    record.date = "2026-01-15";
    record.operation = "Заказ товара";
    record.currency = "руб.";
    record.sum = "150.50";
    return record;
}

EntityKey document_key(const std::string& id) {
    return {SourceKind::document, id};
}

TEST_F(DocumentConversion, MakesADealOfAnOrder) {
    Document record = order();
    record.comment = "Звонить утром";
    record.payment_date = "2026-02-01T00:00:00";
    record.contragents = {buyer("K1", "Иванов")};
    const Converted result = convert({record});
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(result.wishes[0].key, contragent_key("k1"));
    const Wish& deal = result.wishes[1];
    EXPECT_EQ(deal.key, document_key("o1"));
    EXPECT_EQ(deal.source_id, "O1");
    EXPECT_EQ(deal.entity, EntityKind::deal);
    EXPECT_TRUE(deal.may_create);
    EXPECT_EQ(deal.groups,
              (std::vector<FieldGroup>{single_group("title", "Заказ № 123 от 15.01.2026"),
                                       single_group("BEGINDATE", "2026-01-15"),
                                       single_group("CLOSEDATE", "2026-02-01"),
                                       single_group("comment", "Звонить утром"),
                                       {"opportunity",
                                        {{"opportunity", *Decimal::parse("150.5")},
                                         {"currency", Currency{"RUB"}},
                                         {"IS_MANUAL_OPPORTUNITY", true}}},
                                       {"contacts", {{"contacts", Links{{contragent_key("k1")}}}}}}));
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(DocumentConversion, LeavesOtherOperationsOutByName) {
    Document record = order();
    record.operation = "Отпуск товара";
    record.contragents = {buyer("K1", "Иванов")};
    const LeftOut left_out = left_out_of(record);
    EXPECT_EQ(left_out.key, document_key("o1"));
    EXPECT_EQ(left_out.reason, (Message{"CRM-OPERATION-NOT-MAPPED", {"123", "Отпуск товара"}}));
    EXPECT_FALSE(left_out.is_error);
    record.operation = " заказ ТОВАРА";
    record.contragents.clear();
    EXPECT_EQ(wish_of(record).entity, EntityKind::deal);
}

TEST_F(DocumentConversion, NeedsACurrencyForMoney) {
    mapping.product.default_currency = "";
    Document record = order();
    record.currency = std::nullopt;
    const LeftOut left_out = left_out_of(record);
    EXPECT_EQ(left_out.reason, (Message{"CRM-DOCUMENT-CURRENCY-MISSING"}));
    EXPECT_TRUE(left_out.is_error);
    mapping.product.default_currency = "KZT";
    EXPECT_EQ(fields_of(wish_of(record), "opportunity").at(1).value, Value{Currency{"KZT"}});
    mapping.product.default_currency = "";
    record.sum = std::nullopt;
    EXPECT_FALSE(has_group(wish_of(record), "opportunity"));
}

TEST_F(DocumentConversion, TakesAnEmptyCurrencyAndSumForNone) {
    Document record = order();
    record.currency = "";
    EXPECT_EQ(fields_of(wish_of(record), "opportunity").at(1).value, Value{Currency{"RUB"}});
    record.sum = "";
    const Converted result = convert({record});
    EXPECT_FALSE(has_group(result.wishes.at(0), "opportunity"));
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(DocumentConversion, ReadsSumsWithACommaAndSpaces) {
    Document record = order();
    record.sum = "1\u00A0234,50";
    EXPECT_EQ(fields_of(wish_of(record), "opportunity").at(0).value, Value{*Decimal::parse("1234.5")});
}

TEST_F(DocumentConversion, SendsNoMoneyItCannotRead) {
    Document record = order();
    record.sum = "много";
    record.lines = {line("P1", "Болт", "1", "2", "2")};
    Converted result = convert({record});
    EXPECT_FALSE(has_group(result.wishes.at(0), "opportunity"));
    EXPECT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.messages("CRM-DOCUMENT-SUM"), (std::vector<Message>{{"CRM-DOCUMENT-SUM", {"много"}}}));
    EXPECT_EQ(result.wishes.size(), 2U);

    record = order();
    record.currency = "???";
    record.lines = {line("P1", "Болт", "1", "2", "2")};
    result = convert({record});
    EXPECT_EQ(result.wishes.size(), 1U);
    EXPECT_FALSE(has_group(result.wishes.at(0), "opportunity"));
    EXPECT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.messages("CRM-DOCUMENT-CURRENCY-NAME"),
              (std::vector<Message>{{"CRM-DOCUMENT-CURRENCY-NAME", {"???"}}}));
}

// ---- customers ----------------------------------------------------------------------------------------

TEST_F(DocumentConversion, LinksTheBuyerAndNeverTheSeller) {
    Contragent company = buyer("K1", "Ромашка");
    company.official_name = "ООО Ромашка";
    company.representatives = {{"R1", "Смирнов Олег Иванович", std::nullopt}};
    Document record = order();
    record.contragents = {buyer("S1", "Мы", "Продавец"), buyer("G1", "Получатель Груза", "Получатель"),
                          company};
    const Converted result = convert({record});
    std::vector<EntityKey> keys;
    for (const Wish& wish : result.wishes) {
        keys.push_back(wish.key);
    }
    EXPECT_EQ(keys, (std::vector<EntityKey>{contragent_key("k1"),
                                            contragent_key("r1"),
                                            {SourceKind::company_link, "r1|k1"},
                                            contragent_key("g1"),
                                            document_key("o1")}));
    EXPECT_EQ(fields_of(result.wishes.back(), "company"), single("company", Link{contragent_key("k1")}));
    EXPECT_EQ(fields_of(result.wishes.back(), "contacts"),
              single("contacts", Links{{contragent_key("r1"), contragent_key("g1")}}));
}

TEST_F(DocumentConversion, TakesTheOnlyOneThatIsNotTheSeller) {
    Document record = order();
    record.contragents = {buyer("S1", "Мы", "Продавец"), buyer("K1", "Иванов", std::nullopt)};
    EXPECT_EQ(fields_of(convert({record}).wishes.back(), "contacts"),
              single("contacts", Links{{contragent_key("k1")}}));
    record.contragents.push_back(buyer("K2", "Петров", "Комиссионер"));
    const Converted unclear = convert({record});
    ASSERT_EQ(unclear.wishes.size(), 1U);
    EXPECT_FALSE(has_group(unclear.wishes[0], "contacts"));
    EXPECT_EQ(unclear.messages("CRM-BUYER-MISSING"), (std::vector<Message>{{"CRM-BUYER-MISSING", {"123"}}}));
}

TEST_F(DocumentConversion, WaitsForNobodyOfWhomThereIsOnlyAnId) {
    Document record = order();
    record.contragents = {buyer("38#guest#", "")};
    const Converted result = convert({record});
    ASSERT_EQ(result.wishes.size(), 1U);
    EXPECT_FALSE(has_group(result.wishes[0], "contacts"));
    EXPECT_EQ(result.messages("CRM-BUYER-MISSING"), (std::vector<Message>{{"CRM-BUYER-MISSING", {"123"}}}));
    ASSERT_EQ(result.left_out.size(), 1U) << "a row of the receipt of its own";
    EXPECT_EQ(result.left_out[0].key, contragent_key("38#guest#"));
    EXPECT_EQ(result.left_out[0].reason, (Message{"CRM-NAMELESS", {"38#guest#"}}));
    EXPECT_TRUE(result.left_out[0].is_error);
    EXPECT_FALSE(references.pinned_contragent_kind("38#guest#"));
    references.pin_contragent_kind("38#guest#", static_cast<int>(EntityKind::contact));
    EXPECT_EQ(fields_of(convert({record}).wishes.back(), "contacts"),
              single("contacts", Links{{contragent_key("38#guest#")}}));
}

TEST_F(DocumentConversion, LinksABuyerThatIsMarkedAsDeleted) {
    Document record = order();
    record.contragents = {buyer("K1", "Иванов")};
    record.contragents[0].marked_deleted = true;
    const Converted result = convert({record});
    EXPECT_EQ(result.wishes.size(), 2U);
    EXPECT_TRUE(result.left_out.empty());
}

TEST_F(DocumentConversion, MakesNoDealOfADocumentThatIsMarkedAsDeleted) {
    Document record = order();
    record.marked_deleted = true;
    record.contragents = {buyer("K1", "Иванов")};
    record.lines = {line("P1", "Болт", "1", "2", "2")};
    const LeftOut left_out = left_out_of(record);
    EXPECT_EQ(left_out.key, document_key("o1"));
    EXPECT_EQ(left_out.reason, Message{"CRM-DOCUMENT-MARKED"});
    EXPECT_FALSE(left_out.is_error);

    // Where the mapping has a use for the mark.
    for (const char* const rule :
         {"[deal]\n[[deal.stage]]\nstage = 'LOSE'\nwhen = { 'ПометкаУдаления' = true }\n",
          "[deal]\ndefault_fields = true\n[[deal.field]]\nto = 'UF_CRM_X'\nfrom = 'ПометкаУдаления'\n"}) {
        map_by(rule);
        const Wish deal = wish_of(record);
        EXPECT_EQ(deal.entity, EntityKind::deal);
        EXPECT_FALSE(deal.may_create);
        EXPECT_TRUE(deal.deletion_mark);
        EXPECT_FALSE(has_group(deal, "contacts"));
    }
}

TEST_F(DocumentConversion, SaysOfADiscountOnTheWholeOrderThatItIsNotInTheRows) {
    Document record = order();
    record.sum = "90";
    record.lines = {line("P1", "Болт", "50", "2", "100")};
    record.discounts = {{"Скидка", "10.00", std::nullopt, "true"}};
    EXPECT_EQ(convert({record}).messages("CRM-DISCOUNT-OF-ORDER"),
              (std::vector<Message>{{"CRM-DISCOUNT-OF-ORDER", {"10"}}}));
    record.discounts = {{"Скидка", std::nullopt, "10", "true"}};
    EXPECT_EQ(convert({record}).messages("CRM-DISCOUNT-OF-ORDER"),
              (std::vector<Message>{{"CRM-DISCOUNT-OF-ORDER", {"10%"}}}));
    record.lines.front().sum = "90";  // 1C has spread it itself
    EXPECT_TRUE(convert({record}).findings.empty());
    record.lines.front().sum = "100";
    record.discounts = {{"Скидка", "0", std::nullopt, "true"}};
    EXPECT_TRUE(convert({record}).findings.empty());
}

// ---- mapping ------------------------------------------------------------------------------------------

TEST_F(DocumentConversion, FollowsTheRulesOfTheMapping) {
    map_by(R"toml(
[deal]
operations = ["Заказ товара", "Счет на оплату"]
category = 9
rows = false
[[deal.stage]]
stage = "C9:LOSE"
when = { 'Реквизит.Отменен' = ["true"] }
[[deal.stage]]
stage = "C9:WON"
when = { 'Реквизит."Статус заказа"' = ["Закрыт", "Завершен"] }
[[deal.field]]
to = "TITLE"
from = "{ХозОперация} {Номер} ({Контрагент.ИНН})"
[[deal.field]]
to = "UF_CRM_STORE"
from = "Склад"
[[deal.field]]
to = "UF_CRM_DISCOUNT"
from = "Скидка"
)toml");
    Document record = order();
    record.operation = "Счет на оплату";
    record.requisites = {{"СтатусЗаказа", "закрыт"}, {"Отменен", "false"}};
    record.warehouses = {{"w", "Главный"}, {"x", "Второй"}};
    record.discounts = {{std::nullopt, "1.50", std::nullopt, "true"},
                        {std::nullopt, "2", std::nullopt, "true"}};
    record.contragents = {buyer("K1", "Ромашка")};
    record.contragents[0].inn = "7707083893";
    record.lines = {line("P1", "Болт", "1", "2", "2")};
    const Converted result = convert({record}, true);
    ASSERT_EQ(result.wishes.size(), 3U);
    EXPECT_EQ(result.wishes.back().groups,
              (std::vector<FieldGroup>{single_group("title", "Счет на оплату 123 (7707083893)"),
                                       single_group("UF_CRM_STORE", "Главный, Второй"),
                                       single_group("UF_CRM_DISCOUNT", "3.5"),
                                       {"category", {{"category", std::string("9")}}, true},
                                       single_group("stage", "C9:WON"),
                                       {"company", {{"company", Link{contragent_key("k1")}}}}}));
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"Документ/Товары", "1"}}}));
}

// ---- rows ---------------------------------------------------------------------------------------------

class DocumentRows : public PartsTest {
  protected:
    ProductRows rows_of(const Document& record) {
        const Wish wish = part_of(record, EntityKind::deal_rows);
        const std::vector<Field> fields = fields_of(wish, "rows");
        return fields.empty() ? ProductRows{} : std::get<ProductRows>(fields.front().value);
    }
    /// `price × quantity, discount` of the only line.
    std::string money_of(Document::Line only) {
        Document record = order();
        record.lines = {std::move(only)};
        const ProductRows rows = rows_of(record);
        EXPECT_EQ(rows.rows.size(), 1U);
        return rows.rows.empty() ? std::string{}
                                 : rows.rows[0].price.text() + " × " + rows.rows[0].quantity.text() + ", " +
                                       rows.rows[0].discount.text();
    }
};

TEST_F(DocumentRows, AreAPartOfTheDeal) {
    references.remember_product("p2#c2", {});
    Document record = order();
    record.lines = {line("P1", "Болт", "10", "2", "20"), line("P1#C1", "Гайка", "1", "3", "3"),
                    line("P2#C2", "Шайба", "1", "1", "1"),
                    line("ORDER_DELIVERY", "Доставка", "300", "1", "300"),
                    line("", "Упаковка", "5", "1", "5")};
    record.lines[0].base_unit = base_unit("796 ", "шт");
    record.lines[0].taxes = {{"НДС", "20", "3.33", "true"}};
    record.lines[1].base_unit = base_unit("796", "шт");
    record.lines[1].unit = base_unit("778", "упак");
    record.lines[1].taxes = {{"НДС", "Без НДС", std::nullopt, std::nullopt}};
    record.taxes = {{"НДС", "", "1", "false"}};
    const Wish wish = part_of(record, EntityKind::deal_rows);
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::document_lines, "o1"}));
    EXPECT_EQ(wish.owner, document_key("o1"));
    EXPECT_EQ(fields_of(wish, "owner"), single("owner", Link{document_key("o1")}));
    ProductRows expected;
    expected.rows = {{EntityKey{SourceKind::product, "p1"}, "Болт", Decimal(10), Decimal(2), Decimal(),
                      VatRate{Decimal(20)}, true, "796"},
                     {EntityKey{SourceKind::variant, "p1#c1"}, "Гайка", Decimal(1), Decimal(3), Decimal(),
                      VatRate{}, false, "778"},
                     {EntityKey{SourceKind::product, "p2#c2"}, "Шайба", Decimal(1), Decimal(1), Decimal(),
                      std::nullopt, false, ""},
                     {std::nullopt, "Доставка", Decimal(300), Decimal(1), Decimal(), std::nullopt, false, ""},
                     {std::nullopt, "Упаковка", Decimal(5), Decimal(1), Decimal(), std::nullopt, false, ""}};
    EXPECT_EQ(fields_of(wish, "rows"),
              (std::vector<Field>{{"rows", expected}, {"currency", Currency{"RUB"}}}))
        << "in a currency that the portal lacks they must not become prices in another";
}

TEST_F(DocumentRows, HaveThePriceThatGivesTheSum) {
    EXPECT_EQ(money_of(line("p", "Болт", "3338", "2", "6676")), "3338 × 2, 0");
    EXPECT_EQ(money_of(line("p", "Болт", "10", "3", "29.90")), "9.967 × 3, 0");
    EXPECT_EQ(money_of(line("p", "Болт", std::nullopt, "3", "100")), "33.333 × 3, 0");
    EXPECT_EQ(money_of(line("p", "Болт", "1.234", "2", std::nullopt)), "1.234 × 2, 0");
    EXPECT_EQ(money_of(line("p", "Болт", "7", std::nullopt, std::nullopt)), "7 × 1, 0");
    EXPECT_EQ(money_of(line("p", "Болт", "7", "0", "0")), "7 × 0, 0");
    EXPECT_EQ(money_of(line("p", "Болт", std::nullopt, "2", std::nullopt)), "0 × 2, 0");
    EXPECT_EQ(money_of(line("p", "Болт", "5", "-2", "-10")), "5 × -2, 0");
}

TEST_F(DocumentRows, TakeOffWhatIsNotInTheSumYet) {
    const auto discounted = [](commerceml::Text sum, commerceml::Text percent, commerceml::Text included,
                               commerceml::Text of_line) {
        Document::Line record = line("p", "Болт", "50", "2", std::move(of_line));
        record.discounts = {{"Скидка", std::move(sum), std::move(percent), std::move(included)}};
        return record;
    };
    EXPECT_EQ(money_of(discounted("10", std::nullopt, "true", "90")), "45 × 2, 5");
    EXPECT_EQ(money_of(discounted("10", std::nullopt, "false", "100")), "45 × 2, 5");
    EXPECT_EQ(money_of(discounted("10", std::nullopt, std::nullopt, "90")), "45 × 2, 5");
    EXPECT_EQ(money_of(discounted(std::nullopt, "15", "false", "100")), "42.5 × 2, 7.5");
    EXPECT_EQ(money_of(discounted(std::nullopt, "15", "true", "85")), "42.5 × 2, 7.5");
    EXPECT_EQ(money_of(discounted("-10", std::nullopt, "false", "100")), "55 × 2, 0");
}

TEST_F(DocumentRows, AreLeftAloneWhenANumberCannotBeRead) {
    Document record = order();
    record.lines = {line("p", "Болт", "1", "1", "1"), line("q", "Гайка", "1", "две", "2")};
    const Converted result = convert({record});
    EXPECT_EQ(result.wishes.size(), 1U);
    EXPECT_EQ(result.messages("CRM-DOCUMENT-LINE"),
              (std::vector<Message>{{"CRM-DOCUMENT-LINE", {"2", "Гайка", "Количество", "две"}}}));
    EXPECT_TRUE(has_group(result.wishes[0], "opportunity"));
}

TEST_F(DocumentRows, HaveTheirBaseUnitWhereThatOfThePackagingIsUnknown) {
    Document record = order();
    record.lines = {line("p", "Болт", "1", "2", "2")};
    record.lines.front().unit = commerceml::BaseUnit{std::nullopt, "кор", std::nullopt};
    record.lines.front().base_unit = commerceml::BaseUnit{"0796", "шт", std::nullopt};
    const Converted result = convert({record});
    EXPECT_EQ(std::get<ProductRows>(fields_of(result.wishes.at(1), "rows").front().value).rows.at(0).okei,
              "796");
    EXPECT_EQ(result.messages("CRM-ROW-UNIT"), (std::vector<Message>{{"CRM-ROW-UNIT", {"кор", "796"}}}));
    EXPECT_TRUE(result.messages("CML-UNIT-UNKNOWN").empty());
    record.lines.front().base_unit = record.lines.front().unit;
    const Converted unknown = convert({record});
    EXPECT_TRUE(unknown.messages("CRM-ROW-UNIT").empty());
    EXPECT_EQ(unknown.messages("CML-UNIT-UNKNOWN").size(), 1U);
}

TEST_F(DocumentRows, NeedNoProductAndNoName) {
    Document record = order();
    record.lines = {line("", "Доставка", "300,00", "1", "300,00"), line("", std::nullopt, "5", "2", "10")};
    const Converted result = convert({record});
    ASSERT_EQ(result.wishes.size(), 2U);
    const auto rows = std::get<ProductRows>(fields_of(result.wishes[1], "rows").front().value).rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_FALSE(rows[0].product);
    EXPECT_EQ(rows[0].name, "Доставка");
    EXPECT_EQ(rows[0].price, Decimal(300));
    EXPECT_EQ(rows[1].name, "№ 2");
}

TEST_F(DocumentRows, AreNotThereWithoutLines) {
    EXPECT_EQ(convert({order()}).wishes.size(), 1U);
}

TEST_F(DocumentConversion, GivesAProductThatTheMappingKeepsBackAFreeRow) {
    mapping.product.filter.only_groups = {"g1"};
    commerceml::Product kept_back = product("p1", "Доставка");
    kept_back.group_ids = {"g2"};
    (void)convert({group("g1", "Товары"), group("g2", "Услуги"), kept_back});
    Document record = order();
    record.contragents = {buyer("K1", "Иванов")};
    record.lines = {line("P1", "Доставка", "300", "1", "300"), line("P1#C", "Доставка", "300", "1", "300"),
                    line("P2", "Болт", "1", "2", "2")};
    const Converted result = convert({record});
    const std::vector<Field> fields = fields_of(result.wishes.back(), "rows");
    const auto& rows = std::get<ProductRows>(fields.at(0).value).rows;
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].product, std::nullopt) << "else the whole order would wait for it";
    EXPECT_EQ(rows[0].name, "Доставка");
    EXPECT_EQ(rows[1].product, std::nullopt);
    EXPECT_EQ(rows[2].product, std::optional(EntityKey{SourceKind::product, "p2"}));
    EXPECT_EQ(result.messages("CRM-ROW-FILTERED"),
              (std::vector<Message>{{"CRM-ROW-FILTERED", {"Доставка"}}}));
}

}  // namespace
}  // namespace obmen::crm
