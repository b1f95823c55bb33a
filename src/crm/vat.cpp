#include "crm/converter.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

/// A rate no greater than 99 percent, which is all that any tax law knows.
std::optional<Decimal> percent(std::string_view text) {
    const std::optional<Decimal> rate = Decimal::parse(text);
    if (!rate || rate->is_negative() || rate->text().substr(0, rate->text().find('.')).size() > 2) {
        return std::nullopt;
    }
    return rate;
}

/// `18` of `18/118`: the rate, and hundred with the rate.
std::optional<Decimal> percent_of_fraction(std::string_view numerator, std::string_view denominator) {
    const std::optional<Decimal> rate = percent(numerator);
    const std::optional<Decimal> whole = Decimal::parse(denominator);
    if (!rate || !whole) {
        return std::nullopt;
    }
    const bool one_digit = rate->text().size() == 1 || rate->text()[1] == '.';
    return whole->text() == (one_digit ? "10" : "1") + rate->text() ? rate : std::nullopt;
}

std::string without_spaces(std::string_view text) {
    std::string out = tidied(text);
    std::erase(out, ' ');
    return out;
}

}  // namespace

std::optional<VatRate> vat_rate(std::string_view text) {
    constexpr auto none = std::to_array<std::string_view>(
        {"безндс", "безналога", "необлагается", "ндснеоблагается", "необлагаетсяндс"});
    const std::string compact = folded(without_spaces(text));
    if (std::find(none.begin(), none.end(), compact) != none.end()) {
        return VatRate{};
    }
    std::string_view rest = compact;
    if (rest.starts_with("ндс")) {
        rest.remove_prefix(std::string_view("ндс").size());
    }
    if (rest.ends_with('%')) {
        rest.remove_suffix(1);
    }
    const std::size_t slash = rest.find('/');
    const std::optional<Decimal> rate =
        slash == std::string_view::npos ? percent(rest)
                                        : percent_of_fraction(rest.substr(0, slash), rest.substr(slash + 1));
    return rate ? std::optional(VatRate{rate}) : std::nullopt;
}

}  // namespace obmen::crm
