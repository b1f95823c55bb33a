#pragma once

#include <cstdint>

#include "support/clock.hpp"

namespace obmen {

/// How long to wait after a number of failures in a row: doubling from `first` to `longest`.
struct Backoff {
    Duration first;
    Duration longest;

    /// \param failures from 1 on
    [[nodiscard]] Duration pause(std::uint64_t failures) const;
    /// The same, a fifth less or more by chance: what has failed together does not come back together.
    [[nodiscard]] Duration jittered_pause(std::uint64_t failures) const;
    /// Has the stored time of the next attempt come? One that lies further ahead than any pause was set by
    /// another clock.
    [[nodiscard]] bool is_over(UtcTime next_attempt, UtcTime now) const {
        return next_attempt <= now || next_attempt - now > 2 * longest;
    }
};

}  // namespace obmen
