#pragma once

#include "crm/entity.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Where the portal keeps variants as offers, these lie in a catalogue of their own, which has properties of
/// its own (reference bitrix24-rest.md §5.3). What 1C has as one Свойство is then two properties of the
/// portal, told apart by their keys and by their XML_ID.
namespace obmen::crm {

enum class PropertyOwner : std::uint8_t { products, offers };

/// Behind a `|`, as all that tells objects of one Ид apart.
inline constexpr std::string_view offers_suffix = "|offer";

/// The Ид of the property that offers have in place of the one of this Ид.
[[nodiscard]] inline std::string of_offers(const std::string& property_id) {
    return property_id + std::string(offers_suffix);
}
/// Whose property has this key?
[[nodiscard]] inline PropertyOwner owner_of(const EntityKey& property) {
    const bool ours = property.kind == SourceKind::property && property.id.ends_with(offers_suffix);
    return ours ? PropertyOwner::offers : PropertyOwner::products;
}
/// Whose properties an object of this kind has.
[[nodiscard]] inline PropertyOwner property_owner(EntityKind kind) {
    return kind == EntityKind::offer ? PropertyOwner::offers : PropertyOwner::products;
}

}  // namespace obmen::crm
