#include "crm/contacts.hpp"

#include "support/limits.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

namespace obmen::crm {

namespace {

struct KnownType {
    std::string_view element;  ///< Контакт/Тип, folded, without spaces and hyphens
    const char* field;
    const char* type;
};

constexpr auto known_types = std::to_array<KnownType>({
    {"телефон", "phones", "WORK"},
    {"телефонрабочий", "phones", "WORK"},
    {"рабочийтелефон", "phones", "WORK"},
    {"телефонмобильный", "phones", "MOBILE"},
    {"мобильныйтелефон", "phones", "MOBILE"},
    {"телефондомашний", "phones", "HOME"},
    {"домашнийтелефон", "phones", "HOME"},
    {"телефонвнутренний", "phones", "OTHER"},
    {"факс", "phones", "FAX"},
    {"пейджер", "phones", "PAGER"},
    {"почта", "emails", "WORK"},
    {"электроннаяпочта", "emails", "WORK"},
    {"email", "emails", "WORK"},
});

const KnownType* find_type(std::string_view element) {
    std::string compact = folded(tidied(element));
    std::erase_if(compact, [](char c) { return c == ' ' || c == '-'; });
    const auto* const known = std::find_if(known_types.begin(), known_types.end(),
                                           [&](const KnownType& type) { return type.element == compact; });
    return known == known_types.end() ? nullptr : known;
}

std::vector<std::string> pieces_of(std::string_view value, std::string_view separators) {
    std::vector<std::string> pieces;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find_first_of(separators), value.size());
        if (std::string piece = tidied(value.substr(0, end)); !piece.empty()) {
            pieces.push_back(std::move(piece));
        }
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return pieces;
}

/// What has an @, without the brackets of `Name <address>`; whether it is an address or not.
std::vector<std::string> emails_in(std::string_view value) {
    std::vector<std::string> emails = pieces_of(value, ",; \t\n<>");
    std::erase_if(emails, [](const std::string& email) { return email.find('@') == std::string::npos; });
    return emails;
}

/// The portal refuses a whole card for one address that is none.
bool is_address(std::string_view email) {
    const std::size_t at = email.find('@');
    const std::string_view host = email.substr(std::min(at + 1, email.size()));
    const std::size_t point = host.find('.');
    return at > 0 && host.find('@') == std::string_view::npos && point != std::string_view::npos &&
           point > 0 && host.back() != '.' && host.find("..") == std::string_view::npos;
}

std::ptrdiff_t digits_in(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A piece with few digits behind a whole number is its extension: `8 (495) 123-45-67, доб. 12`.
std::vector<std::string> phones_in(std::string_view value) {
    constexpr std::ptrdiff_t fewest_digits = 5;
    std::vector<std::string> phones;
    for (const std::string& piece : pieces_of(value, ",;\n")) {
        const std::ptrdiff_t digits = digits_in(piece);
        if (!phones.empty() && digits < fewest_digits) {
            phones.back() += digits == 0 ? "" : ", " + piece;
        } else if (digits != 0) {
            phones.push_back(piece);
        }
    }
    return phones;
}

void add_new(ContactValues& values, std::string_view field, std::string value, const char* type) {
    if (character_count(value) > limits::contact_value) {
        return;  // `checks/` has reported it
    }
    const std::string normalised = normalised_contact(field, value);
    const bool known =
        std::any_of(values.entries.begin(), values.entries.end(), [&](const ContactValues::Entry& entry) {
            return normalised_contact(field, entry.value) == normalised;
        });
    if (!known) {
        values.entries.push_back({std::move(value), type});
    }
}

}  // namespace

std::vector<FieldGroup> contact_groups(const std::vector<commerceml::Contragent::Contact>& contacts) {
    ContactValues phones;
    ContactValues emails;
    for (const commerceml::Contragent::Contact& contact : contacts) {
        const KnownType* known = find_type(contact.type);
        if (known == nullptr) {
            continue;
        }
        const bool is_phone = std::string_view(known->field) == "phones";
        for (std::string& value : is_phone ? phones_in(contact.value) : emails_in(contact.value)) {
            if (!is_phone && !is_address(value)) {
                continue;  // told by `unusable_emails`
            }
            add_new(is_phone ? phones : emails, known->field, std::move(value), known->type);
        }
    }
    std::vector<FieldGroup> groups;
    if (!phones.entries.empty()) {
        groups.push_back({"phones", {{"phones", std::move(phones)}}});
    }
    if (!emails.entries.empty()) {
        groups.push_back({"emails", {{"emails", std::move(emails)}}});
    }
    return groups;
}

std::vector<std::string> unusable_emails(const std::vector<commerceml::Contragent::Contact>& contacts) {
    std::vector<std::string> unusable;
    for (const commerceml::Contragent::Contact& contact : contacts) {
        const KnownType* known = find_type(contact.type);
        if (known != nullptr && std::string_view(known->field) == "emails") {
            std::vector<std::string> emails = emails_in(contact.value);
            std::copy_if(std::make_move_iterator(emails.begin()), std::make_move_iterator(emails.end()),
                         std::back_inserter(unusable),
                         [](const std::string& email) { return !is_address(email); });
        }
    }
    return unusable;
}

}  // namespace obmen::crm
