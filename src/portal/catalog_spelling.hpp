#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "crm/entity.hpp"
#include "portal/client.hpp"
#include "portal/command.hpp"

/// How `catalog.*` and `crm.item.*` spell what `crm.*` calls `SECTION_ID` and `PHONE` (reference
/// bitrix24-rest.md §5.3, §9.4), both ways.
namespace obmen::portal {

/// What the methods of a kind are called, and what their results are wrapped in.
struct CatalogNames {
    std::string method_prefix;   ///< `catalog.product`, `crm.item`
    std::string entity_type_id;  ///< of `crm.item.*`; else empty
    std::string made;            ///< around a new or changed object: `element`
    std::string one;             ///< around an object that was read: `product`
    std::string many;            ///< around a list: `products`
    bool plain_keys = false;     ///< a list of values is asked for under the plain name, not behind `@`
};
/// nullptr for kinds that both families write alike (requisites, bank accounts, addresses).
[[nodiscard]] const CatalogNames* catalog_names(crm::EntityKind kind);

/// Sections, products and their offers.
[[nodiscard]] bool is_in_catalogue(crm::EntityKind kind);
/// `PHONE`, `EMAIL`, …: what `fm` holds.
[[nodiscard]] bool is_multi_field_name(std::string_view name);

/// `SECTION_ID` → `iblockSectionId`, `PROPERTY_118` → `property118`. Names of user fields stay.
[[nodiscard]] std::string catalog_name(crm::EntityKind kind, std::string_view crm_name);
/// `iblockSectionId` → `SECTION_ID`.
[[nodiscard]] std::string crm_name(crm::EntityKind kind, std::string_view catalog_name);
/// A row as `crm.*` would have given it: also `fm` → `PHONE`, `EMAIL`, ….
[[nodiscard]] nlohmann::json crm_row(crm::EntityKind kind, const nlohmann::json& row);
/// The rows of a list, as `crm.*` would have given them. A result without `wrapper` is taken for the list
/// itself (reference §5.3, doc slips); one that is none stays as it is.
[[nodiscard]] Done crm_list(crm::EntityKind kind, const Done& answer, const std::string& wrapper);
/// Every member's name as `crm_name` has it, for dictionaries.
[[nodiscard]] Done crm_dictionary(const Done& answer, const std::string& wrapper);

/// `fields` of a command as these methods want them. Multi-fields go to `fm`.
/// \param creating the object is new: `fm` is a list then, else a map by id
[[nodiscard]] ParameterMap catalog_fields(crm::EntityKind kind, const ParameterMap& crm_fields,
                                          bool creating);
/// `crm.*.list` as a list of these methods. \param catalog_id of the catalogue to look in; empty for cards
[[nodiscard]] Command catalog_list(crm::EntityKind kind, const Command& crm_list,
                                   const std::string& catalog_id);

/// The member of this name; nullptr if there is none.
[[nodiscard]] const Parameter* find_parameter(const ParameterMap& parameters, std::string_view name);
/// The named members that a parameter of the command holds; none if it has no such parameter.
[[nodiscard]] const ParameterMap& map_in(const Command& command, std::string_view name);

}  // namespace obmen::portal
