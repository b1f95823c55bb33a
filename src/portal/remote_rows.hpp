#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "crm/entity.hpp"
#include "portal/command.hpp"
#include "portal/facts.hpp"

/// What the kinds of the `crm.*` family have in common: names of methods and keys, and rows of their lists.
namespace obmen::portal {

struct KindNames {
    std::string method_prefix;  ///< `crm.product`
    std::string key_field;      ///< `XML_ID` or `ORIGIN_ID`
    bool has_originator;        ///< its key is a pair: ORIGINATOR_ID and ORIGIN_ID
    bool has_section;           ///< SECTION_ID
};

/// Kinds that obmen looks up and writes, in the order of the start-up batch.
inline constexpr std::array<crm::EntityKind, 4> served_kinds{
    crm::EntityKind::section, crm::EntityKind::product, crm::EntityKind::company, crm::EntityKind::contact};

/// Throws std::logic_error for a kind that the family does not serve.
[[nodiscard]] const KindNames& names_of(crm::EntityKind kind);

/// `crm.*.list` of `kind` with `filter`, by id, from the first row on. `start=0` makes the portal say
/// `total`, without which a missing page could not be noticed.
[[nodiscard]] Command list_command(crm::EntityKind kind, ParameterMap filter);

/// A row of such a list.
[[nodiscard]] RemoteObject remote_object(crm::EntityKind kind, const nlohmann::json& row);

}  // namespace obmen::portal
