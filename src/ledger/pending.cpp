#include "ledger/pending.hpp"

#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/numbering.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

/// Reads the columns of `operation_columns`.
Operation operation_in(const Statement& row) {
    Operation operation;
    operation.entity = row.integer(0);
    operation.key = {static_cast<crm::SourceKind>(row.integer(1)), id_in(row, 2)};
    operation.source_id = row.is_null(3) ? operation.key.id : row.text(3);
    operation.kind = static_cast<crm::EntityKind>(row.integer(4));
    operation.remote_id = row.text(5);
    operation.groups = crm::groups_from_json(row.text(6));
    operation.deletion_mark = row.integer(7) != 0;
    operation.depth = static_cast<std::uint32_t>(row.integer(8));
    operation.state = static_cast<OperationState>(row.integer(9));
    operation.looked_up = row.integer(10) != 0;
    operation.attempts = static_cast<std::uint32_t>(row.integer(11));
    operation.package = row.text(12);
    operation.file = row.text(13);
    operation.place = {static_cast<std::uint64_t>(row.integer(14)),
                       static_cast<std::uint64_t>(row.integer(15))};
    operation.source_system = row.text(16);
    return operation;
}

std::vector<Operation> operations_in(Statement& query) {
    std::vector<Operation> operations;
    while (query.next()) {
        operations.push_back(operation_in(query));
    }
    return operations;
}

void set_state(Database& database, std::int64_t entity, OperationState state) {
    database.statement("UPDATE pending SET state = ? WHERE entity = ?")
        .bind(static_cast<std::int64_t>(state))
        .bind(entity)
        .run();
}

void make_fresh(Database& database, std::int64_t entity) {
    set_state(database, entity, OperationState::fresh);
    Operations(database).promote(entity);
}

/// The id in a query's only column: nothing without a row, an empty text for NULL.
std::optional<std::string> remote_id_in(Statement& query) {
    const ScopedReset reset(query);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace

std::uint64_t Pending::count() const {
    Statement& query = m_database.statement(
        "SELECT count(*) FROM pending p JOIN package k ON k.number = p.package WHERE k.merging = 0");
    const ScopedReset reset(query);
    return query.next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

std::vector<Pending::Count> Pending::counts() const {
    Statement& query = m_database.statement(
        "SELECT p.kind, sum(e.remote_id IS NULL), sum(e.remote_id IS NOT NULL) FROM pending p"
        " JOIN package k ON k.number = p.package JOIN entity e ON e.id = p.entity"
        " WHERE k.merging = 0 GROUP BY p.kind ORDER BY p.kind");
    const ScopedReset reset(query);
    std::vector<Count> counts;
    while (query.next()) {
        counts.push_back({static_cast<crm::EntityKind>(query.integer(0)),
                          static_cast<std::uint64_t>(query.integer(1)),
                          static_cast<std::uint64_t>(query.integer(2))});
    }
    return counts;
}

std::vector<Operation> Pending::page(const Cursor& after, std::size_t most) const {
    // CROSS JOIN: the queue's index gives the order, so that a page costs a page and not the queue.
    Statement& query = m_database.statement(
        "SELECT p.entity, e.source_kind, e.source_key, e.source_id, p.kind, e.remote_id, p.field_groups,"
        " p.deletion_mark, p.depth, p.state, p.looked_up, p.attempts, k.id, n.name, p.line_number, "
        "p.column_number,"
        " s.name"
        " FROM pending p CROSS JOIN package k ON k.number = p.package CROSS JOIN entity e ON e.id = p.entity"
        " CROSS JOIN source_system s ON s.id = e.source_system LEFT JOIN file_name n ON n.id = p.file"
        " WHERE (p.kind, p.depth, p.entity) > (?, ?, ?) AND k.merging = 0"
        " ORDER BY p.kind, p.depth, p.entity LIMIT ?");
    const ScopedReset reset(query);
    return operations_in(query.bind(after.kind)
                             .bind(static_cast<std::int64_t>(after.depth))
                             .bind(after.entity)
                             .bind(static_cast<std::int64_t>(most)));
}

Pending::Cursor Pending::cursor_of(const Operation& operation) {
    return {static_cast<int>(operation.kind), operation.depth, operation.entity};
}

std::vector<Operation> Pending::in_state(OperationState state) const {
    Statement& query = m_database.statement(
        "SELECT p.entity, e.source_kind, e.source_key, e.source_id, p.kind, e.remote_id, p.field_groups,"
        " p.deletion_mark, p.depth, p.state, p.looked_up, p.attempts, k.id, n.name, p.line_number, "
        "p.column_number,"
        " s.name"
        " FROM pending p JOIN package k ON k.number = p.package JOIN entity e ON e.id = p.entity"
        " JOIN source_system s ON s.id = e.source_system LEFT JOIN file_name n ON n.id = p.file"
        " WHERE p.state = ? AND k.merging = 0 ORDER BY p.kind, p.depth, p.entity");
    const ScopedReset reset(query);
    return operations_in(query.bind(static_cast<std::int64_t>(state)));
}

std::optional<std::string> Pending::remote_id(const crm::EntityKey& key,
                                              std::string_view source_system) const {
    Statement& query = m_database.statement(
        "SELECT remote_id FROM entity WHERE source_system = (SELECT id FROM source_system WHERE name = ?)"
        " AND source_kind = ? AND source_key = ? AND kind IS NOT NULL");
    query.bind(source_system).bind(static_cast<std::int64_t>(key.kind));
    bind_id(query, key.id);
    return remote_id_in(query);
}

std::optional<std::string> Pending::remote_id(const crm::EntityKey& key) const {
    Statement& query = m_database.statement(
        "SELECT e.remote_id FROM source_system s CROSS JOIN entity e ON e.source_system = s.id"
        " WHERE e.source_kind = ? AND e.source_key = ? AND e.kind IS NOT NULL"
        " ORDER BY e.remote_id IS NULL, s.id LIMIT 1");
    query.bind(static_cast<std::int64_t>(key.kind));
    bind_id(query, key.id);
    return remote_id_in(query);
}

void Pending::mark_sent(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            m_database.statement("UPDATE pending SET state = ?, attempts = attempts + 1 WHERE entity = ?")
                .bind(static_cast<std::int64_t>(OperationState::sent))
                .bind(entity)
                .run();
        }
    });
}

