#pragma once

#include "config/settings.hpp"
#include "crm/mapping.hpp"

namespace obmen::exchange {

/// The exchange's mapping: the file that the settings name, else the built-in one. What the settings
/// themselves say of prices holds before it. Throws the mistakes of the file (see crm::load_mapping).
[[nodiscard]] crm::Mapping mapping_of(const config::Settings& settings);

}  // namespace obmen::exchange
