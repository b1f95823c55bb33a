#pragma once

#include <cstdint>
#include <optional>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// Times as the ledger stores them: milliseconds since 1970, UTC.
namespace obmen::ledger {

[[nodiscard]] inline std::int64_t stored_time(UtcTime time) {
    return time.time_since_epoch().count();
}

inline void bind_stored_time(Statement& statement, const std::optional<UtcTime>& time) {
    if (time) {
        statement.bind(stored_time(*time));
    } else {
        statement.bind_null();
    }
}

[[nodiscard]] inline std::optional<UtcTime> stored_time_in(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(UtcTime(Duration(row.integer(column))));
}

}  // namespace obmen::ledger
