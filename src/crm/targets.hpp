#pragma once

#include "crm/entity.hpp"
#include "crm/mapping.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace obmen::crm {

/// What Bitrix24's field `name` of this kind is here; nothing if the kind has none of that name. User fields
/// (`UF_…`), product properties by id (`PROPERTY_118`) and by code (`PROPERTY_ARTICLE`) cannot be known
/// beforehand and are taken as they are.
[[nodiscard]] std::optional<Target> find_target(EntityKind kind, std::string_view name);

/// The up to three known targets nearest to `name`, joined by commas.
[[nodiscard]] std::string nearest_targets(EntityKind kind, std::string_view name);

}  // namespace obmen::crm
