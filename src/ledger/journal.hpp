#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"

namespace obmen::ledger {

/// One row per package step and per batch: what an auditor asks for.
struct JournalEntry {
    UtcTime time{};
    std::string operation;      ///< `received`, `planned`, `batch`, `receipt`, …
    std::string source_system;  ///< for example `1C`
    std::string target_system;  ///< the portal's host
    std::string package;
    std::string object_id;  ///< Ид, where it concerns one object
    std::string status;     ///< `ok`, `refused`, `in_doubt`, …
    std::string details;    ///< masked of secrets; may be an argument of a message (argument_text)
};

/// A row of the journal; ids grow, and none comes twice.
struct JournalRow {
    std::int64_t id = 0;
    JournalEntry entry;
};

class Journal {
  public:
    explicit Journal(Database& database) : m_database(database) {}
    void write(const JournalEntry& entry);

    /// The rows after `id`, in order; `most` at the most.
    [[nodiscard]] std::vector<JournalRow> after(std::int64_t id, std::size_t most) const;
    /// How far somebody has written the journal on elsewhere: the id of the last row; 0 at the beginning.
    [[nodiscard]] std::int64_t written_on_to() const;
    void set_written_on_to(std::int64_t id);

  private:
    Database& m_database;
};

/// What the ledger keeps about the portal it belongs to.
class PortalState {
  public:
    explicit PortalState(Database& database) : m_database(database) {}

    /// Binds the ledger to `identity` (host) at first use. Throws SYS-LEDGER-PORTAL (bad_config) if it
    /// belongs to another. Where the portal has moved to is the same portal, and so is one with the same
    /// `member` id (of an application; empty: not known): the ledger then belongs to the new place.
    void bind(const std::string& identity, const std::string& member = {});
    /// Throws what bind() would, without binding: a portal that has never answered may be a slip of the pen.
    void demand(const std::string& identity, const std::string& member = {}) const;
    /// The portal answers at `identity` now; the settings may name either.
    void remember_move(const std::string& identity);

    /// The family of methods that the exchange was begun with; nothing before the first contact.
    [[nodiscard]] std::optional<std::string> api() const;
    /// \pre bind() has been called
    void pin_api(const std::string& name);

  private:
    [[nodiscard]] std::string owner() const;

    Database& m_database;
};

}  // namespace obmen::ledger
