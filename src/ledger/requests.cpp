#include "ledger/requests.hpp"

#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

std::int64_t Requests::add(const std::string& verb, const std::string& argument, UtcTime now) {
    std::int64_t id = 0;
    m_database.transaction([&] {
        m_database.statement("INSERT INTO request (verb, argument, made_at) VALUES (?, ?, ?)")
            .bind(verb)
            .bind(argument)
            .bind(now.time_since_epoch().count())
            .run();
        id = m_database.last_row_id();
    });
    return id;
}

std::vector<Request> Requests::waiting() const {
    Statement& query =
        m_database.statement("SELECT id, verb, argument FROM request WHERE done_at IS NULL ORDER BY id");
    const ScopedReset reset(query);
    std::vector<Request> requests;
    while (query.next()) {
        requests.push_back({query.integer(0), query.text(1), query.text(2)});
    }
    return requests;
}

void Requests::answer(std::int64_t id, const std::string& answer, UtcTime now) {
    m_database.statement("UPDATE request SET done_at = ?, answer = ? WHERE id = ?")
        .bind(now.time_since_epoch().count())
        .bind(answer)
        .bind(id)
        .run();
}

bool Requests::withdraw(std::int64_t id) {
    bool withdrawn = false;
    m_database.transaction([&] {
        withdrawn = !answer_to(id);
        if (withdrawn) {
            m_database.statement("DELETE FROM request WHERE id = ?").bind(id).run();
        }
    });
    return withdrawn;
}

std::optional<std::string> Requests::answer_to(std::int64_t id) const {
    Statement& query =
        m_database.statement("SELECT answer FROM request WHERE id = ? AND done_at IS NOT NULL");
    const ScopedReset reset(query);
    return query.bind(id).next() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace obmen::ledger
