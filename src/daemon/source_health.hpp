#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::daemon {

/// How a source fares, as people and alerts see it and as a restart finds it.
struct SourceCondition {
    bool paused = false;         ///< by a person
    std::uint64_t attempts = 0;  ///< failures in a row
    std::optional<UtcTime> next_attempt{};
    std::optional<UtcTime> listed_at{};  ///< last listing that succeeded
};

/// A source's row in the ledger, as far as it is about failures.
class SourceHealth {
  public:
    /// `database` must outlive the object.
    SourceHealth(ledger::Database& database, std::string source);

    [[nodiscard]] SourceCondition condition();
    /// One more failure; it is tried again at `next`.
    void note_failure(const Message& why, UtcTime now, UtcTime next);
    /// It can be read. Writes nothing if it could be read before.
    void note_success();

  private:
    ledger::Database& m_database;
    std::string m_source;
};

}  // namespace obmen::daemon
