#pragma once

#include <cstdint>
#include <optional>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// Times, as the ledger stores them: milliseconds since 1970.
namespace obmen::ledger {

[[nodiscard]] inline std::int64_t milliseconds(UtcTime time) {
    return time.time_since_epoch().count();
}

/// \pre not NULL
[[nodiscard]] inline UtcTime sure_time_in(const Statement& row, int column) {
    return UtcTime(Duration(row.integer(column)));
}

/// Nothing for NULL.
[[nodiscard]] inline std::optional<UtcTime> time_in(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(sure_time_in(row, column));
}

}  // namespace obmen::ledger
