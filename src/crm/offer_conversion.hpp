#pragma once

#include "crm/product_tools.hpp"

namespace obmen::crm {

/// Предложение → the price and stock of a product, or a variant as a product of its own, or what a variant
/// adds to its product.
void convert_offer(ProductTools& tools, const commerceml::Offer& offer, const Origin& origin);

}  // namespace obmen::crm
