#pragma once

#include "crm/product_tools.hpp"

namespace obmen::crm {

/// What the product's Товар says anew, for all of its variants that are products of their own.
/// \param product the texts of the Товар
void pass_on(ProductTools& tools, const std::string& product_id, const SourceValues& product,
             const Origin& origin);

/// Предложение → the price and stock of a product, or a variant as a product of its own, or what a variant
/// adds to its product.
void convert_offer(ProductTools& tools, const commerceml::Offer& offer, const Origin& origin);

}  // namespace obmen::crm
