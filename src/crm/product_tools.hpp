#pragma once

#include "crm/context.hpp"
#include "crm/handed_down.hpp"
#include "crm/pictures.hpp"
#include "crm/prices.hpp"
#include "crm/product_filter.hpp"
#include "crm/product_rules.hpp"
#include "crm/product_source.hpp"
#include "crm/properties.hpp"
#include "crm/variants.hpp"

namespace obmen::crm {

/// What the conversions of Товар and Предложение share.
struct ProductTools {
    explicit ProductTools(Context& shared)
        : context(shared),
          rules(shared.mapping().product),
          prices(shared, rules.price_types),
          properties(shared, rules),
          filter(shared),
          pictures(shared, rules, properties),
          variants(shared, rules),
          handed_down(shared, rules) {}

    Context& context;
    ProductRules rules;
    Prices prices;
    Properties properties;
    ProductFilter filter;
    ProductPictures pictures;
    Variants variants;
    HandedDown handed_down;
};

}  // namespace obmen::crm
