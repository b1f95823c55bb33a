#pragma once

#include "store.hpp"
#include "typed_fields.hpp"

namespace obmen::sandbox {

/// Fields of the products of an information block: its properties are among them as `property101`.
[[nodiscard]] TypedFields catalog_product_fields(const Store& store, std::int64_t iblock);

/// A product or an offer with all of its fields.
[[nodiscard]] Json shown_catalog_product(const TypedFields& fields, const Json& row);

/// The fields of a price.
[[nodiscard]] const TypedFields& catalog_price_fields();

}  // namespace obmen::sandbox
