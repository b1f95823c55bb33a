#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"

namespace obmen::ledger {

/// What a person wants of the process that owns the ledger.
struct Request {
    std::int64_t id = 0;
    std::string verb;      ///< `approve`, `retry`, …: see exchange/requests.hpp
    std::string argument;  ///< JSON
};

/// Requests by guests of the ledger, and their answers. Each call is one short transaction.
class Requests {
  public:
    explicit Requests(Database& database) : m_database(database) {}

    /// \returns the request's id
    std::int64_t add(const std::string& verb, const std::string& argument, UtcTime now);
    /// Those without an answer, in the order they were made.
    [[nodiscard]] std::vector<Request> waiting() const;
    void answer(std::int64_t id, const std::string& answer, UtcTime now);
    /// Takes a request back. \returns false if it has an answer already
    [[nodiscard]] bool withdraw(std::int64_t id);
    /// Nothing as long as there is none.
    [[nodiscard]] std::optional<std::string> answer_to(std::int64_t id) const;

  private:
    Database& m_database;
};

}  // namespace obmen::ledger
