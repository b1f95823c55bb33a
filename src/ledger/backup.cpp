#include "ledger/backup.hpp"

#include <string>
#include <utility>
#include <vector>

#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/meta.hpp"
#include "ledger/portal_wait.hpp"
#include "ledger/repeats.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/wished.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::ledger {
namespace {

/// Names in `meta`.
constexpr std::string_view backed_up = "backed up";
constexpr std::string_view is_copy_of = "is a copy of";
constexpr std::int64_t entities_at_once = 2000;

std::optional<UtcTime> time_called(Database& database, std::string_view name) {
    const std::optional<std::string> stored = meta_value(database, name);
    return stored ? std::optional(UtcTime(Duration(std::stoll(*stored)))) : std::nullopt;
}

void set_time_called(Database& database, std::string_view name, UtcTime time) {
    set_meta(database, name, std::to_string(time.time_since_epoch().count()));
}

void require_whole(Database& copy) {
    Statement& query = copy.statement("PRAGMA integrity_check(1)");
    const ScopedReset reset(query);
    const std::string found = query.next() ? query.text(0) : std::string("?");
    if (found != "ok") {
        throw Error(FailureClass::temporary, Message{"SYS-BACKUP", {found}});
    }
}

struct Confirmed {
    std::int64_t entity = 0;
    GroupHashes hashes;
};

std::vector<Confirmed> confirmed_after(Database& database, std::int64_t entity) {
    Statement& query = database.statement(
        "SELECT id, confirmed FROM entity WHERE id > ? AND confirmed IS NOT NULL ORDER BY id LIMIT ?");
    const ScopedReset reset(query);
    query.bind(entity).bind(entities_at_once);
    std::vector<Confirmed> rows;
    while (query.next()) {
        rows.push_back({query.integer(0), GroupHashes(query.text(1))});
    }
    return rows;
}

/// Nobody knows which value the CRM has; only that what is written once has been written.
GroupHashes unknown(const GroupHashes& confirmed) {
    GroupHashes hashes;
    for (const auto& [group, hash] : confirmed.entries()) {
        hashes.set(group, hash == hash_of_write_once ? hash : hash_of_unknown);
    }
    return hashes;
}

void doubt_values(Database& database) {
    std::int64_t last = 0;
    while (true) {
        const std::vector<Confirmed> rows = confirmed_after(database, last);
        if (rows.empty()) {
            return;
        }
        database.transaction([&] {
            for (const Confirmed& row : rows) {
                set_confirmed(database, row.entity, unknown(row.hashes));
                database.statement("UPDATE entity SET observed = NULL WHERE id = ?").bind(row.entity).run();
            }
        });
        last = rows.back().entity;
    }
}

}  // namespace

void back_up(Database& database, const std::filesystem::path& target, UtcTime now) {
    {
        Database copy(target);
        database.copy_to(copy);
        mark_copied(copy, now);
        require_whole(copy);
    }
    // The last connection has taken the write-ahead log into the file.
    sync_file(target);
    set_time_called(database, backed_up, now);
}

std::optional<UtcTime> last_backup(Database& database) {
    return time_called(database, backed_up);
}

std::optional<UtcTime> copied_at(Database& database) {
    return time_called(database, is_copy_of);
}

void mark_copied(Database& database, UtcTime time) {
    set_time_called(database, is_copy_of, time);
}

void doubt_everything(Database& database) {
    doubt_values(database);
    database.transaction([&] {
        database.statement("UPDATE pending SET looked_up = 0 WHERE looked_up <> 0").run();
        forget_all_content(database);
        forget_portal_wait(database);
        drop_meta(database, is_copy_of);
    });
}

}  // namespace obmen::ledger
