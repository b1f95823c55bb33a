#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

class PriceConversion : public ConversionTest {
  protected:
    PriceConversion() { references.remember_product("p1", {}); }

    std::vector<Field> price_of(const commerceml::Offer& record) {
        return fields_of(wish_of(record), "price");
    }
};

TEST_F(PriceConversion, ChoosesTheRetailPriceAndPinsIt) {
    const Converted result = convert({price_type("T1", "Закупочная"), price_type("T2", "Розничная"),
                                      offer("p1", std::nullopt, {{price("t1", "50"), price("T2", "100")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"), rub(100));
    EXPECT_EQ(references.pinned_price_type(), "t2");
    EXPECT_EQ(result.messages("CRM-PRICE-TYPE"), (std::vector<Message>{{"CRM-PRICE-TYPE", {"Розничная"}}}));
}

TEST_F(PriceConversion, SaysTheChoiceOnlyWhenItIsMade) {
    const commerceml::Offer record = offer("p1", std::nullopt, {{price("t1", "50")}});
    EXPECT_EQ(convert({price_type("t1", "Оптовая"), record, record}).messages("CRM-PRICE-TYPE").size(), 1U);
    EXPECT_TRUE(convert({price_type("t1", "Оптовая"), record}).findings.empty());
}

TEST_F(PriceConversion, StaysWithThePinnedType) {
    references.pin_price_type("t1");
    const Converted result = convert({price_type("t1", "Оптовая"), price_type("t2", "Розничная"),
                                      offer("p1", std::nullopt, {{price("t1", "50"), price("t2", "100")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"), rub(50));
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(PriceConversion, TakesTheTypeOfTheSameNameFromAnotherCatalogue) {
    references.pin_price_type("t1");
    const Converted result = convert({price_type("t1", "Розничная"), price_type("t9", "Розничная "),
                                      offer("p1", std::nullopt, {{price("t9", "70")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"), rub(70));
    EXPECT_EQ(references.pinned_price_type(), "t1");
    EXPECT_TRUE(result.findings.empty());
}

TEST_F(PriceConversion, ObeysTheSettingByIdOrName) {
    const std::vector<commerceml::Record> records = {
        price_type("T1", "Оптовая"), price_type("t2", "Розничная"),
        offer("p1", std::nullopt, {{price("t2", "100"), price("t1", "50")}})};
    mapping.product.price_types = {"t1"};
    EXPECT_EQ(fields_of(convert(records).wishes.at(0), "price"), rub(50));
    mapping.product.price_types = {"ОПТОВАЯ"};
    const Converted again = convert(records);
    EXPECT_EQ(fields_of(again.wishes.at(0), "price"), rub(50));
    EXPECT_TRUE(again.findings.empty());
}

TEST_F(PriceConversion, ChangesThePinWithTheSettingAndSaysSo) {
    references.pin_price_type("t2");
    mapping.product.price_types = {"Оптовая"};
    const Converted result =
        convert({price_type("t1", "Оптовая"), offer("p1", std::nullopt, {{price("t1", "50")}})});
    EXPECT_EQ(references.pinned_price_type(), "t1");
    EXPECT_EQ(result.messages("CRM-PRICE-TYPE"), (std::vector<Message>{{"CRM-PRICE-TYPE", {"Оптовая"}}}));
}

TEST_F(PriceConversion, TakesTheFirstPriceWhenNoTypeWasEverDeclared) {
    const Converted result = convert({offer("p1", std::nullopt, {{price("T7", "70"), price("t8", "80")}}),
                                      offer("p1", std::nullopt, {{price("t8", "81"), price("t7", "71")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"), rub(70));
    EXPECT_EQ(fields_of(result.wishes.at(1), "price"), rub(71));
    EXPECT_EQ(references.pinned_price_type(), "t7");
}

TEST_F(PriceConversion, KeepsAGuessOnlyUntilTypesAreDeclared) {
    const commerceml::Offer record =
        offer("p1", std::nullopt, {{price("t1", "50"), price("t2", "100"), price("t3", "90")}});
    EXPECT_EQ(fields_of(convert({record}).wishes.at(0), "price"), rub(50));
    const Converted declared =
        convert({price_type("t1", "Закупочная"), price_type("t2", "Розничная"), record});
    EXPECT_EQ(fields_of(declared.wishes.at(0), "price"), rub(100));
    EXPECT_EQ(declared.messages("CRM-PRICE-TYPE"), (std::vector<Message>{{"CRM-PRICE-TYPE", {"Розничная"}}}));
    EXPECT_EQ(references.pinned_price_type(), "t2");
}

TEST_F(PriceConversion, StaysWithAGuessThatTheDeclarationsConfirm) {
    const commerceml::Offer record = offer("p1", std::nullopt, {{price("t1", "50"), price("t2", "100")}});
    static_cast<void>(convert({record}));
    EXPECT_EQ(fields_of(convert({price_type("t1", "Основная"), record}).wishes.at(0), "price"), rub(50));
    EXPECT_EQ(fields_of(convert({price_type("t2", "Розничная"), record}).wishes.at(0), "price"), rub(50));
    EXPECT_EQ(references.pinned_price_type(), "t1");
}

TEST_F(PriceConversion, TakesPricesWithoutAnyType) {
    EXPECT_EQ(price_of(offer("p1", std::nullopt, {{price("", "70")}})), rub(70));
    EXPECT_EQ(references.pinned_price_type(), std::nullopt);
}

TEST_F(PriceConversion, CountsOffersWithoutTheChosenPriceOncePerPackage) {
    const commerceml::Offer other = offer("p1", "Болт", {{price("t2", "50")}});
    const Converted result =
        convert({price_type("t1", "Розничная"), price_type("t2", "Оптовая"), other, other}, true);
    EXPECT_EQ(result.messages("CRM-PRICE-NOT-CHOSEN"),
              (std::vector<Message>{{"CRM-PRICE-NOT-CHOSEN", {"Розничная", "2"}}}));
    ASSERT_EQ(result.left_out.size(), 2U);
    EXPECT_EQ(result.left_out[0].reason, (Message{"CRM-PRICE-NOT-CHOSEN", {"Розничная", "1"}}));
    EXPECT_FALSE(result.left_out[0].is_error);
}

TEST_F(PriceConversion, NamesTheSettingThatMatchesNoPrice) {
    mapping.product.price_types = {"Интернет"};
    const Converted result =
        convert({price_type("t1", "Оптовая"), offer("p1", "Болт", {{price("t1", "50")}})}, true);
    EXPECT_TRUE(result.wishes.empty());
    EXPECT_EQ(result.messages("CRM-PRICE-NOT-CHOSEN"),
              (std::vector<Message>{{"CRM-PRICE-NOT-CHOSEN", {"Интернет", "1"}}}));
    EXPECT_EQ(references.pinned_price_type(), std::nullopt);
}

TEST_F(PriceConversion, SendsZeroAndDoesNotInventIt) {
    EXPECT_EQ(price_of(offer("p1", std::nullopt, {{price("t1", "0.00")}})), rub(0));
    EXPECT_TRUE(convert({offer("p1", std::nullopt, {{price("t1", std::nullopt)}})}).wishes.empty());
    EXPECT_TRUE(convert({offer("p1", std::nullopt, {{price("t1", "")}})}).wishes.empty());
}

TEST_F(PriceConversion, TakesThePriceOfTheSmallestQuantity) {
    const auto from = [](const char* quantity, const char* value) {
        commerceml::Offer::Price result = price("t1", value);
        result.minimum_quantity = quantity;
        return result;
    };
    EXPECT_EQ(price_of(offer("p1", std::nullopt, {{from("100", "7"), from("20.5", "8"), from("20", "9")}})),
              rub(9));
    EXPECT_EQ(price_of(offer("p1", std::nullopt, {{from("9", "7"), price("t1", "10"), from("1", "8")}})),
              rub(10));
}

TEST_F(PriceConversion, TakesTheCurrencyOfThePriceThenOfItsTypeThenTheDefault) {
    const auto currency = [&](commerceml::Text of_price, commerceml::Text of_type) {
        const Converted result =
            convert({price_type("t1", "Оптовая", std::move(of_type)),
                     offer("p1", std::nullopt, {{price("t1", "50", std::move(of_price))}})});
        return std::get<Currency>(fields_of(result.wishes.at(0), "price").at(1).value).code;
    };
    EXPECT_EQ(currency("USD", "EUR"), "USD");
    EXPECT_EQ(currency("", "евро"), "EUR");
    EXPECT_EQ(currency(std::nullopt, std::nullopt), "RUB");
}

TEST_F(PriceConversion, SaysOnceThatACurrencyIsUnknown) {
    const commerceml::Offer record = offer("p1", "Болт", {{price("t1", "50", "???")}});
    const Converted result = convert({record, record});
    EXPECT_EQ(result.messages("CRM-CURRENCY-NAME"), (std::vector<Message>{{"CRM-CURRENCY-NAME", {"???"}}}));
    EXPECT_TRUE(result.wishes.empty());
    ASSERT_EQ(result.left_out.size(), 2U);
    EXPECT_EQ(result.left_out[1].reason, (Message{"CRM-CURRENCY-NAME", {"???"}}));
}

TEST_F(PriceConversion, APriceWithoutAnyCurrencyIsARowError) {
    mapping.product.default_currency.clear();
    const LeftOut left_out = left_out_of(offer("p1", "Болт", {{price("t1", "50")}}));
    EXPECT_TRUE(left_out.is_error);
    EXPECT_EQ(left_out.reason, (Message{"CRM-CURRENCY-MISSING"}));
}

TEST_F(PriceConversion, ANegativePriceIsARowError) {
    const LeftOut left_out = left_out_of(offer("P1", "Болт", {{price("t1", "-5.00")}}));
    EXPECT_TRUE(left_out.is_error);
    EXPECT_EQ(left_out.reason, (Message{"CRM-PRICE-NEGATIVE", {"-5"}}));
    EXPECT_EQ(left_out.key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(left_out.source_id, "P1");
    EXPECT_EQ(left_out.file, "import.xml");
    EXPECT_EQ(left_out.place, (Place{1, 1}));
}

TEST_F(PriceConversion, SaysWhetherTheTaxIsInThePrice) {
    const auto included = [&](commerceml::Text flag) {
        return fields_of(convert({price_type("t1", "Розничная", "RUB", std::move(flag)),
                                  offer("p1", std::nullopt, {{price("t1", "50")}})})
                             .wishes.at(0),
                         "vat_included");
    };
    EXPECT_EQ(included("true"), single("vat_included", true));
    EXPECT_EQ(included("false"), single("vat_included", false));
    EXPECT_TRUE(included(std::nullopt).empty());
    EXPECT_TRUE(included("как знать").empty());
}

TEST_F(PriceConversion, SendsAPriceForSeveralPiecesAsItIs) {
    commerceml::Offer::Price dozen = price("t1", "120");
    dozen.coefficient = "12";
    EXPECT_EQ(price_of(offer("p1", std::nullopt, {{dozen}})), rub(120));
}

TEST_F(PriceConversion, WorksWhenThePriceTypesCameLongBefore) {
    (void)convert({price_type("t1", "Оптовая", "EUR"), price_type("t2", "Розничная", "USD")});
    const Converted result = convert({offer("p1", std::nullopt, {{price("t1", "5"), price("t2", "7")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"),
              (std::vector<Field>{{"price", Decimal(7)}, {"currency", Currency{"USD"}}}));
}

}  // namespace
}  // namespace obmen::crm
