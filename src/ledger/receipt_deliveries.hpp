#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

namespace obmen::ledger {

/// Where a receipt is on its way to 1C. Stored: the numbers never change.
enum class DeliveryState : std::uint8_t {
    waiting = 0,    ///< in the outbox
    delivered = 1,  ///< at its target
    overtaken =
        2,  ///< not sent: a newer receipt of the same package came first, or the package was forgotten
};

/// A receipt that goes to a source's receipt target.
struct ReceiptDelivery {
    std::string package;
    int revision = 1;
    std::string file;    ///< its name, in the outbox and, if it is free there, at the target
    std::string target;  ///< name of the [[source]]
    DeliveryState state = DeliveryState::waiting;
    std::uint64_t attempts = 0;  ///< in vain
    std::optional<UtcTime> next_attempt{};
    UtcTime made_at{};
    std::optional<UtcTime> delivered_at{};
    std::optional<UtcTime> failing_since{};
    std::optional<Message> failure{};  ///< why it has not arrived
    std::string temporary{};   ///< its name at the target during an attempt that has not ended; empty: none
    std::string arrived_as{};  ///< its name at the target
};

/// A place that receipts go to and that is out of reach.
struct TargetTrouble {
    std::string target;
    std::uint64_t attempts = 0;
    UtcTime next_attempt{};
    UtcTime failing_since{};
    Message failure;
};

/// What of a target's receipts waits.
struct WaitingReceipts {
    std::string target;
    std::uint64_t count = 0;
    ReceiptDelivery oldest;
    /// The one that has failed for the longest time; nothing if none has been tried in vain.
    std::optional<ReceiptDelivery> failing{};
};

/// Receipts on their way, from the transaction that closes a package to the target. A package's receipts
/// each hold all that is known of it: of two that wait only the newer one is sent.
class ReceiptDeliveries {
  public:
    explicit ReceiptDeliveries(Database& database) : m_database(database) {}

    /// A receipt whose bytes are on disk; it overtakes those of the same package that wait. Only package,
    /// revision, file, target and made_at are looked at.
    void add(const ReceiptDelivery& delivery);

    /// All that wait for a target, in the order they were made.
    [[nodiscard]] std::vector<ReceiptDelivery> waiting(const std::string& target) const;
    /// Rows of the target that may have left something behind there: see ReceiptDelivery::temporary.
    [[nodiscard]] std::vector<ReceiptDelivery> with_temporary(const std::string& target) const;
    /// All of a package, oldest first.
    [[nodiscard]] std::vector<ReceiptDelivery> of_package(const std::string& package) const;
    /// The row whose bytes are in the outbox under this name.
    [[nodiscard]] std::optional<ReceiptDelivery> of_file(const std::string& file) const;
    /// For every target that something waits for.
    [[nodiscard]] std::vector<WaitingReceipts> all_waiting() const;

    void note_temporary(const ReceiptDelivery& delivery, const std::string& name);
    void mark_delivered(const ReceiptDelivery& delivery, const std::string& arrived_as, UtcTime now);
    void mark_overtaken(const ReceiptDelivery& delivery);
    /// One more attempt in vain. \param next nothing: when its target is tried again
    void mark_failed(const ReceiptDelivery& delivery, const Message& failure, UtcTime now,
                     std::optional<UtcTime> next);

    [[nodiscard]] std::optional<TargetTrouble> trouble(const std::string& target) const;
    [[nodiscard]] std::vector<TargetTrouble> troubles() const;
    void note_trouble(const TargetTrouble& trouble);
    /// The target has been reached, or a person has mended something: the next attempt may come at once.
    void forget_trouble(const std::string& target);

  private:
    Database& m_database;
};

}  // namespace obmen::ledger
