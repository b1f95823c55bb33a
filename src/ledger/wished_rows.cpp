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

StagedRow staged_in(const Statement& row) {
    return {row.integer(0), row.integer(1), static_cast<crm::EntityKind>(row.integer(2)),
            static_cast<Verdict>(row.integer(3)), wish_in(row, 4)};
}

}  // namespace

std::optional<StagedRow> find_staged(Database& database, std::int64_t package, std::int64_t entity) {
    Statement& query = database.statement(
        "SELECT id, entity, kind, verdict, package, creates, deletion_mark, depth, hashes, file, line_number,"
        " column_number, field_groups FROM staged WHERE package = ? AND entity = ?");
    const ScopedReset reset(query);
    return query.bind(package).bind(entity).next() ? std::optional(staged_in(query)) : std::nullopt;
}

std::vector<StagedRow> first_staged(Database& database, std::int64_t package, std::size_t most) {
    Statement& query = database.statement(
        "SELECT id, entity, kind, verdict, package, creates, deletion_mark, depth, hashes, file, line_number,"
        " column_number, field_groups FROM staged WHERE package = ? ORDER BY entity LIMIT ?");
    const ScopedReset reset(query);
    query.bind(package).bind(static_cast<std::int64_t>(most));
    // Long descriptions must not fill the memory.
    constexpr std::size_t most_bytes = 4 * 1024 * 1024;
    std::size_t bytes = 0;
    std::vector<StagedRow> rows;
    while (bytes < most_bytes && query.next()) {
        rows.push_back(staged_in(query));
        bytes += rows.back().wish.groups.values.size();
    }
    return rows;
}

void insert_staged(Database& database, const StagedRow& row) {
    Statement& insertion = database.statement(
        "INSERT INTO staged (entity, kind, verdict, package, creates, deletion_mark, depth, hashes, file, "
        "line_number,"
        " column_number, field_groups) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insertion.bind(row.entity)
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
    Statement& query = database.statement("SELECT 1 FROM staged WHERE package = ? LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(package).next();
}

void delete_staged_up_to(Database& database, std::int64_t package, std::int64_t last_entity) {
    database.statement("DELETE FROM staged WHERE package = ? AND entity <= ?")
        .bind(package)
        .bind(last_entity)
        .run();
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
