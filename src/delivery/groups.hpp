#pragma once

#include <string>
#include <string_view>

#include "crm/entity.hpp"
#include "ledger/pending.hpp"

/// Questions about what an operation speaks of.
namespace obmen::delivery {

/// The group called `name` among the operation's; nullptr if there is none.
[[nodiscard]] const crm::FieldGroup* find_group(const ledger::Operation& operation, std::string_view name);
/// The first field called `name` in any of its groups; nullptr if there is none.
[[nodiscard]] const crm::Field* find_field(const ledger::Operation& operation, std::string_view name);
/// The text of such a field; empty if there is none, or it is no text.
[[nodiscard]] std::string text_of_field(const ledger::Operation& operation, std::string_view name);

/// Is it a card that stands for a Контрагент: a company or a contact?
[[nodiscard]] bool is_contragent(crm::EntityKind kind);
/// Is it a product or a section, which lie in sections?
[[nodiscard]] bool lies_in_section(crm::EntityKind kind);
/// What pictures and prices belong to: a product or an offer.
[[nodiscard]] crm::EntityKind product_kind(const ledger::Pending& pending, const ledger::Operation& part);
/// Is the object to be removed from the CRM?
[[nodiscard]] bool is_deletion(const ledger::Operation& operation);
/// Has the operation all that the portal needs to make the object? A price alone, or what is left of the wish
/// for an object that is gone, has not.
[[nodiscard]] bool can_be_made(const ledger::Operation& operation);

}  // namespace obmen::delivery
