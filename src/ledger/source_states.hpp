#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

namespace obmen::ledger {

/// How a source is doing: a row of source_state.
struct SourceState {
    bool paused = false;                ///< a person wants it left alone
    std::optional<UtcTime> listed_at;   ///< last listing that succeeded
    std::optional<UtcTime> arrived_at;  ///< last package
    std::optional<UtcTime> failing_since;
    std::uint64_t attempts = 0;  ///< failures in a row
    std::optional<UtcTime> next_attempt;
    std::optional<Message> failure;
    std::optional<Duration> skew;  ///< of its clock to ours
    bool both_halves = false;      ///< one of its exports has had goods and their offers
};

/// How the sources are doing. Each call is one transaction unless the caller holds one.
class SourceStates {
  public:
    explicit SourceStates(Database& database) : m_database(database) {}

    /// What is not known of is as it is at the beginning.
    [[nodiscard]] SourceState find(const std::string& source) const;
    void note_listing(const std::string& source, UtcTime now);
    void note_arrival(const std::string& source, UtcTime now, bool both_halves);
    /// One more failure in a row; the first of them says since when.
    void note_failure(const std::string& source, const Message& failure, UtcTime now, UtcTime next_attempt);
    /// The failures are over.
    void note_success(const std::string& source);
    void set_paused(const std::string& source, bool paused);
    void set_skew(const std::string& source, Duration skew);

  private:
    void ensure(const std::string& source);

    Database& m_database;
};

}  // namespace obmen::ledger
