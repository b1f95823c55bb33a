#include "crm/requisite_conversion.hpp"

#include "crm/addresses.hpp"
#include "crm/characteristics.hpp"
#include "crm/contragent_kind.hpp"
#include "crm/contragent_names.hpp"
#include "crm/contragent_values.hpp"
#include "crm/field_rules.hpp"
#include "support/limits.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

namespace obmen::crm {

namespace {

using commerceml::Contragent;

// Bitrix24's ids of kinds and types (reference bitrix24-rest.md §8.8, §8.9).
constexpr const char* contact_type = "3";
constexpr const char* company_type = "4";
constexpr const char* actual_address = "1";
constexpr const char* registration_address = "4";
constexpr const char* legal_address = "6";

void append_text(std::vector<FieldGroup>& groups, const char* name, std::string text) {
    if (!text.empty()) {
        groups.push_back(single_field(name, std::move(text)));
    }
}

// ---- numbers ------------------------------------------------------------------------------------------

bool is_inn(const std::string& text) {
    return text.size() == 10 || text.size() == 12;
}

/// Four digits, two digits or Latin capitals, three digits.
bool is_kpp(const std::string& text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_reason = [&](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); };
    return text.size() == 9 && std::all_of(text.begin(), text.begin() + 4, is_digit) &&
           std::all_of(text.begin() + 4, text.begin() + 6, is_reason) &&
           std::all_of(text.begin() + 6, text.end(), is_digit);
}

bool is_filled_number(const std::string& text) {
    return !text.empty();
}

/// How a number of a Russian requisite looks. `checks/` has reported ИНН and КПП of another form.
struct KnownNumber {
    std::string_view field;
    bool digits_only;
    bool (*is_usable)(const std::string& text);
};

constexpr auto known_numbers = std::to_array<KnownNumber>({
    {"RQ_INN", true, is_inn},
    {"RQ_KPP", false, is_kpp},
    {"RQ_OKPO", true, is_filled_number},
});

constexpr bool is_ogrn(std::string_view field) {
    return field == "RQ_OGRN" || field == "RQ_OGRNIP";
}

/// 13 digits are an organisation's number, 15 a sole trader's, whichever rule they come by. False for others.
bool place_ogrn(FieldGroup& group, const std::string& digits) {
    if (digits.size() != 13 && digits.size() != 15) {
        return false;
    }
    group.name = digits.size() == 13 ? "RQ_OGRN" : "RQ_OGRNIP";
    group.fields = {{group.name, digits}};
    return true;
}

/// Brings a number into the form it has, and says whether it has one. What clears passes.
bool is_usable(FieldGroup& group, Context& context, const Origin& origin) {
    const auto* const text = std::get_if<std::string>(&group.fields.front().value);
    if (text == nullptr || text->empty()) {
        return true;
    }
    const std::string digits = digits_only(*text);
    if (is_ogrn(group.name)) {
        const std::string written = *text;
        const bool placed = place_ogrn(group, digits);
        if (!placed) {
            context.warn_once({"CRM-OGRN", {quotable(written)}}, origin);
        }
        return placed;
    }
    const auto* const known =
        std::find_if(known_numbers.begin(), known_numbers.end(),
                     [&](const KnownNumber& number) { return number.field == group.name; });
    if (known == known_numbers.end()) {
        return true;
    }
    const std::string number = known->digits_only ? digits : tidied(*text);
    const bool usable = known->is_usable(number);
    group.fields.front().value = number;
    return usable;
}

void drop_second_ogrn(std::vector<FieldGroup>& groups) {
    bool seen = false;
    std::erase_if(groups,
                  [&](const FieldGroup& group) { return is_ogrn(group.name) && std::exchange(seen, true); });
}

/// Numbers of other countries have other forms.
void drop_unusable(std::vector<FieldGroup>& groups, const std::string& country, Context& context,
                   const Origin& origin) {
    if (country == "RU") {
        std::erase_if(groups, [&](FieldGroup& group) { return !is_usable(group, context, origin); });
        drop_second_ogrn(groups);
    }
}

// ---- the requisite ------------------------------------------------------------------------------------

constexpr auto name_parts =
    std::to_array<std::string_view>({"RQ_LAST_NAME", "RQ_FIRST_NAME", "RQ_SECOND_NAME"});

bool is_name_part(const FieldGroup& group) {
    return std::find(name_parts.begin(), name_parts.end(), group.name) != name_parts.end();
}

/// The three parts are sent together: one left over from the former name would make a name nobody has.
void join_name(std::vector<FieldGroup>& groups) {
    const auto first = std::find_if(groups.begin(), groups.end(), is_name_part);
    if (first == groups.end()) {
        return;
    }
    FieldGroup name{std::string(name_parts.front()), {}, first->write_once};
    for (const std::string_view part : name_parts) {
        const auto given = std::find_if(groups.begin(), groups.end(),
                                        [&](const FieldGroup& group) { return group.name == part; });
        name.fields.push_back(given == groups.end() ? Field{std::string(part), std::string{}}
                                                    : std::move(given->fields.front()));
    }
    *first = std::move(name);
    groups.erase(std::remove_if(std::next(first), groups.end(), is_name_part), groups.end());
}

bool is_name(const FieldGroup& group) {
    return group.name == "name" || group.name == "RQ_COMPANY_NAME" || group.name == "RQ_COMPANY_FULL_NAME" ||
           is_name_part(group);
}

/// True if there is more than names, which the card has, too.
bool says_something(const std::vector<FieldGroup>& groups) {
    return !std::all_of(groups.begin(), groups.end(),
                        [](const FieldGroup& group) { return is_name(group) || is_clearing(group); });
}

std::vector<FieldGroup> mapped_groups(Context& context, const Contragent& contragent, EntityKind kind,
                                      const ContragentMapping& mapping, const Origin& origin) {
    const ContragentValues values(contragent, requisite_kind(contragent, kind));
    std::vector<FieldGroup> groups = map_fields(mapping.requisite, values, EntityKind::requisite,
                                                [&](const Message& note) { context.warn(note, origin); });
    drop_unusable(groups, mapping.country, context, origin);
    if (kind == EntityKind::contact) {
        std::erase_if(groups, [](const FieldGroup& group) { return group.name.starts_with("RQ_COMPANY_"); });
    }
    join_name(groups);
    return groups;
}

FieldGroup owner_of_requisite(const Contragent& contragent, EntityKind kind, RequisitePreset::Kind preset,
                              const ContragentMapping& mapping) {
    return {"owner",
            {{"owner", Link{make_key(SourceKind::contragent, contragent.id)}},
             {"preset", RequisitePreset{mapping.country, preset}},
             {"entity_type", std::string(kind == EntityKind::company ? company_type : contact_type)}},
            true};
}

Wish part_wish(SourceKind source, EntityKind entity, const EntityKey& owner, const Origin& origin) {
    Wish wish = new_wish(source, entity, origin);
    wish.owner = owner;
    return wish;
}

Wish requisite_wish(const Contragent& contragent, EntityKind kind, std::vector<FieldGroup> mapped,
                    const ContragentMapping& mapping, const Origin& origin) {
    Wish wish = part_wish(SourceKind::requisite, EntityKind::requisite,
                          make_key(SourceKind::contragent, contragent.id), origin);
    wish.groups.push_back(owner_of_requisite(contragent, kind, requisite_kind(contragent, kind), mapping));
    const bool is_named = std::any_of(mapped.begin(), mapped.end(),
                                      [](const FieldGroup& group) { return group.name == "name"; });
    if (!is_named) {
        const std::string name = kind == EntityKind::company ? company_title(contragent)
                                                             : fitted(whole_name(person_name_of(contragent)));
        wish.groups.push_back(single_field("name", name.empty() ? contragent.id : name));
    }
    std::move(mapped.begin(), mapped.end(), std::back_inserter(wish.groups));
    return wish;
}

// ---- addresses ----------------------------------------------------------------------------------------

struct KnownAddress {
    const char* slot;
    const char* type;
    FieldGroup group;
};

std::vector<KnownAddress> addresses_of(const Contragent& contragent, EntityKind kind) {
    std::vector<KnownAddress> found;
    const auto take = [&](const std::optional<Contragent::Address>& address, const char* slot,
                          const char* type) {
        if (std::optional<FieldGroup> group = address ? address_group(*address) : std::nullopt) {
            found.push_back({slot, type, *std::move(group)});
        }
    };
    take(contragent.legal_address, "legal",
         kind == EntityKind::company ? legal_address : registration_address);
    take(contragent.address, "actual", actual_address);
    return found;
}

Wish address_wish(KnownAddress address, const EntityKey& requisite, const Origin& origin) {
    Wish wish = part_wish(SourceKind::address, EntityKind::address, requisite,
                          {origin.id + "|" + address.slot, origin.file, origin.place});
    wish.groups.push_back(
        {"owner", {{"owner", Link{requisite}}, {"address_type", std::string(address.type)}}});
    wish.groups.push_back(std::move(address.group));
    return wish;
}

// ---- bank accounts ------------------------------------------------------------------------------------

/// Letters and digits of an account's number: other countries' have letters. Empty if there is no digit.
std::string account_number(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_letter || (c >= '0' && c <= '9')) {
            out += c;
        }
    }
    return out.find_first_of("0123456789") == std::string::npos ? std::string{} : out;
}

