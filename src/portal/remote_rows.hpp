#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "crm/entity.hpp"
#include "portal/command.hpp"
#include "portal/facts.hpp"

/// What the kinds of the `crm.*` family have in common: names of methods and keys, and rows of their lists.
namespace obmen::portal {

/// Rows of a list that come with one command.
inline constexpr std::size_t page_rows = 50;

struct KindNames {
    std::string method_prefix;  ///< `crm.product`
    std::string key_field;      ///< `XML_ID` or `ORIGIN_ID`
    bool has_originator;        ///< its key is a pair: ORIGINATOR_ID and `key_field`
    bool has_section;           ///< SECTION_ID
    bool has_news;              ///< its creation would appear in everybody's news feed
    std::string id_prefix;      ///< of a filter by many ids: `@`, or nothing where a list goes under the
                                ///< plain name (reference §5.1, §8.5)
};

/// Kinds that obmen looks up and writes, in the order of the start-up batch.
inline constexpr std::array<crm::EntityKind, 7> served_kinds{
    crm::EntityKind::section,      crm::EntityKind::product, crm::EntityKind::company,
    crm::EntityKind::contact,      crm::EntityKind::deal,    crm::EntityKind::requisite,
    crm::EntityKind::bank_account,
};

/// Throws std::logic_error for a kind that the family does not serve.
[[nodiscard]] const KindNames& names_of(crm::EntityKind kind);

/// `crm.*.list` of `kind` with `filter`, by id, from the first row on. `start=0` makes the portal say
/// `total`, without which a missing page could not be noticed.
[[nodiscard]] Command list_command(crm::EntityKind kind, ParameterMap filter);

/// A plain list of texts as a parameter. \pre not empty
[[nodiscard]] Parameter text_list(const std::vector<std::string>& texts);

/// True if a list of `rows` rows is not all there is.
[[nodiscard]] bool is_page_missing(const Done& answer, std::size_t rows);

/// A row of such a list.
[[nodiscard]] RemoteObject remote_object(crm::EntityKind kind, const nlohmann::json& row);

}  // namespace obmen::portal
