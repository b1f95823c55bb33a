#include "crm/requisite_conversion.hpp"

#include "crm/addresses.hpp"
#include "crm/characteristics.hpp"
#include "crm/contragent_kind.hpp"
#include "crm/contragent_names.hpp"
#include "crm/dates.hpp"
#include "support/limits.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <set>

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

std::string usable_inn(const commerceml::Text& text) {
    std::string inn = digits_only(text);
    return inn.size() == 10 || inn.size() == 12 ? inn : std::string{};
}

/// Four digits, two digits or Latin capitals, three digits.
std::string usable_kpp(const commerceml::Text& text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_reason = [&](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); };
    std::string kpp = text ? tidied(*text) : std::string{};
    const bool usable = kpp.size() == 9 && std::all_of(kpp.begin(), kpp.begin() + 4, is_digit) &&
                        std::all_of(kpp.begin() + 4, kpp.begin() + 6, is_reason) &&
                        std::all_of(kpp.begin() + 6, kpp.end(), is_digit);
    return usable ? kpp : std::string{};
}

/// 13 digits are an organisation's number, 15 a sole trader's.
void append_ogrn(std::vector<FieldGroup>& groups, Context& context, const Contragent& contragent,
                 const Origin& origin) {
    if (!is_filled(contragent.ogrn)) {
        return;
    }
    const std::string ogrn = digits_only(contragent.ogrn);
    if (ogrn.size() == 13) {
        append_text(groups, "RQ_OGRN", ogrn);
    } else if (ogrn.size() == 15) {
        append_text(groups, "RQ_OGRNIP", ogrn);
    } else {
        context.warn({"CRM-OGRN", {quotable(*contragent.ogrn)}}, origin);
    }
}

std::vector<FieldGroup> numbers_of(Context& context, const Contragent& contragent, const Origin& origin) {
    std::vector<FieldGroup> groups;
    append_text(groups, "RQ_INN", usable_inn(contragent.inn));
    append_text(groups, "RQ_KPP", usable_kpp(contragent.kpp));
    append_ogrn(groups, context, contragent, origin);
    append_text(groups, "RQ_OKPO", digits_only(contragent.okpo));
    append_text(groups, "RQ_OKVED", first_filled({&contragent.okved}));
    return groups;
}

// ---- the requisite ------------------------------------------------------------------------------------

void append_company(std::vector<FieldGroup>& groups, const Contragent& company) {
    append_text(groups, "RQ_COMPANY_NAME", company_title(company));
    append_text(groups, "RQ_COMPANY_FULL_NAME",
                fitted(first_filled({&company.official_name, &company.full_name})));
    if (company.registration_date) {
        append_text(groups, "RQ_COMPANY_REG_DATE", iso_date(*company.registration_date).value_or(""));
    }
    if (company.manager) {
        append_text(groups, "RQ_DIRECTOR", fitted(whole_name(*company.manager)));
        append_text(groups, "RQ_CEO_WORK_POS", fitted(first_filled({&company.manager->position})));
    }
}

/// The three parts are sent together: one left over from the former name would make a name nobody has.
void append_person(std::vector<FieldGroup>& groups, const Contragent& person) {
    const PersonName name = person_name_of(person);
    if (!name.last.empty()) {
        groups.push_back({"RQ_LAST_NAME",
                          {{"RQ_LAST_NAME", fitted(name.last)},
                           {"RQ_FIRST_NAME", fitted(name.first)},
                           {"RQ_SECOND_NAME", fitted(name.second)}}});
    }
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

Wish requisite_wish(const Contragent& contragent, EntityKind kind, std::vector<FieldGroup> numbers,
                    const ContragentMapping& mapping, const Origin& origin) {
    Wish wish = part_wish(SourceKind::requisite, EntityKind::requisite,
                          make_key(SourceKind::contragent, contragent.id), origin);
    const RequisitePreset::Kind preset = requisite_kind(contragent, kind);
    wish.groups.push_back(owner_of_requisite(contragent, kind, preset, mapping));
    const std::string name = kind == EntityKind::company ? company_title(contragent)
                                                         : fitted(whole_name(person_name_of(contragent)));
    wish.groups.push_back(single_field("name", name.empty() ? contragent.id : name));
    wish.groups.insert(wish.groups.end(), std::make_move_iterator(numbers.begin()),
                       std::make_move_iterator(numbers.end()));
    if (kind == EntityKind::company) {
        append_company(wish.groups, contragent);
    }
    if (preset != RequisitePreset::Kind::company) {
        append_person(wish.groups, contragent);
    }
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
                       const ContragentMapping& mapping, const Origin& origin) {
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
    std::vector<FieldGroup> numbers = numbers_of(context, contragent, origin);
    if (numbers.empty() && addresses.empty() && accounts.empty()) {
        return;
    }
    const EntityKey requisite = make_key(SourceKind::requisite, contragent.id);
    context.wish(requisite_wish(contragent, kind, std::move(numbers), mapping, origin));
    for (KnownAddress& address : addresses) {
        context.wish(address_wish(std::move(address), requisite, origin));
    }
    for (const Contragent::BankAccount* account : accounts) {
        send_bank_account(context, *account, requisite, origin);
    }
}

}  // namespace obmen::crm
