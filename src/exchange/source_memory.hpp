#pragma once

#include <string>
#include <vector>

#include "arrival/source_memory.hpp"
#include "ledger/database.hpp"
#include "ledger/source_files.hpp"
#include "ledger/source_states.hpp"

namespace obmen::exchange {

/// What the ledger remembers of one source.
class LedgerSourceMemory : public arrival::SourceMemory {
  public:
    /// `database` must outlive the object. \param source name of the [[source]]
    LedgerSourceMemory(ledger::Database& database, std::string source, std::string source_system);

    [[nodiscard]] arrival::RememberedSource load() override;
    void save(const std::vector<arrival::RememberedFile>& changed,
              const std::vector<std::string>& forgotten) override;
    void note_listing(UtcTime now) override;
    void record(const arrival::CollectedPackage& package, const std::vector<arrival::RememberedFile>& files,
                UtcTime now) override;
    [[nodiscard]] std::vector<std::string> take_forgotten_packages() override;
    [[nodiscard]] std::vector<std::string> ended_packages() override;
    [[nodiscard]] arrival::Backlog backlog() override;
    [[nodiscard]] bool knows_catalogue(const std::string& id) override;

  private:
    ledger::Database& m_database;
    ledger::SourceFiles m_files;
    ledger::SourceStates m_states;
    std::string m_source;
    std::string m_source_system;
};

}  // namespace obmen::exchange
