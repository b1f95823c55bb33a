#include "ledger/schema.hpp"

#include "ledger/failure.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/tables.hpp"
#include "support/error.hpp"

#include <array>

namespace obmen::ledger {
namespace {

/// `obmn`: tells a ledger from any other SQLite file.
constexpr std::int64_t application_id = 0x6F626D6E;

/// Step N brings version N to N + 1. Steps that have been released are never edited.
constexpr auto migrations = std::to_array<std::string_view>(
    {tables_of_version_1, step_to_version_2, step_to_version_3, step_to_version_4, step_to_version_5,
     step_to_version_6, step_to_version_7});
static_assert(migrations.size() == schema_version);

std::int64_t number_of(Database& database, std::string_view sql) {
    Statement& query = database.statement(sql);
    const ScopedReset reset(query);
    return query.next() ? query.integer(0) : 0;
}

std::string text_of(Database& database, std::string_view sql) {
    Statement& query = database.statement(sql);
    const ScopedReset reset(query);
    return query.next() ? query.text(0) : std::string();
}

std::int64_t version_of(Database& database) {
    return number_of(database, "PRAGMA user_version");
}

void refuse_foreign_file(Database& database, const std::filesystem::path& path) {
    const std::int64_t id = number_of(database, "PRAGMA application_id");
    const bool empty = number_of(database, "SELECT count(*) FROM sqlite_schema") == 0;
    if (id != application_id && (id != 0 || !empty)) {
        throw Error(FailureClass::bad_config,
                    Message{"SYS-LEDGER", {path.string() + " is not a ledger of obmen"}});
    }
}

void refuse_newer(Database& database, const std::filesystem::path& path) {
    if (const std::int64_t version = version_of(database); version > schema_version) {
        throw Error(FailureClass::bad_config,
                    Message{"SYS-LEDGER-NEWER",
                            {path.string(), std::to_string(version), std::to_string(schema_version)}});
    }
}

void set_up_connection(Database& database) {
    const std::string mode = text_of(database, "PRAGMA journal_mode = WAL");
    if (mode != "wal" && mode != "memory") {
        throw Error(FailureClass::bad_config,
                    Message{"SYS-LEDGER", {"the file system allows no write-ahead log (" + mode + ")"}});
    }
    database.execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA "
        "cell_size_check = ON;"
        "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864");
}

void check_integrity(Database& database, const std::filesystem::path& path) {
    if (const std::string found = text_of(database, "PRAGMA quick_check(1)"); found != "ok") {
        throw Error(FailureClass::bad_config, Message{"SYS-LEDGER", {path.string() + ": " + found}});
    }
}

void migrate(Database& database) {
    if (version_of(database) >= schema_version) {
        return;
    }
    // Tables that others refer to are made anew; within a transaction this cannot be changed.
    database.execute("PRAGMA foreign_keys = OFF");
    while (version_of(database) < schema_version) {
        database.transaction([&] {
            // Read again: another process may have been quicker.
            const auto version = static_cast<std::size_t>(version_of(database));
            if (version >= migrations.size()) {
                return;
            }
            database.execute(migrations[version]);
            database.execute("PRAGMA application_id = " + std::to_string(application_id));
            database.execute("PRAGMA user_version = " + std::to_string(version + 1));
        });
    }
    database.execute("PRAGMA foreign_keys = ON");
}

}  // namespace

void prepare_schema(Database& database, const std::filesystem::path& path, Opening opening) {
    refuse_foreign_file(database, path);
    refuse_newer(database, path);
    set_up_connection(database);
    if (opening == Opening::owner) {
        check_integrity(database, path);
        migrate(database);
    } else if (const std::int64_t version = version_of(database); version != schema_version) {
        throw Error(FailureClass::temporary,
                    Message{"SYS-LEDGER", {path.string() + " waits for its owner to bring it up to date"}});
    }
}

}  // namespace obmen::ledger
