#pragma once

#include "ledger/database.hpp"

namespace obmen::ledger {

/// Resets a kept statement when its scope is left, so that no read transaction outlives the reading.
class ScopedReset {
  public:
    explicit ScopedReset(Statement& statement) : m_statement(statement) {}
    ~ScopedReset() { m_statement.reset(); }
    ScopedReset(const ScopedReset&) = delete;
    ScopedReset& operator=(const ScopedReset&) = delete;

  private:
    Statement& m_statement;
};

}  // namespace obmen::ledger
