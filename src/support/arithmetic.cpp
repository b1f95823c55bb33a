#include "support/arithmetic.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace obmen {

namespace {

/// A natural number: decimal digits, the greatest first, without zeros in front; empty for zero.
using Natural = std::string;

Natural natural(std::string digits) {
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

/// \returns less, equal or greater than 0
int compared(const Natural& a, const Natural& b) {
    if (a.size() != b.size()) {
        return a.size() < b.size() ? -1 : 1;
    }
    return a.compare(b);
}

/// The digit worth 10^`place`.
int digit(const Natural& number, std::size_t place) {
    return place < number.size() ? number[number.size() - 1 - place] - '0' : 0;
}

char as_character(int value) {
    return static_cast<char>('0' + value);
}

Natural added(const Natural& a, const Natural& b) {
    Natural out(std::max(a.size(), b.size()) + 1, '0');
    int carry = 0;
    for (std::size_t place = 0; place < out.size(); ++place) {
        const int total = digit(a, place) + digit(b, place) + carry;
        out[out.size() - 1 - place] = as_character(total % 10);
        carry = total / 10;
    }
    return natural(std::move(out));
}

/// \pre `a` ≥ `b`
Natural subtracted(const Natural& a, const Natural& b) {
    Natural out(a.size(), '0');
    int borrowed = 0;
    for (std::size_t place = 0; place < out.size(); ++place) {
        const int rest = digit(a, place) - digit(b, place) - borrowed;
        borrowed = rest < 0 ? 1 : 0;
        out[out.size() - 1 - place] = as_character(rest + 10 * borrowed);
    }
    return natural(std::move(out));
}

Natural multiplied(const Natural& a, const Natural& b) {
    Natural out;
    for (std::size_t place = b.size(); place-- > 0;) {
        if (!out.empty()) {
            out += '0';
        }
        for (int times = digit(b, place); times > 0; --times) {
            out = added(out, a);
        }
    }
    return out;
}

/// Without its remainder. \pre `b` is not zero
Natural divided(const Natural& a, const Natural& b) {
    Natural out;
    Natural rest;
    for (const char next : a) {
        rest = natural(rest + next);
        int times = 0;
        for (; compared(rest, b) >= 0; ++times) {
            rest = subtracted(rest, b);
        }
        out += as_character(times);
    }
    return natural(std::move(out));
}

Natural shifted(const Natural& number, std::size_t places) {
    return number.empty() ? number : number + std::string(places, '0');
}

/// digits × 10^-scale, with a sign.
struct Number {
    Natural digits;
    std::size_t scale = 0;
    bool negative = false;
};

Number number_of(const Decimal& decimal) {
    std::string_view text = decimal.text();
    Number number;
    number.negative = decimal.is_negative();
    text.remove_prefix(number.negative ? 1 : 0);
    const std::size_t point = text.find('.');
    std::string digits(text.substr(0, point));
    if (point != std::string_view::npos) {
        digits += text.substr(point + 1);
        number.scale = text.size() - point - 1;
    }
    number.digits = natural(std::move(digits));
    return number;
}

std::optional<Decimal> decimal_of(const Number& number) {
    std::string text = number.digits;
    if (text.size() <= number.scale) {
        text.insert(0, number.scale + 1 - text.size(), '0');
    }
    text.insert(text.size() - number.scale, ".");
    return Decimal::parse((number.negative ? "-" : "") + text);
}

Number with_scale(Number number, std::size_t scale) {
    number.digits = shifted(number.digits, scale - number.scale);
    number.scale = scale;
    return number;
}

Number total_of(Number a, Number b) {
    const std::size_t scale = std::max(a.scale, b.scale);
    a = with_scale(std::move(a), scale);
    b = with_scale(std::move(b), scale);
    if (a.negative == b.negative) {
        return {added(a.digits, b.digits), scale, a.negative};
    }
    return compared(a.digits, b.digits) >= 0 ? Number{subtracted(a.digits, b.digits), scale, a.negative}
                                             : Number{subtracted(b.digits, a.digits), scale, b.negative};
}

Number rounded_to(Number number, std::size_t digits) {
    if (number.scale <= digits) {
        return number;
    }
    const std::size_t cut = number.scale - digits;
    const bool up = digit(number.digits, cut - 1) >= 5;
    number.digits.erase(number.digits.size() - std::min(cut, number.digits.size()));
    number.digits = up ? added(number.digits, "1") : number.digits;
    number.scale = digits;
    return number;
}

}  // namespace

std::optional<Decimal> sum(const Decimal& a, const Decimal& b) {
    return decimal_of(total_of(number_of(a), number_of(b)));
}

std::optional<Decimal> difference(const Decimal& a, const Decimal& b) {
    Number negated = number_of(b);
    negated.negative = !negated.negative;
    return decimal_of(total_of(number_of(a), negated));
}

bool is_less(const Decimal& a, const Decimal& b) {
    const std::optional<Decimal> gap = difference(a, b);
    // Too far apart for a Decimal: then they have different signs.
    return gap ? gap->is_negative() : a.is_negative();
}

std::optional<Decimal> product(const Decimal& a, const Decimal& b, unsigned digits) {
    const Number left = number_of(a);
    const Number right = number_of(b);
    return decimal_of(rounded_to(
        {multiplied(left.digits, right.digits), left.scale + right.scale, left.negative != right.negative},
        digits));
}

std::optional<Decimal> quotient(const Decimal& a, const Decimal& b, unsigned digits) {
    const Number left = number_of(a);
    const Number right = number_of(b);
    if (right.digits.empty()) {
        return std::nullopt;
    }
    // One digit more than wanted decides the rounding; those behind it cannot change it.
    const Natural numerator = shifted(left.digits, right.scale + digits + 1);
    const Natural denominator = shifted(right.digits, left.scale);
    return decimal_of(
        rounded_to({divided(numerator, denominator), digits + 1UL, left.negative != right.negative}, digits));
}

std::optional<Decimal> rounded(const Decimal& number, unsigned digits) {
    return decimal_of(rounded_to(number_of(number), digits));
}

std::optional<Decimal> price_for_one(const Decimal& total, const Decimal& quantity) {
    constexpr unsigned hundredths = 2;
    constexpr unsigned most_digits = 6;
    const std::optional<Decimal> wanted = rounded(total, hundredths);
    for (unsigned digits = hundredths; digits < most_digits; ++digits) {
        const std::optional<Decimal> price = quotient(total, quantity, digits);
        if (!price || product(*price, quantity, hundredths) == wanted) {
            return price;
        }
    }
    return quotient(total, quantity, most_digits);
}

}  // namespace obmen
