#pragma once

#include <cstdint>
#include <string>

#include "store.hpp"

/// What belongs to a product beside its row: offers, which are rows of a kind of their own, and prices, of
/// which the base one is PRICE and CURRENCY_ID of `crm.product.*`.
namespace obmen::sandbox {

struct ProductPlace {
    const char* table = "product";  ///< or `offer`
    const Json* row = nullptr;      ///< none: there is no such product and no such offer
};
[[nodiscard]] ProductPlace find_product(const Store& store, std::int64_t id);

/// 0 for an offer without one.
[[nodiscard]] std::int64_t parent_of(const Json& offer);
/// True if any offer has it for its parent. Linear in the number of offers.
[[nodiscard]] bool has_offers(const Store& store, std::int64_t product);
/// The kind of a product after its offers have changed: 3 with offers, 6 if it had some. 0 is no product.
void note_offers(Store& store, std::int64_t product, bool has);

/// The identifier of the type of price that `crm.product.*` knows.
[[nodiscard]] std::int64_t base_price_type(const Store& store);
/// Brings the base price to what the row of the product says, and the other way round.
void base_price_from_product(Store& store, std::int64_t product, const std::string& now);
void base_price_to_product(Store& store, std::int64_t product);
/// The price of a type that a product has; 0: none.
[[nodiscard]] std::int64_t price_of(const Store& store, std::int64_t product, std::int64_t type);

/// The product is about to go: its prices go, its offers stay without a parent.
void forget_parts(Store& store, std::int64_t product);

}  // namespace obmen::sandbox
