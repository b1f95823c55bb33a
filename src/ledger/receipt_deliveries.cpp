#include "ledger/receipt_deliveries.hpp"

#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

#include <utility>

namespace obmen::ledger {
namespace {

void bind_time(Statement& statement, std::optional<UtcTime> time) {
    if (time) {
        statement.bind(milliseconds(*time));
    } else {
        statement.bind_null();
    }
}

/// Reads package, revision, file, target, state, attempts, next_attempt, made_at, delivered_at,
/// failing_since, code, arguments, temporary, arrived_as.
std::vector<ReceiptDelivery> deliveries_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<ReceiptDelivery> found;
    while (query.next()) {
        found.push_back({.package = query.text(0),
                         .revision = static_cast<int>(query.integer(1)),
                         .file = query.text(2),
                         .target = query.text(3),
                         .state = static_cast<DeliveryState>(query.integer(4)),
                         .attempts = static_cast<std::uint64_t>(query.integer(5)),
                         .next_attempt = time_in(query, 6),
                         .made_at = sure_time_in(query, 7),
                         .delivered_at = time_in(query, 8),
                         .failing_since = time_in(query, 9),
                         .failure = message_in(query, 10),
                         .temporary = query.text(12),
                         .arrived_as = query.text(13)});
    }
    return found;
}

/// Reads target, attempts, next_attempt, failing_since, code, arguments.
std::vector<TargetTrouble> troubles_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<TargetTrouble> found;
    while (query.next()) {
        found.push_back({.target = query.text(0),
                         .attempts = static_cast<std::uint64_t>(query.integer(1)),
                         .next_attempt = sure_time_in(query, 2),
                         .failing_since = sure_time_in(query, 3),
                         .failure = message_in(query, 4).value_or(Message{"SYS-INTERNAL"})});
    }
    return found;
}

template <typename Row>
std::optional<Row> first_of(std::vector<Row> rows) {
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

}  // namespace

void ReceiptDeliveries::add(const ReceiptDelivery& delivery) {
    m_database.transaction([&] {
        m_database.statement("UPDATE receipt_delivery SET state = ? WHERE package = ? AND state = ?")
            .bind(static_cast<std::int64_t>(DeliveryState::overtaken))
            .bind(delivery.package)
            .bind(static_cast<std::int64_t>(DeliveryState::waiting))
            .run();
        m_database
            .statement(
                "INSERT INTO receipt_delivery (package, revision, file, target, state, attempts, made_at)"
                " VALUES (?, ?, ?, ?, 0, 0, ?)")
            .bind(delivery.package)
            .bind(delivery.revision)
            .bind(delivery.file)
            .bind(delivery.target)
            .bind(milliseconds(delivery.made_at))
            .run();
    });
}

std::vector<ReceiptDelivery> ReceiptDeliveries::waiting(const std::string& target) const {
    return deliveries_in(m_database
                             .statement("SELECT * FROM receipt_delivery WHERE target = ? AND state = 0"
                                        " ORDER BY made_at, package, revision")
                             .bind(target));
}

std::vector<ReceiptDelivery> ReceiptDeliveries::with_temporary(const std::string& target) const {
    return deliveries_in(m_database
                             .statement("SELECT * FROM receipt_delivery WHERE target = ? AND temporary <> ''"
                                        " ORDER BY made_at, package, revision")
                             .bind(target));
}

std::vector<ReceiptDelivery> ReceiptDeliveries::of_package(const std::string& package) const {
    return deliveries_in(
        m_database.statement("SELECT * FROM receipt_delivery WHERE package = ? ORDER BY revision")
            .bind(package));
}

std::optional<ReceiptDelivery> ReceiptDeliveries::of_file(const std::string& file) const {
    return first_of(
        deliveries_in(m_database.statement("SELECT * FROM receipt_delivery WHERE file = ?").bind(file)));
}

