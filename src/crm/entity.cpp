#include "crm/entity.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>

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

bool is_part(EntityKind kind) {
    return kind == EntityKind::requisite || kind == EntityKind::bank_account || is_aspect(kind);
}

bool is_aspect(EntityKind kind) {
    return kind == EntityKind::address || kind == EntityKind::deal_rows || kind == EntityKind::company_link ||
           kind == EntityKind::pictures || kind == EntityKind::prices;
}

bool is_written_whole(EntityKind kind) {
    return is_aspect(kind) && kind != EntityKind::pictures && kind != EntityKind::prices;
}

int sending_rank(EntityKind kind) {
    constexpr auto order = std::to_array<EntityKind>(
        {EntityKind::property, EntityKind::section, EntityKind::product, EntityKind::offer,
         EntityKind::prices, EntityKind::company, EntityKind::contact, EntityKind::company_link,
         EntityKind::requisite, EntityKind::address, EntityKind::bank_account, EntityKind::deal,
         EntityKind::deal_rows, EntityKind::pictures});
    return static_cast<int>(std::find(order.begin(), order.end(), kind) - order.begin());
}

bool is_clearing(const FieldGroup& group) {
    const auto is_empty = [](const Field& field) {
        const bool is_link = !std::holds_alternative<PropertyValues>(field.value);
        if (field.name == "description_type" || (field.name == "property" && is_link)) {
            return true;  // says how the text beside it is meant, or where the pictures beside it go
        }
        if (const auto* text = std::get_if<std::string>(&field.value)) {
            return text->empty();
        }
        if (const auto* contacts = std::get_if<ContactValues>(&field.value)) {
            return contacts->entries.empty();
        }
        if (const auto* pictures = std::get_if<Pictures>(&field.value)) {
            return pictures->pictures.empty();
        }
        const auto* property = std::get_if<PropertyValues>(&field.value);
        return property != nullptr && property->entries.empty();
    };
    return std::all_of(group.fields.begin(), group.fields.end(), is_empty);
}

}  // namespace obmen::crm
