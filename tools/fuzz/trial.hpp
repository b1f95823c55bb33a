#pragma once

#include <string>
#include <string_view>

#include "commerceml/reading.hpp"

namespace obmen::judges {

/// The text that the judges get: what obmen's decoder makes of `bytes`, to its end or its first fault; of
/// UTF-8 the bytes themselves, so that faults in them are judged too. Without byte order marks.
[[nodiscard]] std::string judged_text(std::string_view bytes, commerceml::Encoding encoding);

/// What is wrong with how obmen has read `bytes`; empty if nothing is. Asks libxml2 and expat whether the
/// document is well-formed, and compares every value and every place of every record. What may differ is
/// listed in README.md.
[[nodiscard]] std::string disagreement(std::string_view bytes, const commerceml::Reading& ours);

}  // namespace obmen::judges
