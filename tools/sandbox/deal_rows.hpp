#pragma once

#include <cstdint>
#include <vector>

#include "method.hpp"
#include "store.hpp"

/// Product rows of deals (reference bitrix24-rest.md §9.3).
namespace obmen::sandbox {

/// OPPORTUNITY and TAX_VALUE of a deal out of its rows, unless it has none or its sum is kept by hand.
void recompute_sums(const Store& store, Json& deal);
/// Erases all rows of a deal.
void forget_rows(Store& store, std::int64_t deal);

/// A row of a deal out of what was sent under the names of the old methods, without an id.
[[nodiscard]] Json stored_deal_row(const Store& store, const Json& sent, std::int64_t deal);
/// Adds a row and gives its id.
std::int64_t insert_deal_row(Store& store, Json row);
/// The rows in the order of `get`: by SORT, and the last one first where that says nothing.
[[nodiscard]] std::vector<const Json*> rows_of_deal(const Store& store, std::int64_t deal);
/// The rows of a deal have changed: brings its sums and dates along and notes the write.
void note_rows_changed(Call& call, std::int64_t deal);

}  // namespace obmen::sandbox
