#include "commands/exchange_mapping.hpp"

namespace obmen::commands {

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
    return mapping;
}

}  // namespace obmen::commands
