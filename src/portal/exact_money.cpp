#include "portal/exact_money.hpp"

#include <algorithm>

#include "support/arithmetic.hpp"

namespace obmen::portal {

namespace {

constexpr unsigned most_digits = 18;

unsigned digits_behind_point(const Decimal& number) {
    const std::size_t point = number.text().find('.');
    return point == std::string::npos ? 0U : static_cast<unsigned>(number.text().size() - point - 1);
}

/// 1.2 for 20 percent, exactly.
std::optional<Decimal> factor_of(const Decimal& percent) {
    const std::optional<Decimal> hundred_and = sum(Decimal(100), percent);
    return hundred_and ? quotient(*hundred_and, Decimal(100), digits_behind_point(percent) + 2)
                       : std::nullopt;
}

}  // namespace

std::optional<Decimal> with_percent(const Decimal& price, const Decimal& percent) {
    const unsigned digits = digits_behind_point(price) + digits_behind_point(percent) + 2;
    const std::optional<Decimal> factor = factor_of(percent);
    return factor && digits <= most_digits ? product(price, *factor, digits) : std::nullopt;
}

std::optional<Decimal> without_percent(const Decimal& price, const Decimal& percent) {
    constexpr unsigned fewest_digits = 2;  // kopecks
    const std::optional<Decimal> factor = factor_of(percent);
    return factor ? quotient(price, *factor, std::max(digits_behind_point(price), fewest_digits))
                  : std::nullopt;
}

}  // namespace obmen::portal
