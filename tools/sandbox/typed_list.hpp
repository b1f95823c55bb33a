#pragma once

#include <functional>
#include <string>
#include <vector>

#include "filter.hpp"
#include "method.hpp"
#include "typed_fields.hpp"

namespace obmen::sandbox {

/// What a list does with a filter key that it does not know.
enum class UnknownFilter { ignored, refused };

/// How the lists of `catalog.*` and `crm.item.*` differ from each other.
struct TypedListRules {
    std::string wrapper;  ///< `products` of `{"products":[…]}`
    const TypedFields& fields;
    bool knows_in_prefix = true;  ///< `@`; it is refused otherwise (reference bitrix24-rest.md §5.3)
    UnknownFilter unknown = UnknownFilter::ignored;
    /// A row with all of its fields.
    std::function<Json(const Json& row)> shown{};
    /// True for a field that comes only when `select` names it, whatever `*` says.
    std::function<bool(const std::string& name)> only_when_named{};
    /// What `select` may say for all of these; empty: nothing.
    std::string mask_of_named{};
    /// Members of `shown` that only `*` brings, no name of their own: `fm`.
    std::string only_with_all{};
};

/// A list method over the rows of a table.
[[nodiscard]] Answer typed_list(Call& call, const Table& table, const TypedListRules& rules);
/// The same over rows that come from anywhere.
[[nodiscard]] Answer typed_list(Call& call, std::vector<const Json*> rows, const TypedListRules& rules);

}  // namespace obmen::sandbox
