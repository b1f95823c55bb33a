#include "portal/exact_money.hpp"

#include <gtest/gtest.h>

namespace obmen::portal {
namespace {

Decimal number(const char* text) {
    return *Decimal::parse(text);
}
std::string text(const std::optional<Decimal>& value) {
    return value ? value->text() : "none";
}

TEST(ExactMoney, AddsAndTakesAwayWhateverTheSign) {
    EXPECT_EQ(text(sum(number("0.1"), number("0.2"))), "0.3");
    EXPECT_EQ(text(sum(number("999.99"), number("0.01"))), "1000");
    EXPECT_EQ(text(sum(number("-5"), number("3.5"))), "-1.5");
    EXPECT_EQ(text(sum(number("-0.5"), number("-0.5"))), "-1");
    EXPECT_EQ(text(difference(number("10"), number("0.01"))), "9.99");
    EXPECT_EQ(text(difference(number("0.01"), number("10"))), "-9.99");
    EXPECT_EQ(text(difference(number("7"), number("7.00"))), "0");
}

TEST(ExactMoney, PutsPercentOnTopExactly) {
    EXPECT_EQ(text(with_percent(number("100"), number("20"))), "120");
    EXPECT_EQ(text(with_percent(number("33.33"), number("20"))), "39.996");
    EXPECT_EQ(text(with_percent(number("1"), number("16.67"))), "1.1667");
    EXPECT_EQ(text(with_percent(number("-10"), number("10"))), "-11");
    EXPECT_EQ(text(with_percent(number("5"), number("0"))), "5");
}

TEST(ExactMoney, TakesPercentOutRoundedToKopecks) {
    EXPECT_EQ(text(without_percent(number("120"), number("20"))), "100");
    EXPECT_EQ(text(without_percent(number("100"), number("20"))), "83.33");
    EXPECT_EQ(text(without_percent(number("200"), number("20"))), "166.67");
    EXPECT_EQ(text(without_percent(number("0.03"), number("20"))), "0.03") << "0.025 rounds up";
    EXPECT_EQ(text(without_percent(number("-100"), number("20"))), "-83.33");
    EXPECT_EQ(text(without_percent(number("1.0005"), number("10"))), "0.9095") << "as many digits as it had";
    EXPECT_EQ(text(without_percent(number("0"), number("18"))), "0");
}

TEST(ExactMoney, GivesNothingWhereADecimalHasNoRoom) {
    EXPECT_EQ(text(with_percent(number("999999999999999999"), number("20"))), "none");
    EXPECT_EQ(text(sum(number("999999999999999999"), number("1"))), "none");
    EXPECT_EQ(text(without_percent(number("999999999999999999.99"), number("20"))), "833333333333333333.33");
}

}  // namespace
}  // namespace obmen::portal