/// Of each number one: the first.
std::vector<const Contragent::BankAccount*> accounts_of(const Contragent& contragent) {
    std::vector<const Contragent::BankAccount*> found;
    std::set<std::string> seen;
    for (const Contragent::BankAccount& account : contragent.bank_accounts) {
        const std::string number = account_number(account.number);
        if (!number.empty() && seen.insert(folded(number)).second) {
            found.push_back(&account);
        }
    }
    return found;
}

void append_currency(std::vector<FieldGroup>& groups, const Contragent::BankAccount& account) {
    if (const std::optional<std::string> code =
            is_filled(account.currency) ? currency_code(*account.currency) : std::nullopt) {
        append_text(groups, "RQ_ACC_CURRENCY", *code);
    }
}

Wish bank_account_wish(const Contragent::BankAccount& account, const EntityKey& requisite,
                       const Origin& origin) {
    const std::string number = account_number(account.number);
    Wish wish = part_wish(SourceKind::bank_account, EntityKind::bank_account, requisite,
                          {origin.id + "|" + number, origin.file, origin.place});
    const std::string bank = fitted(first_filled({&account.bank_name}));
    wish.groups.push_back({"owner", {{"owner", Link{requisite}}}, true});
    wish.groups.push_back(single_field("name", bank.empty() ? number : bank));
    append_text(wish.groups, "RQ_ACC_NUM", number);
    append_text(wish.groups, "RQ_BIK", first_filled({&account.bank_bic}));
    append_text(wish.groups, "RQ_BANK_NAME", bank);
    append_text(wish.groups, "RQ_COR_ACC_NUM", account_number(account.correspondent_account.value_or("")));
    append_text(wish.groups, "RQ_SWIFT", first_filled({&account.bank_swift}));
    append_text(wish.groups, "RQ_BANK_ADDR", fitted(first_filled({&account.bank_address})));
    append_currency(wish.groups, account);
    return wish;
}

