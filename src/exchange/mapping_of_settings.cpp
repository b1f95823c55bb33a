#include "exchange/mapping_of_settings.hpp"

#include "portal/family.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

crm::Mapping mapping_of(const config::Settings& settings) {
    crm::Mapping mapping =
        settings.mapping.empty() ? crm::default_mapping() : crm::load_mapping(settings.mapping);
    if (!settings.price_type.empty()) {
        mapping.product.price_types = {settings.price_type};
        mapping.product.price_types_line = 0;
    }
    if (!settings.default_currency.empty()) {
        mapping.product.default_currency = settings.default_currency;
    }
    // Until the portal has been asked, `auto` means the family that every portal has.
    const auto family = portal::family_named(settings.portal.api).value_or(portal::ApiFamily::crm);
    mapping.product.prices_apart = portal::has_prices_apart(family);
    if (mapping.product.variants == crm::VariantWay::offers && !portal::has_offers(family) &&
        settings.portal.api != "auto") {
        throw Error(FailureClass::bad_config, Message{"CFG-OFFERS-API"});
    }
    return mapping;
}

}  // namespace obmen::exchange
