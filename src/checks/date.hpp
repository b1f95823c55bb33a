#pragma once

#include <string_view>

namespace obmen::checks {

/// True if `text` begins with a calendar date in one of the spellings that 1C and its neighbours write:
/// `2021-02-17`, also with an offset or a time behind it, and `17.02.2021` (reference commerceml.md §11). The
/// zero date `0001-01-01` counts: it means "empty".
[[nodiscard]] bool is_readable_date(std::string_view text);

}  // namespace obmen::checks
