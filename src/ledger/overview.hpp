#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/journal.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

/// What an operator wants to know at a glance. Only reads; for guests as well.
namespace obmen::ledger {

/// A watched source; the empty name stands for the sending.
struct SourceOverview {
    std::string source;
    bool paused = false;
    std::optional<UtcTime> listed_at{};
    std::optional<UtcTime> arrived_at{};
    std::optional<UtcTime> failing_since{};
    std::optional<UtcTime> next_attempt{};
    std::optional<Message> failure{};
    std::uint64_t waiting = 0;  ///< files of it that have no package yet
};
[[nodiscard]] std::vector<SourceOverview> sources_overview(Database& database);

/// A file of a source that is in no package yet.
struct WaitingFile {
    std::string name;  ///< bytes as the source has them
    std::uint64_t size = 0;
    UtcTime first_seen{};
    UtcTime still_since{};  ///< unchanged since
    bool is_copied = false;
    std::uint64_t attempts = 0;     ///< copies that failed in a row
    std::optional<Message> reason;  ///< where something is wrong with it
};
/// Those of `source`, the oldest first; `most` at the most.
[[nodiscard]] std::vector<WaitingFile> waiting_files(Database& database, const std::string& source,
                                                     std::size_t most);

/// The worst that is known of a package: why it was rejected, where it was.
[[nodiscard]] std::optional<Message> worst_finding(Database& database, const std::string& package);

/// A receipt that has not arrived.
struct ReceiptOverview {
    std::string package;
    int revision = 0;
    std::string file;
    std::string target;
    UtcTime made_at{};
    std::uint64_t attempts = 0;
    std::optional<UtcTime> next_attempt;
    std::optional<Message> failure;
};
[[nodiscard]] std::vector<ReceiptOverview> receipts_under_way(Database& database);

/// An alert that stands.
struct AlertOverview {
    std::string cause;
    std::optional<Message> message;
    UtcTime since{};
    bool is_told = false;
};
[[nodiscard]] std::vector<AlertOverview> standing_alerts(Database& database);

struct PackagesOverview {
    std::optional<UtcTime> oldest_waiting;  ///< when the oldest package that has not ended was received
    std::optional<UtcTime> last_applied;    ///< when a package was last applied
    std::uint64_t waiting = 0;              ///< packages that have not ended
    std::uint64_t held = 0;                 ///< packages whose removals wait for a person
};
[[nodiscard]] PackagesOverview packages_overview(Database& database);

/// The steps of one package, the oldest first; `most` at the most (the newest ones).
[[nodiscard]] std::vector<JournalEntry> journal_of(Database& database, const std::string& package,
                                                   std::size_t most);

}  // namespace obmen::ledger
