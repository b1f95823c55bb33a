#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "method.hpp"
#include "schema.hpp"

namespace obmen::sandbox {

struct Condition;

/// How the lists of one kind differ from those of others.
struct ListRules {
    std::string kind;
    const Schema& schema;
    /// crm.company and crm.contact know `@`, `!@`, `%=` and the like; the lists of products do not and ignore
    /// such keys, which brings everything (reference bitrix24-rest.md §5.1, §8.5, §12.6).
    bool knows_in_prefix = false;
    ArrayFilter plain_array = ArrayFilter::on;
    /// False: there is no `select`, everything comes.
    bool selectable = true;
    /// Types of the fields that are not in the schema, such as PROPERTY_101; nothing for what is none.
    std::function<std::optional<FieldType>(std::string_view name)> other_field{};
    /// Fields of the schema that come only when `select` names them.
    std::function<bool(const Field& field)> only_when_named{};
    /// A row as it is shown; by default as it is stored.
    std::function<Json(const Json& row)> shown{};
    /// False for a row that this list does not reach; by default it reaches all.
    std::function<bool(const Json& row)> reached{};
};

inline constexpr std::size_t page_size = 50;

/// Ids that an equality on the id or the external key leaves: without it every look-up would walk the whole
/// table.
[[nodiscard]] std::vector<std::int64_t> candidates(const Table& table,
                                                   const std::vector<Condition>& conditions);

/// A list method: `order`, `filter`, `select`, `start` of the call; at most 50 rows.
[[nodiscard]] Answer list(Call& call, const ListRules& rules);

}  // namespace obmen::sandbox
