#include "support/decimal.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace obmen {

namespace {

constexpr std::size_t most_digits = 18;

/// What groups of digits are parted by, besides the space and NBSP: the thin and the narrow no-break space.
constexpr std::array<std::string_view, 2> thin_spaces = {"\xE2\x80\x89", "\xE2\x80\xAF"};

/// `text` without what parts groups of digits.
std::string without_group_separators(std::string_view text) {
    const std::string plain = tidied(text);
    std::string out;
    for (std::string_view rest = plain; !rest.empty();) {
        const bool thin = std::any_of(thin_spaces.begin(), thin_spaces.end(),
                                      [&](std::string_view space) { return rest.starts_with(space); });
        if (!thin && rest.front() != ' ') {
            out += rest.front();
        }
        rest.remove_prefix(thin ? thin_spaces.front().size() : 1);
    }
    return out;
}

bool all_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Decimal::Decimal(std::int64_t whole) : m_text(std::to_string(whole)) {}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    std::string compact;
    std::string_view rest = trimmed(text);
    if (rest.find_first_of(" \xC2\xE2") != std::string_view::npos) {
        compact = without_group_separators(rest);
        rest = compact;
    }
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) {
        rest.remove_prefix(1);
    }
    const std::size_t point = rest.find_first_of(".,");
    std::string_view whole = rest.substr(0, point);
    std::string_view fraction = point == std::string_view::npos ? std::string_view{} : rest.substr(point + 1);
    if ((whole.empty() && fraction.empty()) || !all_digits(whole) || !all_digits(fraction)) {
        return std::nullopt;
    }
    while (whole.size() > 1 && whole.front() == '0') {
        whole.remove_prefix(1);
    }
    while (!fraction.empty() && fraction.back() == '0') {
        fraction.remove_suffix(1);
    }
    if (whole.size() > most_digits || fraction.size() > most_digits) {
        return std::nullopt;
    }
    Decimal number;
    number.m_text = whole.empty() ? "0" : std::string(whole);
    if (!fraction.empty()) {
        number.m_text += '.';
        number.m_text += fraction;
    }
    if (negative && number.m_text != "0") {
        number.m_text.insert(0, 1, '-');
    }
    return number;
}

}  // namespace obmen
