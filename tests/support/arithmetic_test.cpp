#include "support/arithmetic.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

namespace obmen {
namespace {

Decimal number(const std::string& text) {
    const std::optional<Decimal> parsed = Decimal::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(Decimal());
}

std::string text(const std::optional<Decimal>& result) {
    return result ? result->text() : "nothing";
}

TEST(Arithmetic, AddsAndSubtractsWithSigns) {
    EXPECT_EQ(text(sum(number("0.1"), number("0.2"))), "0.3");
    EXPECT_EQ(text(sum(number("999.99"), number("0.01"))), "1000");
    EXPECT_EQ(text(sum(number("-5"), number("3.5"))), "-1.5");
    EXPECT_EQ(text(sum(number("5"), number("-5"))), "0");
    EXPECT_EQ(text(difference(number("1"), number("0.001"))), "0.999");
    EXPECT_EQ(text(difference(number("-1"), number("-3"))), "2");
    EXPECT_EQ(text(difference(number("0"), number("7.5"))), "-7.5");
}

TEST(Arithmetic, ComparesByValue) {
    EXPECT_TRUE(is_less(number("9"), number("10")));
    EXPECT_TRUE(is_less(number("-10"), number("-9")));
    EXPECT_TRUE(is_less(number("-0.5"), number("0")));
    EXPECT_FALSE(is_less(number("1.5"), number("1.5")));
    EXPECT_FALSE(is_less(number("999999999999999999"), number("-999999999999999999")));
    EXPECT_TRUE(is_less(number("-999999999999999999"), number("999999999999999999")));
}

TEST(Arithmetic, MultipliesExactlyAndRoundsHalvesAwayFromZero) {
    EXPECT_EQ(text(product(number("1.15"), number("1.15"), 4)), "1.3225");
    EXPECT_EQ(text(product(number("1.15"), number("0.1"), 2)), "0.12");
    EXPECT_EQ(text(product(number("-1.15"), number("0.1"), 2)), "-0.12");
    EXPECT_EQ(text(product(number("0"), number("-3"), 2)), "0");
    EXPECT_EQ(text(product(number("123456789012345678"), number("0.000000000000000001"), 18)),
              "0.123456789012345678");
}

TEST(Arithmetic, DividesToTheDigitsAskedFor) {
    EXPECT_EQ(text(quotient(number("10"), number("3"), 2)), "3.33");
    EXPECT_EQ(text(quotient(number("20"), number("3"), 2)), "6.67");
    EXPECT_EQ(text(quotient(number("1"), number("8"), 2)), "0.13");
    EXPECT_EQ(text(quotient(number("-1"), number("8"), 2)), "-0.13");
    EXPECT_EQ(text(quotient(number("0.249"), number("100"), 2)), "0");
    EXPECT_EQ(text(quotient(number("7"), number("0.07"), 0)), "100");
}

TEST(Arithmetic, GivesNothingForWhatCannotBeSaid) {
    EXPECT_EQ(text(quotient(number("1"), number("0"), 2)), "nothing");
    EXPECT_EQ(text(product(number("999999999999999999"), number("10"), 2)), "nothing");
    EXPECT_EQ(text(sum(number("999999999999999999"), number("1"))), "nothing");
}

TEST(Arithmetic, RoundsHalvesUp) {
    EXPECT_EQ(text(rounded(number("1.005"), 2)), "1.01");
    EXPECT_EQ(text(rounded(number("1.0049999"), 2)), "1");
    EXPECT_EQ(text(rounded(number("0.004"), 2)), "0");
    EXPECT_EQ(text(rounded(number("9.995"), 2)), "10");
    EXPECT_EQ(text(rounded(number("0.5"), 0)), "1");
}

TEST(Arithmetic, FindsThePriceForOneWithTheFewestDigits) {
    EXPECT_EQ(text(price_for_one(number("100"), number("4"))), "25");
    EXPECT_EQ(text(price_for_one(number("100"), number("3"))), "33.333");
    EXPECT_EQ(text(price_for_one(number("0.10"), number("12"))), "0.008");
    EXPECT_EQ(text(price_for_one(number("1000"), number("7"))), "142.857");
    EXPECT_EQ(text(price_for_one(number("100"), number("0"))), "nothing");
}

/// What a line costs comes back from its price: to the hundredth up to ten thousand pieces, and never farther
/// off than half a millionth for each.
TEST(Arithmetic, GivesTheSumOfALineBack) {
    std::mt19937 random(20260115);
    std::uniform_int_distribution<std::int64_t> hundredths(0, 999'999'999);
    std::uniform_int_distribution<std::int64_t> thousandths(1, 9'999'999);
    for (int round = 0; round < 150; ++round) {
        const Decimal total = *quotient(Decimal(hundredths(random)), Decimal(100), 2);
        const Decimal quantity = *quotient(Decimal(thousandths(random)), Decimal(1000), 3);
        const std::optional<Decimal> price = price_for_one(total, quantity);
        ASSERT_TRUE(price);
        EXPECT_EQ(product(*price, quantity, 2), rounded(total, 2))
            << total.text() << " for " << quantity.text() << " at " << price->text();
    }
}

TEST(Arithmetic, UndoesWhatItDid) {
    std::mt19937 random(7);
    std::uniform_int_distribution<std::int64_t> any(-1'000'000'000, 1'000'000'000);
    for (int round = 0; round < 150; ++round) {
        const std::int64_t a = any(random);
        const std::int64_t b = any(random) | 1;
        EXPECT_EQ(sum(Decimal(a), Decimal(b)), Decimal(a + b));
        EXPECT_EQ(difference(Decimal(a), Decimal(b)), Decimal(a - b));
        EXPECT_EQ(quotient(*product(Decimal(a), Decimal(b), 0), Decimal(b), 4), Decimal(a));
    }
}

}  // namespace
}  // namespace obmen
