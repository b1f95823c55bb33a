#include "portal/exact_money.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace obmen::portal {

namespace {

/// A natural number of any size, its digits from the highest on; zero is `0`.
class Natural {
  public:
    explicit Natural(std::string digits) : m_digits(std::move(digits)) { shorten(); }

    [[nodiscard]] const std::string& digits() const { return m_digits; }

    [[nodiscard]] bool operator<(const Natural& other) const {
        return m_digits.size() != other.m_digits.size() ? m_digits.size() < other.m_digits.size()
                                                        : m_digits < other.m_digits;
    }

    [[nodiscard]] Natural shifted(std::size_t places) const {
        return Natural(m_digits + std::string(places, '0'));
    }

    [[nodiscard]] Natural operator+(const Natural& other) const {
        std::string out;
        int carry = 0;
        for (std::size_t i = 0; i < std::max(m_digits.size(), other.m_digits.size()) || carry != 0; ++i) {
            const int digit = from_right(i) + other.from_right(i) + carry;
            out += static_cast<char>('0' + digit % 10);
            carry = digit / 10;
        }
        return reversed(std::move(out));
    }

    /// \pre other is not greater
    [[nodiscard]] Natural operator-(const Natural& other) const {
        std::string out;
        int borrowed = 0;
        for (std::size_t i = 0; i < m_digits.size(); ++i) {
            const int digit = from_right(i) - other.from_right(i) - borrowed;
            borrowed = digit < 0 ? 1 : 0;
            out += static_cast<char>('0' + digit + borrowed * 10);
        }
        return reversed(std::move(out));
    }

    [[nodiscard]] Natural operator*(const Natural& other) const {
        Natural product("0");
        for (const char digit : other.m_digits) {
            product = product.shifted(1);
            for (char times = '0'; times < digit; ++times) {
                product = product + *this;
            }
        }
        return product;
    }

    /// Rounded down. \pre divisor is not zero
    [[nodiscard]] Natural operator/(const Natural& divisor) const {
        std::string quotient;
        Natural rest("0");
        for (const char digit : m_digits) {
            rest = Natural(rest.m_digits + digit);
            char times = '0';
            while (!(rest < divisor)) {
                rest = rest - divisor;
                ++times;
            }
            quotient += times;
        }
        return Natural(std::move(quotient));
    }

  private:
    [[nodiscard]] int from_right(std::size_t place) const {
        return place < m_digits.size() ? m_digits[m_digits.size() - 1 - place] - '0' : 0;
    }
    static Natural reversed(std::string digits) {
        std::reverse(digits.begin(), digits.end());
        return Natural(std::move(digits));
    }
    void shorten() { m_digits.erase(0, std::min(m_digits.find_first_not_of('0'), m_digits.size() - 1)); }

    std::string m_digits;
};

/// A Decimal taken apart: digits, and how many of them stand behind the point.
struct Parts {
    bool negative;
    Natural digits;
    std::size_t scale;
};

Parts parts_of(const Decimal& number) {
    std::string text = number.text();
    const bool negative = number.is_negative();
    if (negative) {
        text.erase(0, 1);
    }
    const std::size_t point = text.find('.');
    const std::size_t scale = point == std::string::npos ? 0 : text.size() - point - 1;
    if (point != std::string::npos) {
        text.erase(point, 1);
    }
    return {negative, Natural(std::move(text)), scale};
}

std::optional<Decimal> joined(const Parts& parts) {
    std::string text = parts.digits.digits();
    if (text.size() <= parts.scale) {
        text.insert(0, parts.scale + 1 - text.size(), '0');
    }
    text.insert(text.size() - parts.scale, ".");
    return Decimal::parse((parts.negative ? "-" : "") + text);
}

std::optional<Decimal> added(const Parts& a, const Parts& b) {
    const std::size_t scale = std::max(a.scale, b.scale);
    const Natural first = a.digits.shifted(scale - a.scale);
    const Natural second = b.digits.shifted(scale - b.scale);
    if (a.negative == b.negative) {
        return joined({a.negative, first + second, scale});
    }
    return first < second ? joined({b.negative, second - first, scale})
                          : joined({a.negative, first - second, scale});
}

/// `100 + percent`, without its point.
Natural hundred_and(const Parts& percent) {
    return Natural("100").shifted(percent.scale) + percent.digits;
}

}  // namespace

std::optional<Decimal> sum(const Decimal& a, const Decimal& b) {
    return added(parts_of(a), parts_of(b));
}

std::optional<Decimal> difference(const Decimal& a, const Decimal& b) {
    Parts taken = parts_of(b);
    taken.negative = !taken.negative;
    return added(parts_of(a), taken);
}

std::optional<Decimal> with_percent(const Decimal& price, const Decimal& percent) {
    const Parts whole = parts_of(price);
    const Parts rate = parts_of(percent);
    return joined({whole.negative, whole.digits * hundred_and(rate), whole.scale + 2 + rate.scale});
}

std::optional<Decimal> without_percent(const Decimal& price, const Decimal& percent) {
    constexpr std::size_t fewest_digits = 2;  // kopecks
    const Parts whole = parts_of(price);
    const Parts rate = parts_of(percent);
    const std::size_t scale = std::max(whole.scale, fewest_digits);
    const Natural divisor = hundred_and(rate);
    const Natural dividend = whole.digits.shifted(scale - whole.scale + 2 + rate.scale);
    const Natural two("2");
    // Half of the divisor more, and the rounding down rounds half up; twice everything keeps it whole.
    return joined({whole.negative, (dividend * two + divisor) / (divisor * two), scale});
}

}  // namespace obmen::portal
