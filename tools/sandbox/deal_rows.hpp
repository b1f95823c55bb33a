#pragma once

#include <cstdint>

#include "store.hpp"

/// Product rows of deals (reference bitrix24-rest.md §9.3).
namespace obmen::sandbox {

/// OPPORTUNITY and TAX_VALUE of a deal out of its rows, unless it has none or its sum is kept by hand.
void recompute_sums(const Store& store, Json& deal);
/// Erases all rows of a deal.
void forget_rows(Store& store, std::int64_t deal);

}  // namespace obmen::sandbox
