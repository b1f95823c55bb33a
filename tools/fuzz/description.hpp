#pragma once

#include <string>

#include "commerceml/records.hpp"

namespace obmen::judges {

/// A record with everything it holds, a line for each value: `Product.name: Болт`. Absent values have no
/// line.
[[nodiscard]] std::string description_of(const commerceml::Record& record);

/// `text` without white space.
[[nodiscard]] std::string squeezed(std::string_view text);

}  // namespace obmen::judges
