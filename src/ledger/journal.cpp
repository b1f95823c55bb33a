#include "ledger/journal.hpp"

#include "ledger/scoped_reset.hpp"
#include "support/error.hpp"
#include "support/secret.hpp"

namespace obmen::ledger {

void Journal::write(const JournalEntry& entry) {
    m_database
        .statement(
            "INSERT INTO journal (timestamp, operation, source_system, target_system, package, object_id, "
            "status,"
            " details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(entry.time.time_since_epoch().count())
        .bind(entry.operation)
        .bind(entry.source_system)
        .bind(entry.target_system)
        .bind(entry.package)
        .bind(entry.object_id)
        .bind(entry.status)
        .bind(masked(entry.details))
        .run();
}

void PortalState::bind(const std::string& identity) {
    m_database.transaction([&] {
        Statement& query =
            m_database.statement("SELECT identity FROM portal WHERE id = 1 AND identity IS NOT NULL");
        std::string owner;
        {
            const ScopedReset reset(query);
            owner = query.next() ? query.text(0) : std::string();
        }
        if (owner == identity) {
            return;
        }
        if (!owner.empty()) {
            throw Error(FailureClass::bad_config, Message{"SYS-LEDGER-PORTAL", {owner, identity}});
        }
        m_database
            .statement(
                "INSERT INTO portal (id, identity) VALUES (1, ?)"
                " ON CONFLICT (id) DO UPDATE SET identity = excluded.identity")
            .bind(identity)
            .run();
    });
}

std::optional<std::string> PortalState::api() const {
    Statement& query = m_database.statement("SELECT api FROM portal WHERE id = 1 AND api IS NOT NULL");
    const ScopedReset reset(query);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

void PortalState::pin_api(const std::string& name) {
    m_database.statement("UPDATE portal SET api = ? WHERE id = 1").bind(name).run();
}

std::optional<PortalState::Bucket> PortalState::bucket() const {
    Statement& query = m_database.statement(
        "SELECT bucket_level, bucket_at FROM portal WHERE id = 1 AND bucket_at IS NOT NULL");
    const ScopedReset reset(query);
    if (!query.next()) {
        return std::nullopt;
    }
    return Bucket{query.real(0), UtcTime(Duration(query.integer(1)))};
}

void PortalState::set_bucket(const Bucket& bucket) {
    m_database
        .statement(
            "INSERT INTO portal (id, bucket_level, bucket_at) VALUES (1, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET bucket_level = excluded.bucket_level, bucket_at = "
            "excluded.bucket_at")
        .bind_real(bucket.level)
        .bind(bucket.at.time_since_epoch().count())
        .run();
}

}  // namespace obmen::ledger
