#pragma once

#include <string>
#include <string_view>

#include "commerceml/reading.hpp"

namespace obmen::judges {

/// What is wrong with how obmen has read `bytes`; empty if nothing is. Asks libxml2 and expat whether the
/// document is well-formed, and compares every value and every place of every record. What may differ is
/// listed in README.md.
[[nodiscard]] std::string disagreement(std::string_view bytes, const commerceml::Reading& ours);

}  // namespace obmen::judges
