#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery/gone_objects.hpp"
#include "delivery/prepared.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Reads the phones and e-mails of the cards that are about to be updated: an entry sent without its id would
/// be added a second time (reference bitrix24-rest.md §8.4).
class ContactReader {
  public:
    ContactReader(Run& run, GoneObjects& gone) : m_run(run), m_gone(gone) {}

    /// Fills `Prepared::contacts`; takes those out of the page whose present entries are not known. One
    /// request for fifty.
    [[nodiscard]] std::optional<Stop> read(std::vector<Prepared>& page);

  private:
    [[nodiscard]] ContactPlan plan(const ledger::Operation& operation, const nlohmann::json& object) const;

    /// Hashes of the entries that are ours. Those that were on their way when an answer was lost are ours if
    /// the card has them: before they were sent, it had not.
    [[nodiscard]] std::set<std::uint64_t> settle_entries(
        std::int64_t entity, const std::map<std::string, std::vector<portal::RemoteContact>>& remote) const;

    Run& m_run;
    GoneObjects& m_gone;
};

}  // namespace obmen::delivery
