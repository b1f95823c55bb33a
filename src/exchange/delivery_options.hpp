#pragma once

#include <filesystem>

#include "config/settings.hpp"
#include "delivery/delivery.hpp"

namespace obmen::exchange {

/// How an exchange delivers: what the settings and the mapping say of units, adoption, conflicts, stages.
/// \param spool where the private copies of packages are: pictures are read there when they leave
[[nodiscard]] delivery::DeliveryOptions delivery_options(const config::Settings& settings,
                                                         const std::filesystem::path& spool);

}  // namespace obmen::exchange
