#include "ledger/journal.hpp"

#include "ledger/meta.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/times.hpp"
#include "support/error.hpp"
#include "support/secret.hpp"

namespace obmen::ledger {

namespace {

constexpr const char* moved_identity = "portal moved to";
constexpr const char* member_id = "portal member";
constexpr const char* journal_progress = "journal written to";

}  // namespace

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

std::vector<JournalRow> Journal::after(std::int64_t id, std::size_t most) const {
    Statement& query = m_database.statement(
        "SELECT id, timestamp, operation, source_system, target_system, package, object_id, status, details"
        " FROM journal WHERE id > ? ORDER BY id LIMIT ?");
    const ScopedReset reset(query);
    query.bind(id).bind(static_cast<std::int64_t>(most));
    std::vector<JournalRow> rows;
    while (query.next()) {
        rows.push_back({.id = query.integer(0),
                        .entry = {.time = sure_time_in(query, 1),
                                  .operation = query.text(2),
                                  .source_system = query.text(3),
                                  .target_system = query.text(4),
                                  .package = query.text(5),
                                  .object_id = query.text(6),
                                  .status = query.text(7),
                                  .details = query.text(8)}});
    }
    return rows;
}

std::int64_t Journal::written_on_to() const {
    const std::optional<std::string> stored = meta_value(m_database, journal_progress);
    return stored ? std::stoll(*stored) : 0;
}

void Journal::set_written_on_to(std::int64_t id) {
    set_meta(m_database, journal_progress, std::to_string(id));
}

void PortalState::remember_move(const std::string& identity) {
    set_meta(m_database, moved_identity, identity);
}

std::string PortalState::owner() const {
    Statement& query =
        m_database.statement("SELECT identity FROM portal WHERE id = 1 AND identity IS NOT NULL");
    const ScopedReset reset(query);
    return query.next() ? query.text(0) : std::string();
}

void PortalState::demand(const std::string& identity, const std::string& member) const {
    const std::string bound = owner();
    const bool is_same = bound.empty() || bound == identity ||
                         meta_value(m_database, moved_identity).value_or(std::string()) == identity ||
                         (!member.empty() && meta_value(m_database, member_id) == member);
    if (!is_same) {
        throw Error(FailureClass::bad_config, Message{"SYS-LEDGER-PORTAL", {bound, identity}});
    }
}

void PortalState::bind(const std::string& identity, const std::string& member) {
    m_database.transaction([&] {
        demand(identity, member);
        if (!member.empty()) {
            set_meta(m_database, member_id, member);
        }
        if (owner() == identity) {
            return;
        }
        set_meta(m_database, moved_identity, {});
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
    m_database
        .statement(
            "INSERT INTO portal (id, api) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET api = excluded.api")
        .bind(name)
        .run();
}

}  // namespace obmen::ledger
