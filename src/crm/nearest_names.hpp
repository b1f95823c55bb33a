#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// The up to three of `known` nearest to `name` whatever the case, the nearest first, joined by commas.
[[nodiscard]] std::string nearest_names(std::string_view name, std::vector<std::string> known);

}  // namespace obmen::crm
