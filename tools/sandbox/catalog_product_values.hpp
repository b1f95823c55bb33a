#pragma once

#include <cstdint>

#include "method.hpp"

namespace obmen::sandbox {

/// Stores the parameter `fields` of a call in the row of a product or an offer: `table` is the one that the
/// row belongs to, `id` the one that it has or is about to get. Throws if a required field is empty, an id is
/// none of its kind or the symbolic code is taken; the row is of no use then.
void store_catalog_product(Call& call, Json& row, const char* table, std::int64_t id, bool creating);

}  // namespace obmen::sandbox
