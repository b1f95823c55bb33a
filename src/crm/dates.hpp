#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace obmen::crm {

/// `2026-01-15` of what 1C and its neighbours write: `2026-01-15`, also with an offset or a time behind it,
/// and `15.01.2026` (reference commerceml.md §11). Nothing for what is no date, and for the zero date
/// `0001-01-01`.
[[nodiscard]] std::optional<std::string> iso_date(std::string_view text);

/// `15.01.2026` for people; the same conditions.
[[nodiscard]] std::optional<std::string> written_date(std::string_view text);

}  // namespace obmen::crm
