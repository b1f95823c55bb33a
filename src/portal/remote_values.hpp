#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "portal/crm_family.hpp"

/// What an object of the portal holds now: for seeing whether a person has changed it since our last write.
namespace obmen::portal {

/// Most objects that one `read_many_command` reads: a page is 50 rows.
inline constexpr std::size_t objects_per_reading = 50;

/// Reads objects with all their fields, properties and multi-fields. \pre 1 to 50 ids, each a number, else
/// std::logic_error; the kind has an id of its own
[[nodiscard]] Command read_many_command(crm::EntityKind kind, const std::vector<std::string>& ids);
/// The rows by their id; empty if the answer is no list. An object that is not among them is gone, or the
/// answer had no room for it: ask for it alone before believing that.
[[nodiscard]] std::map<std::string, nlohmann::json> rows_by_id(const Done& answer);

/// Hash of what the object has now in the fields of a group like `like` (whose values do not matter, only
/// their types and the properties they name). The same for every spelling of the same thing: `10.50` and
/// 10.5, null and an empty text and an absent field, phones in any order, property values with whatever value
/// ids. Nothing if that cannot be known from the object: the group has no field there, holds pictures, rows
/// or a deal's contacts, or a property that the portal lacks.
[[nodiscard]] std::optional<std::uint64_t> present_hash(crm::EntityKind kind, const crm::FieldGroup& like,
                                                        const nlohmann::json& object,
                                                        const PortalFacts& facts, const Resolver& resolver);
/// The same values for people; empty where there are none or they cannot be known.
[[nodiscard]] std::string present_text(crm::EntityKind kind, const crm::FieldGroup& group,
                                       const nlohmann::json& object, const PortalFacts& facts,
                                       const Resolver& resolver);
/// Has a person put something into one of the group's fields? Zero and what a new object has by itself
/// (ACTIVE, the other flags off) are nothing.
[[nodiscard]] bool is_filled_there(crm::EntityKind kind, const crm::FieldGroup& group,
                                   const nlohmann::json& object, const PortalFacts& facts,
                                   const Resolver& resolver);

/// Have the prices of a product (kind `prices`, as `Family` reads them) one of the group's price type?
[[nodiscard]] bool has_price(const crm::FieldGroup& group, const nlohmann::json& prices,
                             const PortalFacts& facts);

/// STAGE_ID of a deal.
[[nodiscard]] std::optional<std::string> deal_stage(const nlohmann::json& object);
/// True if an object has a key of its own already: it belongs to some system and is not taken over. An XML_ID
/// equal to the object's id is what the portal puts there itself.
[[nodiscard]] bool is_linked_elsewhere(const nlohmann::json& card);
/// Ids of the values of a property: what a file property needs to take its files away (reference §5.2).
[[nodiscard]] std::vector<std::string> property_value_ids(const nlohmann::json& object,
                                                          const std::string& property_id);

/// Texts of the values of a property, trimmed; of a list, the ids of its choices.
[[nodiscard]] std::vector<std::string> property_texts(const nlohmann::json& object,
                                                      const std::string& property_id);

}  // namespace obmen::portal
