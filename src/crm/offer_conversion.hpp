#pragma once

#include "crm/context.hpp"
#include "crm/prices.hpp"

namespace obmen::crm {

/// Предложение → the price of a product, or a variant as a product of its own.
void convert_offer(Context& context, Prices& prices, const commerceml::Offer& offer, const Origin& origin);

}  // namespace obmen::crm
