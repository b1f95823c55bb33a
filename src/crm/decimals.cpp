#include "crm/decimals.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace obmen::crm {

namespace {

constexpr std::int64_t unit = 1'000'000'000'000'000'000;  // 18 digits behind the point
constexpr std::size_t digits_behind_point = 18;

/// A number as its whole part and its fraction in units of 10^-18, both with the number's sign.
struct Parts {
    std::int64_t whole = 0;
    std::int64_t fraction = 0;
};

Parts parts_of(const Decimal& number) {
    std::string text = number.text();
    const bool negative = number.is_negative();
    text.erase(0, negative ? 1 : 0);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string fraction = point < text.size() ? text.substr(point + 1) : std::string{};
    fraction.resize(digits_behind_point, '0');
    const std::int64_t sign = negative ? -1 : 1;
    return {sign * std::stoll(text.substr(0, point)), sign * std::stoll(fraction)};
}

}  // namespace

Decimal decimal_sum(const Decimal& one, const Decimal& other) {
    const Parts a = parts_of(one);
    const Parts b = parts_of(other);
    // Both are below 10^18, so their sums fit.
    std::int64_t whole = a.whole + b.whole;
    std::int64_t fraction = a.fraction + b.fraction;
    whole += fraction / unit;
    fraction %= unit;
    if (whole > 0 && fraction < 0) {
        --whole;
        fraction += unit;
    } else if (whole < 0 && fraction > 0) {
        ++whole;
        fraction -= unit;
    }
    const bool negative = whole < 0 || fraction < 0;
    std::string behind = std::to_string(negative ? -fraction : fraction);
    behind.insert(0, digits_behind_point - behind.size(), '0');
    const std::string text = (negative ? "-" : "") + std::to_string(negative ? -whole : whole) + "." + behind;
    return Decimal::parse(text).value_or(one);
}

bool is_less(const Decimal& one, const Decimal& other) {
    // Both are in shortest form, so the longer whole part is the greater.
    const auto whole_length = [](const Decimal& number) {
        return std::min(number.text().find('.'), number.text().size());
    };
    const std::size_t one_length = whole_length(one);
    const std::size_t other_length = whole_length(other);
    return one_length != other_length ? one_length < other_length : one.text() < other.text();
}

}  // namespace obmen::crm
