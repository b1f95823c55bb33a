#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crm/entity.hpp"
#include "portal/crm_family.hpp"

namespace obmen::portal {

/// What stands before the number of a property where it is a field of a product.
inline constexpr std::string_view property_prefix = "PROPERTY_";

/// What Bitrix24 calls a field of obmen's vocabulary: nothing where the kind has no such field but an object
/// of 1C may; a reason (B24-NO-PROPERTY) where only this portal lacks it. Throws std::logic_error for a field
/// that makes no sense for the kind.
using RestName = std::variant<std::optional<std::string>, Message>;
[[nodiscard]] RestName rest_name(crm::EntityKind kind, const crm::Field& field, const PortalFacts& facts,
                                 const Resolver& resolver);

/// `PROPERTY_118`; nothing if the portal has no such property.
[[nodiscard]] std::optional<std::string> property_field(const crm::EntityKey& property,
                                                        const PortalFacts& facts, const Resolver& resolver);

/// True for phones and e-mails: sent as lists of entries, changed by the ids of entries.
[[nodiscard]] bool is_multi_field(const crm::Field& field);

/// A value as the portal wants it, or why it cannot have it. \pre no multi-field
[[nodiscard]] std::variant<Parameter, Message> rest_value(const crm::Field& field, const PortalFacts& facts,
                                                          const Resolver& resolver);

/// The entries of a multi-field for an object that is being made: each value once.
[[nodiscard]] ParameterList new_entries(const std::string& field, const crm::ContactValues& values);
/// Changes of a multi-field of an object that is there.
[[nodiscard]] ParameterList changed_entries(const std::vector<ContactChange>& changes);

}  // namespace obmen::portal
