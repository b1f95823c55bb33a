#include "crm/contragent_kind.hpp"

#include "crm/contragent_names.hpp"
#include "support/text.hpp"

namespace obmen::crm {

namespace {

constexpr std::size_t inn_of_organisation = 10;
constexpr std::size_t inn_of_person = 12;

// A fact that remembers who has brought a contact: its own record, or only the company it speaks for.
// Decision `representative|<Ид>`, one text. Written in ledgers: the words never change.
constexpr const char* by_company = "company";
constexpr const char* by_itself = "itself";

std::string representative_fact(std::string_view id) {
    return "representative|" + std::string(id);
}

bool is_sole_trader(const commerceml::Contragent& contragent) {
    return digits_only(contragent.inn).size() == inn_of_person || names_sole_trader(contragent.name) ||
           names_sole_trader(contragent.full_name);
}

std::optional<EntityKind> pinned_kind(const References& references, std::string_view id) {
    const std::optional<int> pinned = references.pinned_contragent_kind(id);
    if (pinned == static_cast<int>(EntityKind::company)) {
        return EntityKind::company;
    }
    if (pinned == static_cast<int>(EntityKind::contact)) {
        return EntityKind::contact;
    }
    return std::nullopt;
}

bool is_brought_by_company(const References& references, std::string_view id) {
    using Texts = std::vector<std::string>;
    const std::optional<Texts> fact =
        references.fact(References::FactKind::decision, representative_fact(id));
    return fact && *fact == Texts{by_company};
}

}  // namespace

bool is_organisation(const commerceml::Contragent& contragent) {
    return is_filled(contragent.kpp) || is_filled(contragent.official_name) ||
           digits_only(contragent.inn).size() == inn_of_organisation || names_legal_form(contragent.name) ||
           names_legal_form(contragent.full_name);
}

EntityKind contragent_kind(References& references, const commerceml::Contragent& contragent) {
    const std::string id = reference_id(contragent.id);
    if (const std::optional<EntityKind> pinned = pinned_kind(references, id)) {
        if (*pinned == EntityKind::contact && is_brought_by_company(references, id)) {
            references.remember_fact(References::FactKind::decision, representative_fact(id), {by_itself});
        }
        return *pinned;
    }
    const EntityKind kind =
        is_organisation(contragent) || is_sole_trader(contragent) ? EntityKind::company : EntityKind::contact;
    references.pin_contragent_kind(id, static_cast<int>(kind));
    return kind;
}

RequisitePreset::Kind requisite_kind(const commerceml::Contragent& contragent, EntityKind kind) {
    if (kind == EntityKind::contact) {
        return RequisitePreset::Kind::person;
    }
    return is_sole_trader(contragent) && !is_organisation(contragent) ? RequisitePreset::Kind::sole_trader
                                                                      : RequisitePreset::Kind::company;
}

std::string digits_only(const commerceml::Text& text) {
    if (!is_filled(text)) {
        return {};
    }
    const std::string_view number = trimmed(*text);
    return number.find_first_not_of("0123456789") == std::string_view::npos ? std::string(number)
                                                                            : std::string{};
}

bool claim_representative(References& references, std::string_view id) {
    const std::string folded_id = reference_id(id);
    if (!pinned_kind(references, folded_id)) {
        references.pin_contragent_kind(folded_id, static_cast<int>(EntityKind::contact));
        references.remember_fact(References::FactKind::decision, representative_fact(folded_id),
                                 {by_company});
        return true;
    }
    return is_brought_by_company(references, folded_id);
}

}  // namespace obmen::crm