void send_bank_account(Context& context, const Contragent::BankAccount& account, const EntityKey& requisite,
                       const Origin& origin) {
    Wish wish = bank_account_wish(account, requisite, origin);
    if (const std::size_t length = character_count(wish.source_id); length > limits::id) {
        context.warn({"CML-ID-LENGTH", {std::to_string(length), std::to_string(limits::id)}}, origin);
        return;
    }
    context.wish(std::move(wish));
}

}  // namespace

void convert_requisite(Context& context, const Contragent& contragent, EntityKind kind,
                       const Origin& origin) {
    const ContragentMapping& mapping = context.mapping().contragent;
    std::vector<KnownAddress> addresses = addresses_of(contragent, kind);
    std::vector<const Contragent::BankAccount*> accounts = accounts_of(contragent);
    if (!mapping.addresses) {
        context.count_unsent("Адрес", addresses.size());
        addresses.clear();
    }
    if (!mapping.bank_accounts) {
        context.count_unsent("РасчетныйСчет", accounts.size());
        accounts.clear();
    }
    std::vector<FieldGroup> mapped = mapped_groups(context, contragent, kind, mapping, origin);
    if (!says_something(mapped) && addresses.empty() && accounts.empty()) {
        return;
    }
    const EntityKey requisite = make_key(SourceKind::requisite, contragent.id);
    context.wish(requisite_wish(contragent, kind, std::move(mapped), mapping, origin));
    for (KnownAddress& address : addresses) {
        context.wish(address_wish(std::move(address), requisite, origin));
    }
    for (const Contragent::BankAccount* account : accounts) {
        send_bank_account(context, *account, requisite, origin);
    }
}

}  // namespace obmen::crm
