#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "config/settings.hpp"
#include "crm/mapping.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/record_source.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"

namespace obmen::exchange {

/// Reads one package's files, through the checks and the conversion, into the ledger's planning area. A
/// package that was planned already is read for the objects that are to be planned once more alone, and its
/// findings stay.
class PackageReading {
  public:
    /// What is named must outlive the object. `directory`: where its private copies are.
    PackageReading(ledger::Database& database, const ledger::Package& package,
                   const config::Settings& settings, const crm::Mapping& mapping,
                   const RecordSources& sources, const std::filesystem::path& directory, ShortWay short_way);
    ~PackageReading();

    /// Throws the fatal finding as an Error if a file cannot be used.
    RecordCounts read();
    /// Of the records, those that did not have to be read.
    [[nodiscard]] std::uint64_t passed_over() const;
    /// To be called once what was read is merged.
    void settle();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::exchange