std::vector<WaitingReceipts> ReceiptDeliveries::all_waiting() const {
    const std::vector<ReceiptDelivery> rows = deliveries_in(m_database.statement(
        "SELECT * FROM receipt_delivery WHERE state = 0 ORDER BY target, made_at, package, revision"));
    std::vector<WaitingReceipts> targets;
    for (const ReceiptDelivery& row : rows) {
        if (targets.empty() || targets.back().target != row.target) {
            targets.push_back({.target = row.target, .oldest = row});
        }
        WaitingReceipts& target = targets.back();
        ++target.count;
        if (row.failing_since && (!target.failing || *row.failing_since < *target.failing->failing_since)) {
            target.failing = row;
        }
    }
    return targets;
}

void ReceiptDeliveries::note_temporary(const ReceiptDelivery& delivery, const std::string& name) {
    m_database.statement("UPDATE receipt_delivery SET temporary = ? WHERE package = ? AND revision = ?")
        .bind(name)
        .bind(delivery.package)
        .bind(delivery.revision)
        .run();
}

void ReceiptDeliveries::mark_delivered(const ReceiptDelivery& delivery, const std::string& arrived_as,
                                       UtcTime now) {
    m_database
        .statement(
            "UPDATE receipt_delivery SET state = ?, arrived_as = ?, delivered_at = ?, temporary = '',"
            " next_attempt = NULL, failing_since = NULL, code = NULL, arguments = NULL"
            " WHERE package = ? AND revision = ?")
        .bind(static_cast<std::int64_t>(DeliveryState::delivered))
        .bind(arrived_as)
        .bind(milliseconds(now))
        .bind(delivery.package)
        .bind(delivery.revision)
        .run();
}

void ReceiptDeliveries::mark_overtaken(const ReceiptDelivery& delivery) {
    m_database.statement("UPDATE receipt_delivery SET state = ? WHERE package = ? AND revision = ?")
        .bind(static_cast<std::int64_t>(DeliveryState::overtaken))
        .bind(delivery.package)
        .bind(delivery.revision)
        .run();
}

void ReceiptDeliveries::mark_failed(const ReceiptDelivery& delivery, const Message& failure, UtcTime now,
                                    std::optional<UtcTime> next) {
    Statement& update = m_database.statement(
        "UPDATE receipt_delivery SET attempts = attempts + 1, failing_since = COALESCE(failing_since, ?),"
        " next_attempt = ?, code = ?, arguments = ? WHERE package = ? AND revision = ?");
    update.bind(milliseconds(now));
    bind_time(update, next);
    bind_message(update, failure);
    update.bind(delivery.package).bind(delivery.revision).run();
}

std::optional<TargetTrouble> ReceiptDeliveries::trouble(const std::string& target) const {
    return first_of(
        troubles_in(m_database.statement("SELECT * FROM receipt_target WHERE target = ?").bind(target)));
}

std::vector<TargetTrouble> ReceiptDeliveries::troubles() const {
    return troubles_in(m_database.statement("SELECT * FROM receipt_target ORDER BY target"));
}

void ReceiptDeliveries::note_trouble(const TargetTrouble& trouble) {
    Statement& insertion = m_database.statement(
        "INSERT INTO receipt_target (target, attempts, next_attempt, failing_since, code, arguments)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (target) DO UPDATE SET attempts = excluded.attempts,"
        " next_attempt = excluded.next_attempt, failing_since = excluded.failing_since,"
        " code = excluded.code, arguments = excluded.arguments");
    insertion.bind(trouble.target)
        .bind(static_cast<std::int64_t>(trouble.attempts))
        .bind(milliseconds(trouble.next_attempt))
        .bind(milliseconds(trouble.failing_since));
    bind_message(insertion, trouble.failure);
    insertion.run();
}

void ReceiptDeliveries::forget_trouble(const std::string& target) {
    m_database.statement("DELETE FROM receipt_target WHERE target = ?").bind(target).run();
}

}  // namespace obmen::ledger
