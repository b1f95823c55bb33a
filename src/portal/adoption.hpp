#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crm/entity.hpp"
#include "portal/client.hpp"
#include "portal/command.hpp"

/// Finding objects that people made by hand and that are the same as one of 1C (reference bitrix24-rest.md
/// §8.7, §8.8, §12.6). Every reading gives nothing rather than a doubtful answer: an object taken over by
/// mistake is worse than one made anew.
namespace obmen::portal {

/// Most values that one `duplicates_command` asks for.
inline constexpr std::size_t values_per_duplicate_search = 20;

/// Requisites with one of these ИНН. \pre 1 to 50 of them, none empty, else std::logic_error
[[nodiscard]] Command inn_lookup_command(const std::vector<std::string>& inns);
struct InnRow {
    std::string id;                       ///< of the requisite
    std::optional<crm::EntityKind> kind;  ///< whose it is: company or contact; nothing for others
    std::string owner_id;
    std::string inn;
    std::string kpp;     ///< empty for none
    std::string xml_id;  ///< its own key; empty for none
};
/// Nothing if the answer is no list, a page is missing, or a row has an ИНН that nobody asked for. With many
/// asked for, ask one by one then.
[[nodiscard]] std::optional<std::vector<InnRow>> read_inn_rows(const std::vector<std::string>& asked,
                                                               const Done& answer);

/// The ways in which people may have written a phone, each once, as it came first: the portal compares phones
/// as texts (reference §8.7), so ask for all of them. A number of another length has but itself.
[[nodiscard]] std::vector<std::string> phone_spellings(const std::string& phone);

/// Cards of `kind` (company or contact) with one of these phones or e-mails. \pre 1 to 20 values, none empty
/// \param field `phones` or `emails`
[[nodiscard]] Command duplicates_command(crm::EntityKind kind, const std::string& field,
                                         const std::vector<std::string>& values);
/// Their ids, each once. The portal stops at about 20: as many mean "too many to say".
[[nodiscard]] std::vector<std::string> read_duplicates(crm::EntityKind kind, const Done& answer);

/// Products of exactly this name. \pre not empty
[[nodiscard]] Command products_by_name_command(const std::string& name);
/// Ids of the rows with that very name (trimmed, with its case); nothing if a page is missing, as it is where
/// the portal ignored the filter.
[[nodiscard]] std::optional<std::vector<std::string>> read_product_ids(const std::string& name,
                                                                       const Done& answer);

/// Products whose property has this value. \pre neither is empty
[[nodiscard]] Command products_by_property_command(const std::string& property_id, const std::string& value);
/// Likewise for `products_by_property_command`.
[[nodiscard]] std::optional<std::vector<std::string>> read_product_ids_by_property(
    const std::string& property_id, const std::string& value, const Done& answer);

}  // namespace obmen::portal
