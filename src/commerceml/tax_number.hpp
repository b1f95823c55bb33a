#pragma once

#include <cstdint>
#include <string>

namespace obmen::commerceml {

enum class TaxNumber : std::uint8_t { inn, kpp, ogrn, okpo };

/// A number as authorities write it, of one that people have typed with spaces (of any width) or hyphens in
/// it: `7707 083-893`. Only where what remains has the length and the characters of that number; anything
/// else comes back as it was.
[[nodiscard]] std::string tidy_number(std::string text, TaxNumber number);

}  // namespace obmen::commerceml
