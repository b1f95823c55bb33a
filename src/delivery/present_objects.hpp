#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crm/entity.hpp"
#include "delivery/reads.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Objects as the portal holds them now, by kind and id. Addresses, prices and rows of deals, which have no
/// id, are known by what `shown_in` gives for them.
class PresentObjects {
  public:
    using Id = std::pair<crm::EntityKind, std::string>;

    /// Where the values of an operation are to be seen; nothing for what is nowhere (links, properties), and
    /// for what the portal does not have yet. \param owner_id of an aspect: its owner's id
    [[nodiscard]] static std::optional<Id> shown_in(const ledger::Pending& pending,
                                                    const ledger::Operation& operation,
                                                    const std::string& owner_id);

    /// Reads the objects of `wanted`, each once: as many a command as the family takes, 50 commands a
    /// request; of rows of deals, and of the contacts of `deals`, one deal a command. What such a page does
    /// not show is asked for alone before it counts as gone. Ids that are no numbers (an offline run) are not
    /// asked for.
    [[nodiscard]] static std::variant<PresentObjects, Stop> read(Run& run, std::vector<Id> wanted,
                                                                 const std::vector<std::string>& deals = {});

    /// Requests that `read` takes where every object is there.
    [[nodiscard]] static std::size_t requests_for(const portal::Family& family, std::vector<Id> wanted,
                                                  std::size_t deals);

    /// Of a kind: how many one command shows.
    [[nodiscard]] static std::size_t most_in_a_reading(const portal::Family& family, crm::EntityKind kind);

    /// nullptr if the portal does not have it; an address that is not there is `null`.
    [[nodiscard]] const nlohmann::json* find(crm::EntityKind kind, const std::string& id) const;

  private:
    /// One command, and what it is to show.
    struct Reading {
        crm::EntityKind kind{};
        std::vector<std::string> ids;
        portal::Command command;
    };
    [[nodiscard]] static std::vector<Reading> readings_of(const portal::Family& family,
                                                          const std::vector<Id>& wanted, bool each_alone);
    [[nodiscard]] std::optional<Stop> ask(Run& run, const std::vector<Reading>& readings, bool each_alone);
    [[nodiscard]] std::optional<Stop> ask_contacts(Run& run, std::vector<std::string> deals);
    void take(const portal::Family& family, const Reading& reading, const portal::Done& answer);

    std::map<Id, nlohmann::json> m_objects;
};

}  // namespace obmen::delivery