void Pending::mark(const std::vector<std::int64_t>& entities, OperationState state) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            if (state == OperationState::fresh) {
                make_fresh(m_database, entity);
            } else {
                set_state(m_database, entity, state);
            }
        }
    });
}

void Pending::mark_looked_up(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            m_database.statement("UPDATE pending SET looked_up = 1 WHERE entity = ?").bind(entity).run();
        }
    });
}

void Pending::link(std::int64_t entity, const std::string& remote_id) {
    m_database.transaction([&] {
        Statement& query = m_database.statement("SELECT remote_id FROM entity WHERE id = ?").bind(entity);
        const std::optional<std::string> before = remote_id_in(query);
        if (before && !before->empty() && *before != remote_id) {
            forget_remote(m_database, entity);
        }
        set_remote_id(m_database, entity, remote_id);
        make_fresh(m_database, entity);
    });
}

void Pending::unlink(std::int64_t entity, bool looked_up) {
    m_database.transaction([&] {
        forget_remote(m_database, entity);
        m_database.statement("UPDATE pending SET looked_up = ? WHERE entity = ?")
            .bind(static_cast<std::int64_t>(looked_up))
            .bind(entity)
            .run();
        make_fresh(m_database, entity);
    });
}

void Pending::postpone(std::int64_t entity, const Message& reason) {
    m_database.transaction([&] {
        if (const std::optional<PendingRow> operation = find_pending(m_database, entity)) {
            set_settled_verdict(m_database, operation->wish.package, entity, Verdict::deferred, reason);
        }
    });
}

std::vector<Part> Pending::parts(std::int64_t entity) const {
    Statement& query =
        m_database.statement("SELECT slot, value_hash FROM part WHERE entity = ? ORDER BY slot, position");
    const ScopedReset reset(query);
    query.bind(entity);
    std::vector<Part> parts;
    while (query.next()) {
        parts.push_back({query.text(0), static_cast<std::uint64_t>(query.integer(1))});
    }
    return parts;
}

void Pending::set_parts(std::int64_t entity, const std::string& slot, const std::vector<Part>& parts) {
    m_database.transaction([&] {
        m_database.statement("DELETE FROM part WHERE entity = ? AND slot = ?").bind(entity).bind(slot).run();
        std::int64_t position = 0;
        for (const Part& part : parts) {
            m_database.statement("INSERT INTO part (entity, slot, position, value_hash) VALUES (?, ?, ?, ?)")
                .bind(entity)
                .bind(slot)
                .bind(position++)
                .bind(static_cast<std::int64_t>(part.value_hash))
                .run();
        }
    });
}

void Pending::note(const Operation& operation, const Message& message, Severity severity) {
    m_database.transaction([&] {
        std::optional<std::int64_t> file;
        if (!operation.file.empty()) {
            file = Numbering(m_database, Numbering::Of::file_name).number_of(operation.file);
        }
        insert_finding(m_database, package_number(m_database, operation.package), severity, message, file,
                       operation.place, operation.source_id);
    });
}

}  // namespace obmen::ledger
