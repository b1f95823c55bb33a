#pragma once

#include <cstdint>
#include <string>

#include "method.hpp"

namespace obmen::sandbox {

/// SECTION_ID as it is stored: a text that is no number is 0, the root; throws Refusal if there is no such
/// section.
[[nodiscard]] Json checked_section(const Call& call, const Json& sent);
/// CATALOG_ID as it is stored: the one catalogue by default. Throws Refusal if there is no such catalogue.
[[nodiscard]] Json checked_catalogue(const Call& call, const Json* sent);

/// True if `section` is `ancestor` or lies somewhere below it.
[[nodiscard]] bool lies_in(const Table& sections, std::int64_t section, std::int64_t ancestor);
/// Erases a section with everything inside it, as information blocks do.
void remove_section(Call& call, std::int64_t id);

}  // namespace obmen::sandbox
