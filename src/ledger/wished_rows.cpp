#include <limits>

#include "ledger/failure.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/wished.hpp"

namespace obmen::ledger {
namespace {

/// Binds the columns that all four tables share: package, creates, deletion_mark, depth, hashes, file,
/// line_number, column_number, field_groups.
void bind_wish(Statement& statement, const WishRow& wish) {
    statement.bind(wish.package)
        .bind(static_cast<std::int64_t>(wish.creates))
        .bind(static_cast<std::int64_t>(wish.deletion_mark))
        .bind(static_cast<std::int64_t>(wish.depth))
        .bind_blob(wish.groups.hashes.bytes());
    bind_optional(statement, wish.file);
    statement.bind(static_cast<std::int64_t>(wish.place.line))
        .bind(static_cast<std::int64_t>(wish.place.column))
        .bind_blob(wish.groups.values);
}

/// The same columns, from `column` on.
WishRow wish_in(const Statement& row, int column) {
    WishRow wish;
    wish.package = row.integer(column);
    wish.creates = row.integer(column + 1) != 0;
    wish.deletion_mark = row.integer(column + 2) != 0;
    wish.depth = static_cast<std::uint32_t>(row.integer(column + 3));
    wish.groups.hashes = GroupHashes(row.text(column + 4));
    if (!row.is_null(column + 5)) {
        wish.file = row.integer(column + 5);
    }
    wish.place = {static_cast<std::uint64_t>(row.integer(column + 6)),
                  static_cast<std::uint64_t>(row.integer(column + 7))};
    wish.groups.values = row.text(column + 8);
    return wish;
}

/// Packages follow one another in `staged`, and in each the objects in the order of their numbers: an id says
/// both, so that no index is needed.
constexpr std::int64_t ids_of_a_package = std::int64_t{1} << 40U;

std::int64_t staged_id(std::int64_t package, std::int64_t entity) {
    if (entity >= ids_of_a_package ||
        package >= std::numeric_limits<std::int64_t>::max() / ids_of_a_package) {
        throw_bug("more objects or packages than the ledger can number");
    }
    return package * ids_of_a_package + entity;
}

StagedRow staged_in(const Statement& row) {
    return {row.integer(0), row.integer(1), static_cast<crm::EntityKind>(row.integer(2)),
            static_cast<Verdict>(row.integer(3)), wish_in(row, 4)};
}

}  // namespace

std::optional<StagedRow> find_staged(Database& database, std::int64_t package, std::int64_t entity) {
    Statement& query = database.statement(
        "SELECT id, entity, kind, verdict, package, creates, deletion_mark, depth, hashes, file, line_number,"
        " column_number, field_groups FROM staged WHERE id = ?");
    const ScopedReset reset(query);
    return query.bind(staged_id(package, entity)).next() ? std::optional(staged_in(query)) : std::nullopt;
}

std::optional<std::int64_t> last_of_first_staged(Database& database, std::int64_t package, std::size_t most) {
    Statement& query = database.statement(
        "SELECT entity, length(field_groups) FROM staged WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?");
    const ScopedReset reset(query);
    query.bind(staged_id(package, 0))
        .bind(staged_id(package + 1, 0) - 1)
        .bind(static_cast<std::int64_t>(most));
    // Long descriptions must not fill the memory.
    constexpr std::int64_t most_bytes = 4 * 1024 * 1024;
    std::int64_t bytes = 0;
    std::optional<std::int64_t> last;
    while (bytes < most_bytes && query.next()) {
        last = query.integer(0);
        bytes += query.integer(1);
    }
    return last;
}

std::vector<StagedRow> staged_of_known(Database& database, std::int64_t package, std::int64_t last_entity) {
    Statement& query = database.statement(
        "SELECT s.id, s.entity, s.kind, s.verdict, s.package, s.creates, s.deletion_mark, s.depth, s.hashes,"
        " s.file, s.line_number, s.column_number, s.field_groups FROM staged s CROSS JOIN entity e"
        " ON e.id = s.entity WHERE s.id BETWEEN ? AND ? AND NOT (s.creates = 1 AND s.deletion_mark = 0"
        " AND s.verdict = 0 AND e.kind IS NULL AND e.remote_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.entity = s.entity)"
        " AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.entity = s.entity)) ORDER BY s.id");
    const ScopedReset reset(query);
    query.bind(staged_id(package, 0)).bind(staged_id(package, last_entity));
    std::vector<StagedRow> rows;
    while (query.next()) {
        rows.push_back(staged_in(query));
    }
    return rows;
}

void queue_staged_of_new(Database& database, std::int64_t package, std::int64_t last_entity) {
    static_assert(static_cast<int>(Verdict::planned) == 0 && static_cast<int>(OperationState::fresh) == 0);
    database
        .statement(
            "INSERT INTO pending (entity, kind, rank, state, looked_up, attempts, package, creates,"
            " deletion_mark, depth, hashes, file, line_number, column_number, field_groups)"
            " SELECT s.entity, s.kind, sending_rank(s.kind), 0, 0, 0, s.package, 1, 0, s.depth, s.hashes,"
            " s.file, s.line_number, s.column_number, s.field_groups FROM staged s CROSS JOIN entity e"
            " ON e.id = s.entity WHERE s.id BETWEEN ? AND ? AND s.creates = 1 AND s.deletion_mark = 0"
            " AND s.verdict = 0 AND e.kind IS NULL AND e.remote_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.entity = s.entity)"
            " AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.entity = s.entity)")
        .bind(staged_id(package, 0))
        .bind(staged_id(package, last_entity))
        .run();
    database
        .statement(
            "UPDATE entity SET kind = s.kind FROM staged s WHERE s.id BETWEEN ? AND ? AND entity.id ="
            " s.entity AND entity.kind IS NULL AND EXISTS (SELECT 1 FROM pending p WHERE p.entity ="
            " s.entity)")
        .bind(staged_id(package, 0))
        .bind(staged_id(package, last_entity))
        .run();
}

void insert_staged(Database& database, const StagedRow& row) {
    Statement& insertion = database.statement(
        "INSERT INTO staged (id, entity, kind, verdict, package, creates, deletion_mark, depth, hashes, file,"
        " line_number, column_number, field_groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(staged_id(row.wish.package, row.entity))
        .bind(row.entity)
        .bind(static_cast<std::int64_t>(row.kind))
        .bind(static_cast<std::int64_t>(row.verdict));
    bind_wish(insertion, row.wish);
    insertion.run();
}

void update_staged(Database& database, const StagedRow& row) {
    Statement& update = database.statement(
        "UPDATE staged SET kind = ?, verdict = ?, package = ?, creates = ?, deletion_mark = ?, depth = ?, "
        "hashes = ?,"
        " file = ?, line_number = ?, column_number = ?, field_groups = ? WHERE id = ?");
    update.bind(static_cast<std::int64_t>(row.kind)).bind(static_cast<std::int64_t>(row.verdict));
    bind_wish(update, row.wish);
    update.bind(row.id).run();
}

void delete_staged(Database& database, std::int64_t id) {
    database.statement("DELETE FROM staged WHERE id = ?").bind(id).run();
}

bool has_staged(Database& database, std::int64_t package) {
    Statement& query = database.statement("SELECT 1 FROM staged WHERE id BETWEEN ? AND ? LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(staged_id(package, 0)).bind(staged_id(package + 1, 0) - 1).next();
}

void delete_staged_up_to(Database& database, std::int64_t package, std::int64_t last_entity) {
    database.statement("DELETE FROM staged WHERE id BETWEEN ? AND ?")
        .bind(staged_id(package, 0))
        .bind(staged_id(package, last_entity))
        .run();
}

std::vector<std::int64_t> staged_marks(Database& database, std::int64_t package) {
    Statement& query = database.statement(
        "SELECT s.entity FROM staged s JOIN entity e ON e.id = s.entity WHERE s.id BETWEEN ? AND ? AND"
        " s.deletion_mark = 1 AND e.remote_id IS NOT NULL AND e.source_kind IN (2, 3) ORDER BY s.id");
    const ScopedReset reset(query);
    query.bind(staged_id(package, 0)).bind(staged_id(package + 1, 0) - 1);
    std::vector<std::int64_t> entities;
    while (query.next()) {
        entities.push_back(query.integer(0));
    }
    return entities;
}

std::optional<PendingRow> find_pending(Database& database, std::int64_t entity) {
    Statement& query = database.statement(
        "SELECT entity, kind, state, looked_up, attempts, package, creates, deletion_mark, depth, hashes, "
        "file,"
        " line_number, column_number, field_groups, incomplete, outages FROM pending WHERE entity = ?");
    const ScopedReset reset(query);
    if (!query.bind(entity).next()) {
        return std::nullopt;
    }
    return PendingRow{query.integer(0),
                      static_cast<crm::EntityKind>(query.integer(1)),
                      static_cast<OperationState>(query.integer(2)),
                      query.integer(3) != 0,
                      static_cast<std::uint32_t>(query.integer(4)),
                      wish_in(query, 5),
                      query.integer(14) != 0,
                      static_cast<std::uint32_t>(query.integer(15))};
}

void put_pending(Database& database, const PendingRow& row) {
    Statement& insertion = database.statement(
        "INSERT OR REPLACE INTO pending (entity, kind, rank, state, looked_up, attempts, incomplete, "
        "outages, package, creates, deletion_mark,"
        " depth, hashes, file, line_number, column_number, field_groups)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(row.entity)
        .bind(static_cast<std::int64_t>(row.kind))
        .bind(crm::sending_rank(row.kind))
        .bind(static_cast<std::int64_t>(row.state))
        .bind(static_cast<std::int64_t>(row.looked_up))
        .bind(static_cast<std::int64_t>(row.attempts))
        .bind(static_cast<std::int64_t>(row.incomplete))
        .bind(static_cast<std::int64_t>(row.outages));
    bind_wish(insertion, row.wish);
    insertion.run();
}

void delete_pending(Database& database, std::int64_t entity) {
    database.statement("DELETE FROM pending WHERE entity = ?").bind(entity).run();
}

std::optional<NewerRow> take_newer(Database& database, std::int64_t entity) {
    NewerRow row{entity, {}, {}};
    {
        Statement& query = database.statement(
            "SELECT kind, package, creates, deletion_mark, depth, hashes, file, line_number, column_number,"
            " field_groups FROM newer WHERE entity = ?");
        const ScopedReset reset(query);
        if (!query.bind(entity).next()) {
            return std::nullopt;
        }
        row.kind = static_cast<crm::EntityKind>(query.integer(0));
        row.wish = wish_in(query, 1);
    }
    database.statement("DELETE FROM newer WHERE entity = ?").bind(entity).run();
    return row;
}

void put_newer(Database& database, const NewerRow& row) {
    Statement& insertion = database.statement(
        "INSERT OR REPLACE INTO newer (entity, kind, package, creates, deletion_mark, depth, hashes, file, "
        "line_number,"
        " column_number, field_groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(row.entity).bind(static_cast<std::int64_t>(row.kind));
    bind_wish(insertion, row.wish);
    insertion.run();
}

std::optional<WishRow> take_parked(Database& database, std::int64_t entity) {
    std::optional<WishRow> row;
    {
        Statement& query = database.statement(
            "SELECT package, creates, deletion_mark, depth, hashes, file, line_number, column_number, "
            "field_groups"
            " FROM parked WHERE entity = ?");
        const ScopedReset reset(query);
        if (!query.bind(entity).next()) {
            return std::nullopt;
        }
        row = wish_in(query, 0);
    }
    database.statement("DELETE FROM parked WHERE entity = ?").bind(entity).run();
    return row;
}

void put_parked(Database& database, std::int64_t entity, const WishRow& row) {
    Statement& insertion = database.statement(
        "INSERT OR REPLACE INTO parked (entity, package, creates, deletion_mark, depth, hashes, file, "
        "line_number,"
        " column_number, field_groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(entity);
    bind_wish(insertion, row);
    insertion.run();
}

}  // namespace obmen::ledger
