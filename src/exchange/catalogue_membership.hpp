#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commerceml/records.hpp"
#include "ledger/planning.hpp"

namespace obmen::exchange {

/// Tells the planning in which catalogue the records of one file stand, and whether the file holds all of it.
///
/// Offers stand in a catalogue of their own (`Ид#`): an export of goods alone must not make variants look
/// missing, nor one of offers goods. Only an export that says СодержитТолькоИзменения = false is complete;
/// packets of 3.x never are, whatever they say (reference commerceml.md §10).
class CatalogueMembership {
  public:
    explicit CatalogueMembership(ledger::Planning& planning) : m_planning(planning) {}

    /// To be called before the first record of each file.
    void begin_file(const std::string& schema_version) { m_is_packet = schema_version.starts_with('3'); }
    /// Records as they come. \returns the catalogue that begins here, if the file claims to hold all of it
    std::optional<std::string> take(const commerceml::Record& record);
    /// The file has been read to its end.
    void end_file(const std::string& schema_version);

  private:
    std::optional<std::string> enter(const std::string& catalogue_id, const commerceml::Text& only_changes);

    ledger::Planning& m_planning;
    bool m_is_packet = false;
    std::vector<std::string> m_complete;  ///< catalogues that this file claims to hold whole
};

}  // namespace obmen::exchange
