#include "crm/entity.hpp"

#include "support/text.hpp"

namespace obmen::crm {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The digits of `value`, after a plus if one stands before the first of them.
std::string digits_of(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (is_digit(c) || (c == '+' && out.empty())) {
            out += c;
        }
    }
    return out;
}

std::string normalised_phone(std::string_view value) {
    constexpr std::size_t russian_length = 11;
    std::string digits = digits_of(value);
    if (digits.empty() || digits == "+") {
        return folded(tidied(value));
    }
    // 8 is the trunk prefix that Russians dial instead of the country's code; 7 is that code without its
    // plus.
    if (digits.size() == russian_length && (digits.front() == '8' || digits.front() == '7')) {
        return "+7" + digits.substr(1);
    }
    return digits;
}

}  // namespace

EntityKey make_key(SourceKind kind, std::string_view source_id) {
    return {kind, folded(tidied(source_id))};
}

std::string normalised_contact(std::string_view field_name, std::string_view value) {
    return field_name == "phones" ? normalised_phone(value) : folded(tidied(value));
}

}  // namespace obmen::crm
