#include "ledger/sending_trouble.hpp"

#include "ledger/scoped_reset.hpp"
#include "ledger/stored_time.hpp"
#include "ledger/text_list.hpp"

namespace obmen::ledger {

std::optional<SendingTrouble> sending_trouble(Database& database) {
    Statement& query =
        database.statement("SELECT code, arguments, since, needs_person FROM sending_trouble WHERE id = 1");
    const ScopedReset reset(query);
    if (!query.next()) {
        return std::nullopt;
    }
    return SendingTrouble{.message = message_in(query, 0).value_or(Message{"SYS-INTERNAL"}),
                          .since = *stored_time_in(query, 2),
                          .needs_person = query.integer(3) != 0};
}

void note_sending_trouble(Database& database, const SendingTrouble& trouble) {
    Statement& insertion = database.statement(
        "INSERT INTO sending_trouble (id, code, arguments, since, needs_person) VALUES (1, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET code = excluded.code, arguments = excluded.arguments,"
        " needs_person = excluded.needs_person");
    bind_message(insertion, trouble.message);
    insertion.bind(stored_time(trouble.since)).bind(trouble.needs_person ? 1 : 0).run();
}

void forget_sending_trouble(Database& database) {
    if (sending_trouble(database)) {
        database.statement("DELETE FROM sending_trouble").run();
    }
}

}  // namespace obmen::ledger
