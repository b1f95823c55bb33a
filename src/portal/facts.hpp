#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "crm/entity.hpp"
#include "portal/client.hpp"
#include "portal/command.hpp"

namespace obmen::portal {

/// An object of the portal as a look-up shows it.
struct RemoteObject {
    std::string id;
    std::string key;         ///< XML_ID or ORIGIN_ID as stored there
    std::string section_id;  ///< SECTION_ID of products and sections; empty for none
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> contacts{};  ///< not read by look-ups
};

/// What the portal has and can do, found out by one batch at the start of a run (reference §13.2).
struct PortalFacts {
    bool administrator = false;
    std::map<std::string, std::string> measure_ids;                 ///< OKEI code → id
    std::vector<std::pair<std::optional<Decimal>, std::string>> vat_ids;  ///< percent (nothing: without VAT) → id, active ones
    std::set<std::string> currencies;                               ///< ISO codes
    /// Per kind: can a look-up ask for many keys at once, and is the answer to be trusted?
    std::map<crm::EntityKind, bool> many_keys;
    /// Per kind: every object the portal has, where there are so few (at most 50) that the start-up batch has seen them all. Such kinds
    /// need no look-up at all.
    std::map<crm::EntityKind, std::vector<RemoteObject>> complete;

    /// Nothing is known of the portal (`obmen convert` without `--facts`): units, VAT rates and currencies become named
    /// placeholders such as `{{measure 796}}` instead of being withheld.
    bool placeholders = false;
};

/// The commands of the start-up batch. `source_system` is the ORIGINATOR_ID of contragents.
[[nodiscard]] std::vector<Command> start_up_commands(const std::string& source_system);
/// Reads their answers. Throws B24-ACCESS (bad_config) if a method that is needed is refused.
[[nodiscard]] PortalFacts read_start_up(const std::vector<CommandAnswer>& answers);

/// Facts as JSON, for `obmen convert --facts`.
[[nodiscard]] std::string facts_to_json(const PortalFacts& facts);
[[nodiscard]] PortalFacts facts_from_json(std::string_view json);

}  // namespace obmen::portal
