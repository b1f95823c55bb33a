#pragma once

#include <string>
#include <string_view>

namespace obmen::sandbox {

/// Symbolic code that the portal makes of a name: Latin letters and digits in lower case, one `_` for
/// anything between, at most 100 characters (reference bitrix24-rest.md §5.1).
[[nodiscard]] std::string symbolic_code(std::string_view name);

}  // namespace obmen::sandbox
