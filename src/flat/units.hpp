#pragma once

#include <string>
#include <string_view>

namespace obmen::flat {

/// The code of OKEI, the Russian classifier of units, for the names that dumps use instead of it: `796` for
/// шт, шт., штука, pcs. Empty for any other name.
[[nodiscard]] std::string unit_code_of(std::string_view name);

}  // namespace obmen::flat
