#include <unordered_map>
#include <utility>

#include "crm/packed_groups.hpp"
#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/numbering.hpp"
#include "ledger/pending.hpp"
#include "ledger/scoped_reset.hpp"

/// Reading what is pending.
namespace obmen::ledger {
namespace {

constexpr std::size_t operations_at_once = 200;

/// Names of field groups by their numbers, read when they are first asked for.
class GroupNames {
  public:
    explicit GroupNames(Database& database) : m_database(database) {}

    const std::string& name_of(std::int64_t group) {
        const auto known = m_names.find(group);
        return known != m_names.end() ? known->second
                                      : m_names.emplace(group, group_name(m_database, group)).first->second;
    }

  private:
    Database& m_database;
    std::unordered_map<std::int64_t, std::string> m_names;
};

/// Reads the columns of `page` and `in_state`.
Operation operation_in(const Statement& row, GroupNames& names) {
    Operation operation;
    operation.entity = row.integer(0);
    operation.key = {static_cast<crm::SourceKind>(row.integer(1)), id_in(row, 2)};
    operation.source_id = row.is_null(3) ? operation.key.id : row.text(3);
    operation.kind = static_cast<crm::EntityKind>(row.integer(4));
    operation.remote_id = row.text(5);
    operation.groups = crm::unpacked(row.text(6));
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
    const GroupHashes confirmed(row.text(17));
    for (const auto& [group, hash] : confirmed.entries()) {
        operation.confirmed_groups.push_back(names.name_of(group));
    }
    operation.adopted = row.integer(18) == static_cast<std::int64_t>(EntityRow::Adoption::unwritten);
    if (!row.is_null(19)) {
        operation.owner = crm::EntityKey{static_cast<crm::SourceKind>(row.integer(19)), id_in(row, 20)};
        operation.owner_remote_id = row.text(21);
    }
    operation.incomplete = row.integer(22) != 0;
    operation.left_gone = operation.owner && row.integer(23) != 0;
    operation.outages = static_cast<std::uint32_t>(row.integer(24));
    return operation;
}

std::vector<Operation> operations_in(Database& database, Statement& query) {
    GroupNames names(database);
    std::vector<Operation> operations;
    while (query.next()) {
        operations.push_back(operation_in(query, names));
    }
    return operations;
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
        " WHERE k.merging = 0 GROUP BY p.rank, p.kind ORDER BY p.rank");
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
        " p.deletion_mark, p.depth, p.state, p.looked_up, p.attempts, k.id, n.name, p.line_number,"
        " p.column_number, s.name, e.confirmed, e.adopted, o.source_kind, o.source_key, o.remote_id,"
        " p.incomplete, e.left_gone, p.outages"
        " FROM pending p CROSS JOIN package k ON k.number = p.package CROSS JOIN entity e ON e.id = p.entity"
        " CROSS JOIN source_system s ON s.id = e.source_system LEFT JOIN file_name n ON n.id = p.file"
        " LEFT JOIN entity o ON o.id = e.owner"
        " WHERE (p.rank, p.depth, p.entity) > (?, ?, ?) AND k.merging = 0"
        " ORDER BY p.rank, p.depth, p.entity LIMIT ?");
    const ScopedReset reset(query);
    return operations_in(m_database, query.bind(after.rank)
                                         .bind(static_cast<std::int64_t>(after.depth))
                                         .bind(after.entity)
                                         .bind(static_cast<std::int64_t>(most)));
}

Pending::Cursor Pending::cursor_of(const Operation& operation) {
    return {crm::sending_rank(operation.kind), operation.depth, operation.entity};
}

std::vector<Operation> Pending::in_state(OperationState state) const {
    Statement& query = m_database.statement(
        "SELECT p.entity, e.source_kind, e.source_key, e.source_id, p.kind, e.remote_id, p.field_groups,"
        " p.deletion_mark, p.depth, p.state, p.looked_up, p.attempts, k.id, n.name, p.line_number,"
        " p.column_number, s.name, e.confirmed, e.adopted, o.source_kind, o.source_key, o.remote_id,"
        " p.incomplete, e.left_gone, p.outages"
        " FROM pending p JOIN package k ON k.number = p.package JOIN entity e ON e.id = p.entity"
        " JOIN source_system s ON s.id = e.source_system LEFT JOIN file_name n ON n.id = p.file"
        " LEFT JOIN entity o ON o.id = e.owner"
        " WHERE p.state = ? AND k.merging = 0 ORDER BY p.rank, p.depth, p.entity");
    const ScopedReset reset(query);
    return operations_in(m_database, query.bind(static_cast<std::int64_t>(state)));
}

std::vector<Operation> Pending::of_kind(crm::EntityKind kind) const {
    std::vector<Operation> all;
    Cursor cursor{crm::sending_rank(kind), 0, 0};
    while (true) {
        std::vector<Operation> operations = page(cursor, operations_at_once);
        for (Operation& operation : operations) {
            cursor = cursor_of(operation);
            if (operation.kind != kind) {
                return all;
            }
            if (operation.state == OperationState::fresh) {
                all.push_back(std::move(operation));
            }
        }
        if (operations.empty()) {
            return all;
        }
    }
}

std::vector<Operation> Pending::of_owner(std::int64_t owner) const {
    Statement& query = m_database.statement(
        "SELECT p.entity, e.source_kind, e.source_key, e.source_id, p.kind, e.remote_id, p.field_groups,"
        " p.deletion_mark, p.depth, p.state, p.looked_up, p.attempts, k.id, n.name, p.line_number,"
        " p.column_number, s.name, e.confirmed, e.adopted, o.source_kind, o.source_key, o.remote_id,"
        " p.incomplete, e.left_gone, p.outages"
        " FROM entity e CROSS JOIN pending p ON p.entity = e.id JOIN package k ON k.number = p.package"
        " JOIN source_system s ON s.id = e.source_system LEFT JOIN file_name n ON n.id = p.file"
        " LEFT JOIN entity o ON o.id = e.owner"
        " WHERE e.owner = ? AND k.merging = 0 ORDER BY p.rank, p.depth, p.entity");
    const ScopedReset reset(query);
    return operations_in(m_database, query.bind(owner));
}

std::vector<std::string> Pending::adopted_ids(crm::EntityKind kind) const {
    Statement& query = m_database.statement(
        "SELECT e.remote_id FROM pending p JOIN entity e ON e.id = p.entity"
        " WHERE p.kind = ? AND e.adopted = 1 ORDER BY e.id");
    const ScopedReset reset(query);
    query.bind(static_cast<std::int64_t>(kind));
    std::vector<std::string> ids;
    while (query.next()) {
        ids.push_back(query.text(0));
    }
    return ids;
}

bool Pending::has_operation(std::int64_t entity) const {
    Statement& query = m_database.statement("SELECT 1 FROM pending WHERE entity = ?").bind(entity);
    const ScopedReset reset(query);
    return query.next();
}

void Pending::for_each(const std::function<void(const Operation&)>& take) const {
    Cursor cursor;
    while (true) {
        const std::vector<Operation> operations = page(cursor, operations_at_once);
        if (operations.empty()) {
            return;
        }
        cursor = cursor_of(operations.back());
        for (const Operation& operation : operations) {
            take(operation);
        }
    }
}

}  // namespace obmen::ledger
