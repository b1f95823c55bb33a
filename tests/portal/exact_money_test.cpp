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
    EXPECT_EQ(text(without_percent(number("999999999999999999.99"), number("20"))), "833333333333333333.33");
}

}  // namespace
}  // namespace obmen::portal
