#include "exchange/delivery_options.hpp"

#include "exchange/mapping_of_settings.hpp"
#include "support/file.hpp"

namespace obmen::exchange {

namespace {

/// Nothing where the mapping takes over no card and no product.
std::optional<delivery::AdoptionOptions> adoption_of(const crm::Mapping& mapping) {
    const crm::Adoption& cards = mapping.contragent.adopt;
    const crm::ProductMapping& products = mapping.product;
    const bool any = cards.by_inn || cards.by_phone || cards.by_email || products.adopt_by_name ||
                     !products.adopt_by_property.empty();
    if (!any) {
        return std::nullopt;
    }
    return delivery::AdoptionOptions{.cards = cards,
                                     .products_by_name = products.adopt_by_name,
                                     .products_by_property = products.adopt_by_property};
}

}  // namespace

delivery::DeliveryOptions delivery_options(const config::Settings& settings,
                                           const std::filesystem::path& spool) {
    const crm::Mapping mapping = mapping_of(settings);
    delivery::DeliveryOptions options;
    options.source_system = settings.source_system;
    options.create_units = mapping.product.create_units;
    options.move_backwards = mapping.deal.move_backwards;
    options.on_conflict = mapping.on_conflict;
    options.adoption = adoption_of(mapping);
    options.read_picture = [spool](const crm::Pictures::Picture& picture) {
        return read_whole_file(spool / picture.spool_path);
    };
    return options;
}

}  // namespace obmen::exchange
