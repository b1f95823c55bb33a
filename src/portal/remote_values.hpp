#pragma once

#include <cstdint>
#include <functional>
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

/// Reads the addresses of one type of these requisites. \pre as `read_many_command`
[[nodiscard]] Command read_addresses_command(const std::string& type,
                                             const std::vector<std::string>& requisites);
/// Those of `type` by their requisite; one that is not there: as with `rows_by_id`.
[[nodiscard]] std::map<std::string, nlohmann::json> addresses_by_requisite(const Done& answer,
                                                                           const std::string& type);
/// Reads the rows of a deal: its answer is the list that `present_hash` takes. \pre a number
[[nodiscard]] Command read_deal_rows_command(const std::string& deal);
/// Reads the contacts of a deal, which no list of deals shows (reference §9.1). \pre a number
[[nodiscard]] Command read_deal_contacts_command(const std::string& deal);
/// Puts such an answer into the deal, where the hashes and texts below look for it.
void put_deal_contacts(const Done& answer, nlohmann::json& deal);

/// Hash of what the object has now in the fields of a group like `like` (whose values do not matter, only
/// their types and the properties they name). The same for every spelling of the same thing: `10.50` and
/// 10.5, null and an empty text and an absent field, phones in any order, property values with whatever value
/// ids. Pictures are the ids of their files. Nothing if that cannot be known from the object: the group has
/// no field there, a deal's contacts were not read, or the portal lacks the property. \param object of an
/// address its row, `null` for none; of the rows of a deal their list; of pictures the product
[[nodiscard]] std::optional<std::uint64_t> present_hash(crm::EntityKind kind, const crm::FieldGroup& like,
                                                        const nlohmann::json& object,
                                                        const PortalFacts& facts, const Resolver& resolver);
/// The same values for people; empty where there are none or they cannot be known.
[[nodiscard]] std::string present_text(crm::EntityKind kind, const crm::FieldGroup& group,
                                       const nlohmann::json& object, const PortalFacts& facts,
                                       const Resolver& resolver);
/// Has the object what the group wishes, whatever its spelling? False for pictures: nobody can tell.
[[nodiscard]] bool is_as_wished(crm::EntityKind kind, const crm::FieldGroup& group,
                                const nlohmann::json& object, const PortalFacts& facts,
                                const Resolver& resolver);
/// The key of the object that has this id in the CRM; nothing if the exchange does not know it.
using KeyFinder = std::function<std::optional<crm::EntityKey>(crm::EntityKind kind, const std::string& id)>;
/// `crm::group_hash` of what the object has now, for comparison with hashes of what was wished: one for each
/// spelling that 1C may have used. Empty where present values cannot be brought to that form: choices of
/// lists, rows, pictures, templates, links that `key_of` does not know.
[[nodiscard]] std::vector<std::uint64_t> logical_hashes(crm::EntityKind kind, const crm::FieldGroup& like,
                                                        const nlohmann::json& object,
                                                        const PortalFacts& facts, const Resolver& resolver,
                                                        const KeyFinder& key_of);
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
