#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

namespace obmen::ledger {

/// One thing that people are told of, or told that it is over.
struct AlertRow {
    std::string cause;
    Message message;
    bool one_off = false;  ///< it has happened, and ends without an all-clear
    UtcTime since{};
    std::optional<UtcTime> told_at{};
    std::optional<UtcTime> cleared_at{};  ///< the all-clear is to be told
    std::uint64_t ways = 0;               ///< bits: by which ways the present news has gone already
    std::uint64_t attempts = 0;           ///< in vain, of the present news
    std::optional<UtcTime> next_attempt{};

    [[nodiscard]] bool is_news() const { return cleared_at.has_value() || !told_at.has_value(); }
};

/// What stands, and how far people know of it. Each call is one transaction.
class AlertRows {
  public:
    explicit AlertRows(Database& database) : m_database(database) {}

    /// By cause.
    [[nodiscard]] std::vector<AlertRow> all() const;
    [[nodiscard]] std::optional<AlertRow> find(const std::string& cause) const;

    /// Stands now. One that stands already keeps what is known of it but gets the newest message; one whose
    /// all-clear has not been told goes on as if it had never been over. \returns true if it is new
    bool raise(const std::string& cause, const Message& message, bool one_off, UtcTime now);
    /// Is over. What nobody has been told of, and what is a one-off, is forgotten. \returns the row as it
    /// stood; nothing if it did not
    std::optional<AlertRow> clear(const std::string& cause, UtcTime now);

    void mark_way(const std::string& cause, std::uint64_t ways);
    /// The present news has gone by all ways: an alert stands told, an all-clear is forgotten.
    void mark_told(const std::string& cause, UtcTime now);
    void mark_failed(const std::string& cause, std::uint64_t attempts, UtcTime next_attempt);

    /// Since when a source that has never brought anything is waited for: `now` when it is asked first.
    [[nodiscard]] UtcTime waited_for_since(const std::string& source, UtcTime now);

  private:
    Database& m_database;
};

}  // namespace obmen::ledger
