#pragma once

#include <string_view>

#include "store.hpp"

namespace obmen::sandbox {

/// The currency with this ISO code; nothing if the portal does not have it.
[[nodiscard]] const Json* find_currency(const Store& store, std::string_view code);

}  // namespace obmen::sandbox
