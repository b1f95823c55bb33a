#include "delivery/options.hpp"

#include <utility>

namespace obmen::delivery {

DeliveryOptions options_of(const crm::Mapping& mapping) {
    DeliveryOptions options;
    options.create_units = mapping.product.create_units;
    options.move_backwards = mapping.deal.move_backwards;
    options.on_conflict = mapping.on_conflict;
    AdoptionOptions adoption{mapping.contragent.adopt, mapping.product.adopt_by_name,
                             mapping.product.adopt_by_property};
    if (adoption.cards.by_inn || adoption.cards.by_phone || adoption.cards.by_email ||
        adoption.products_by_name || !adoption.products_by_property.empty()) {
        options.adoption = std::move(adoption);
    }
    return options;
}

}  // namespace obmen::delivery
