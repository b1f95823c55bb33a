#include "flat/columns.hpp"

#include <algorithm>

#include "checks/checks.hpp"
#include "flat/values.hpp"
#include "support/decimal.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

constexpr std::size_t most_examples = 3;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_email(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos;
}

/// Ten or eleven digits, more for foreign ones, with what people write around them.
bool is_phone(std::string_view text) {
    const auto digits = std::count_if(text.begin(), text.end(), is_digit);
    return digits >= 10 && digits <= 22 &&
           text.find_first_not_of("0123456789+-() ,;.") == std::string_view::npos &&
           text.find_first_of("+-(") != std::string_view::npos;
}

}  // namespace

void Column::take(const std::string& text) {
    ++present;
    if (text.empty()) {
        return;
    }
    ++filled;
    const std::string whole = folded(text);
    const bool is_new = distinct.insert(quick_hash(whole)).second;
    if (is_new && examples.size() < most_examples) {
        examples.push_back(quotable(text, 40));
    }
    numbers += Decimal::parse(normal_number(text, {})) ? 1 : 0;
    dates += is_usual_date(text) ? 1 : 0;
    booleans += is_boolean_word(text) ? 1 : 0;
    guids += is_guid(text) ? 1 : 0;
    barcodes += is_barcode(text) ? 1 : 0;
    tax_numbers += checks::is_valid_inn(text) ? 1 : 0;
    emails += is_email(text) ? 1 : 0;
    phones += is_phone(text) ? 1 : 0;
}

std::size_t Column::covered(const Column& other) const {
    return static_cast<std::size_t>(
        std::count_if(other.distinct.begin(), other.distinct.end(),
                      [&](std::uint64_t hash) { return distinct.contains(hash); }));
}

bool is_guid(std::string_view text) {
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == shape.size() &&
           std::equal(text.begin(), text.end(), shape.begin(),
                      [](char c, char wanted) { return wanted == '-' ? c == '-' : is_hexadecimal(c); });
}

bool is_barcode(std::string_view text) {
    if ((text.size() != 13 && text.size() != 8) || !std::all_of(text.begin(), text.end(), is_digit)) {
        return false;
    }
    int sum = 0;
    int weight = 1;
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
        sum += weight * (*digit - '0');
        weight = 4 - weight;
    }
    return sum % 10 == 0;
}

}  // namespace obmen::flat
