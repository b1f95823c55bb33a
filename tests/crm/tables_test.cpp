#include "crm/converter.hpp"
#include "crm/flag.hpp"
#include "crm/html.hpp"

#include <gtest/gtest.h>

namespace obmen::crm {
namespace {

std::string rate_text(const char* text) {
    const std::optional<VatRate> rate = vat_rate(text);
    return !rate ? "unreadable" : rate->percent ? rate->percent->text() : "none";
}

TEST(CurrencyCode, KnowsTheNamesOfRoubles) {
    for (const char* name :
         {"RUB", "rub", "RUR", "руб", "руб.", "Руб", "р.", "₽", "643", "810", " руб.\xC2\xA0"}) {
        EXPECT_EQ(currency_code(name), "RUB") << name;
    }
}

TEST(CurrencyCode, KnowsTheNeighboursCurrencies) {
    EXPECT_EQ(currency_code("грн"), "UAH");
    EXPECT_EQ(currency_code("грн."), "UAH");
    EXPECT_EQ(currency_code("тенге"), "KZT");
    EXPECT_EQ(currency_code("тнг"), "KZT");
    EXPECT_EQ(currency_code("бел. руб."), "BYN");
    EXPECT_EQ(currency_code("сом"), "KGS");
    EXPECT_EQ(currency_code("Доллар США"), "USD");
    EXPECT_EQ(currency_code("евро"), "EUR");
}

TEST(CurrencyCode, TakesIsoCodesAsTheyAre) {
    EXPECT_EQ(currency_code("USD"), "USD");
    EXPECT_EQ(currency_code("eur"), "EUR");
    EXPECT_EQ(currency_code("BYR"), "BYR");
}

TEST(CurrencyCode, DoesNotGuess) {
    for (const char* name : {"", "???", "XXQ", "у.е.", "лей", "манат", "US", "RUBL", "D A", "AED AFN"}) {
        EXPECT_EQ(currency_code(name), std::nullopt) << name;
    }
}

TEST(VatRateText, ReadsPercents) {
    EXPECT_EQ(rate_text("20"), "20");
    EXPECT_EQ(rate_text("20%"), "20");
    EXPECT_EQ(rate_text(" 18 % "), "18");
    EXPECT_EQ(rate_text("НДС 10%"), "10");
    EXPECT_EQ(rate_text("7.5"), "7.5");
    EXPECT_EQ(rate_text("0"), "0");
}

TEST(VatRateText, ReadsFractionsOfTheWhole) {
    EXPECT_EQ(rate_text("18/118"), "18");
    EXPECT_EQ(rate_text("5/105"), "5");
    EXPECT_EQ(rate_text("7.5/107.5"), "7.5");
    EXPECT_EQ(rate_text("18/120"), "unreadable");
    EXPECT_EQ(rate_text("18/"), "unreadable");
}

TEST(VatRateText, KnowsGoodsWithoutVat) {
    EXPECT_EQ(rate_text("Без НДС"), "none");
    EXPECT_EQ(rate_text("без\xC2\xA0налога"), "none");
}

TEST(VatRateText, DoesNotGuess) {
    for (const char* text : {"", "-20", "100", "1.000,5", "общая", "%", "НДС"}) {
        EXPECT_EQ(rate_text(text), "unreadable") << text;
    }
}

TEST(Flags, AreReadInAllSpellings) {
    EXPECT_EQ(read_flag("true"), true);
    EXPECT_EQ(read_flag("Истина"), true);
    EXPECT_EQ(read_flag("0"), false);
    EXPECT_EQ(read_flag("Нет"), false);
    EXPECT_EQ(read_flag(""), std::nullopt);
    EXPECT_EQ(read_flag("может быть"), std::nullopt);
}

TEST(Html, IsKnownByItsTags) {
    EXPECT_TRUE(looks_like_html("Строка<br>строка"));
    EXPECT_TRUE(looks_like_html("<P class=\"x\">Текст</P>"));
    EXPECT_TRUE(looks_like_html("Строка<br/>"));
    EXPECT_TRUE(looks_like_html("a < b <b>c</b>"));
}

TEST(Html, IsNotEveryAngleBracket) {
    EXPECT_FALSE(looks_like_html(""));
    EXPECT_FALSE(looks_like_html("давление < 6 бар > 3 бар"));
    EXPECT_FALSE(looks_like_html("<нет данных>"));
    EXPECT_FALSE(looks_like_html("<br"));
    EXPECT_FALSE(looks_like_html("<brand>"));
}

}  // namespace
}  // namespace obmen::crm
