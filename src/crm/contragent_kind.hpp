#pragma once

#include "crm/context.hpp"

#include <string>

namespace obmen::crm {

/// What a contragent is in the CRM: a company (legal entities and sole traders) or a contact (persons), by
/// the rule of reference commerceml.md §9. Decided at first contact and pinned: a card cannot turn from a
/// contact into a company.
[[nodiscard]] EntityKind contragent_kind(References& references, const commerceml::Contragent& contragent);

/// True if the record says for certain that it is a legal entity's: КПП, ОфициальноеНаименование, an ИНН of
/// ten digits or a legal form in its name.
[[nodiscard]] bool is_organisation(const commerceml::Contragent& contragent);

/// Which template its requisite follows.
[[nodiscard]] RequisitePreset::Kind requisite_kind(const commerceml::Contragent& contragent, EntityKind kind);

/// The text if it is a number of digits only; else empty.
[[nodiscard]] std::string digits_only(const commerceml::Text& text);

/// True if a representative may become a contact by its name alone: nobody, or only other companies as
/// their representative, have brought it yet. Pins it as a contact.
[[nodiscard]] bool claim_representative(References& references, std::string_view id);

}  // namespace obmen::crm
