#pragma once

#include <cstdint>
#include <optional>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// When the portal is asked again.
namespace obmen::ledger {

struct Backoff {
    std::uint64_t attempts = 0;  ///< in a row, in vain
    UtcTime next_attempt{};
    /// The portal answers, and something waits all the same: only news is sent before the time has come.
    bool only_leftovers = false;
};

/// Nothing: the portal may be asked.
[[nodiscard]] std::optional<Backoff> backoff(Database& database);
void set_backoff(Database& database, const Backoff& backoff);
void forget_backoff(Database& database);

/// A source that a person has paused; the empty name is that of all sending.
[[nodiscard]] bool is_paused(Database& database, const std::string& source);
void set_paused(Database& database, const std::string& source, bool paused);

}  // namespace obmen::ledger
