#include "commerceml/tax_number.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace obmen::commerceml {

namespace {

/// Space, tab, hyphen-minus; NBSP, thin, narrow and figure space; hyphens and dashes.
constexpr auto fillers =
    std::to_array<std::string_view>({" ", "\t", "-", "\u00A0", "\u2009", "\u202F", "\u2007", "\u2010",
                                     "\u2011", "\u2012", "\u2013", "\u2014"});

std::string without_fillers(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto* const filler = std::find_if(
            fillers.begin(), fillers.end(), [&](std::string_view known) { return text.starts_with(known); });
        if (filler == fillers.end()) {
            out += text.front();
            text.remove_prefix(1);
        } else {
            text.remove_prefix(filler->size());
        }
    }
    return out;
}

bool has_length(std::size_t length, TaxNumber number) {
    switch (number) {
        case TaxNumber::inn:
            return length == 10 || length == 12;
        case TaxNumber::kpp:
            return length == 9;
        case TaxNumber::ogrn:
            return length == 13 || length == 15;
        case TaxNumber::okpo:
            return length == 8 || length == 10 || length == 14;
    }
    return false;
}

/// A КПП may hold Latin capitals (reference commerceml.md §9).
bool may_hold(char c, TaxNumber number) {
    return (c >= '0' && c <= '9') || (number == TaxNumber::kpp && c >= 'A' && c <= 'Z');
}

}  // namespace

std::string tidy_number(std::string text, TaxNumber number) {
    std::string tidy = without_fillers(text);
    const bool fits = has_length(tidy.size(), number) &&
                      std::all_of(tidy.begin(), tidy.end(), [&](char c) { return may_hold(c, number); });
    return fits ? tidy : text;
}

}  // namespace obmen::commerceml
