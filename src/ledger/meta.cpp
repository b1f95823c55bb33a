#include "ledger/meta.hpp"

#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

std::optional<std::string> meta_value(Database& database, std::string_view name) {
    Statement& query = database.statement("SELECT value FROM meta WHERE name = ?").bind(name);
    const ScopedReset reset(query);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

void set_meta(Database& database, std::string_view name, std::string_view value) {
    database
        .statement(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value ="
            " excluded.value")
        .bind(name)
        .bind(value)
        .run();
}

void drop_meta(Database& database, std::string_view name) {
    database.statement("DELETE FROM meta WHERE name = ?").bind(name).run();
}

}  // namespace obmen::ledger
