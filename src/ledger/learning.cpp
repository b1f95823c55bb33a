#include "ledger/learning.hpp"

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/failure.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

/// Stored in ledgers (`learnt_over.place`): the numbers never change.
enum class TaughtIn : std::uint8_t {
    reference = 1,
    object_value = 2,
    handed_down = 3,
    inherited = 4,
    pinned_kind = 5,
    state = 6,
};

/// Some of them are as long as a product's values.
constexpr std::int64_t notes_at_once = 500;
constexpr std::int64_t rows_taken_back_at_once = 1000;

struct Learning {
    std::int64_t package = 0;
    std::int64_t last_entity = 0;
    std::int64_t last_object_value = 0;
};

std::optional<Learning> present_learning(Database& database) {
    Statement& query =
        database.statement("SELECT package, last_entity, last_object_value FROM learning WHERE id = 1");
    const ScopedReset reset(query);
    return query.next() ? std::optional(Learning{query.integer(0), query.integer(1), query.integer(2)})
                        : std::nullopt;
}

struct LearntOver {
    std::int64_t id = 0;
    TaughtIn place{};
    bool was_there = false;
};

std::optional<LearntOver> last_note(Database& database) {
    Statement& query =
        database.statement("SELECT id, place, data IS NOT NULL FROM learnt_over ORDER BY id DESC LIMIT 1");
    const ScopedReset reset(query);
    return query.next() ? std::optional(LearntOver{query.integer(0), static_cast<TaughtIn>(query.integer(1)),
                                                   query.integer(2) != 0})
                        : std::nullopt;
}

Statement& restoring(Database& database, const LearntOver& note) {
    switch (note.place) {
        case TaughtIn::reference:
            return note.was_there
                       ? database.statement(
                             "UPDATE reference SET data = n.data FROM learnt_over n WHERE n.id = ?"
                             " AND source_system = n.number AND reference.kind = n.kind AND reference_key = "
                             "n.name")
                       : database.statement(
                             "DELETE FROM reference WHERE (source_system, kind, reference_key) ="
                             " (SELECT number, kind, name FROM learnt_over WHERE id = ?)");
        case TaughtIn::object_value:
            return database.statement(
                "UPDATE object_value SET data = n.data FROM learnt_over n WHERE n.id = ? AND object_value.id "
                "= n.number");
        case TaughtIn::handed_down:
            return note.was_there ? database.statement(
                                        "UPDATE handed_down SET data = n.data FROM learnt_over n WHERE "
                                        "n.id = ? AND entity = n.number")
                                  : database.statement(
                                        "DELETE FROM handed_down WHERE entity ="
                                        " (SELECT number FROM learnt_over WHERE id = ?)");
        case TaughtIn::inherited:
            return database.statement(
                "UPDATE entity SET inherited = n.data FROM learnt_over n WHERE n.id = ?"
                " AND entity.id = n.number");
        case TaughtIn::pinned_kind:
            return database.statement(
                "UPDATE entity SET pinned_kind = n.data FROM learnt_over n WHERE n.id ="
                " ? AND entity.id = n.number");
        case TaughtIn::state:
            return database.statement(
                "UPDATE entity SET state = n.data FROM learnt_over n WHERE n.id = ?"
                " AND entity.id = n.number");
    }
    throw_bug("an unknown place of what was learnt");
}

/// The newest first, so that of several changes of one row the first one's note counts. \returns true while
/// there are more
bool restore_some(Database& database) {
    for (std::int64_t left = notes_at_once; left > 0; --left) {
        const std::optional<LearntOver> note = last_note(database);
        if (!note) {
            return false;
        }
        restoring(database, *note).bind(note->id).run();
        database.statement("DELETE FROM learnt_over WHERE id = ?").bind(note->id).run();
    }
    return true;
}

/// What objects and values say that have come with the package. Objects stay: they may be spoken of.
void forget_new(Database& database, const Learning& learning) {
    const auto in_steps = [&](std::string_view last_sql, std::int64_t from,
                              const std::vector<std::string_view>& steps) {
        std::int64_t last = 0;
        {
            Statement& query = database.statement(last_sql);
            const ScopedReset reset(query);
            last = query.next() ? query.integer(0) : 0;
        }
        for (; from < last; from += rows_taken_back_at_once) {
            database.transaction([&] {
                for (const std::string_view sql : steps) {
                    database.statement(sql).bind(from).bind(from + rows_taken_back_at_once).run();
                }
            });
        }
    };
    in_steps("SELECT max(id) FROM entity", learning.last_entity,
             {"UPDATE entity SET inherited = NULL, pinned_kind = NULL, state = 0 WHERE id > ?1 AND id <= ?2"
              " AND (inherited IS NOT NULL OR pinned_kind IS NOT NULL OR state <> 0)",
              "DELETE FROM handed_down WHERE entity > ?1 AND entity <= ?2"});
    in_steps("SELECT max(id) FROM object_value", learning.last_object_value,
             {"DELETE FROM object_value WHERE id > ?1 AND id <= ?2"});
}

bool has_notes(Database& database) {
    Statement& query = database.statement("SELECT 1 FROM learnt_over LIMIT 1");
    const ScopedReset reset(query);
    return query.next();
}

}  // namespace

void begin_learning(Database& database, std::int64_t package) {
    database
        .statement(
            "INSERT INTO learning (id, package, last_entity, last_object_value) VALUES (1, ?,"
            " coalesce((SELECT max(id) FROM entity), 0), coalesce((SELECT max(id) FROM object_value), 0))")
        .bind(package)
        .run();
}

void take_back_learnt(Database& database) {
    const std::optional<Learning> learning = present_learning(database);
    if (!learning) {
        drop_needless_notes(database);
        return;
    }
    bool more = true;
    while (more) {
        database.transaction([&] {
            database.statement("UPDATE learning SET taking_back = 1 WHERE taking_back = 0").run();
            more = restore_some(database);
        });
    }
    forget_new(database, *learning);
    database.transaction([&] { database.statement("DELETE FROM learning").run(); });
}

void take_back_learnt_of(Database& database, std::int64_t package) {
    if (const std::optional<Learning> learning = present_learning(database);
        learning && learning->package == package) {
        take_back_learnt(database);
    }
}

void keep_learnt(Database& database, std::int64_t package) {
    database.statement("DELETE FROM learning WHERE package = ?").bind(package).run();
}

void drop_needless_notes(Database& database) {
    while (!present_learning(database) && has_notes(database)) {
        database
            .statement("DELETE FROM learnt_over WHERE id IN (SELECT id FROM learnt_over ORDER BY id LIMIT ?)")
            .bind(notes_at_once)
            .run();
    }
}

}  // namespace obmen::ledger
