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

/// Objects as the portal holds them now, by kind and id.
class PresentObjects {
  public:
    using Id = std::pair<crm::EntityKind, std::string>;

    /// Reads the objects of `wanted`, each once: 50 a command, 50 commands a request. What such a page does
    /// not show is asked for alone before it counts as gone. Ids that are no numbers (an offline run) are not
    /// asked for.
    [[nodiscard]] static std::variant<PresentObjects, Stop> read(Run& run, std::vector<Id> wanted);

    /// nullptr if the portal does not have it.
    [[nodiscard]] const nlohmann::json* find(crm::EntityKind kind, const std::string& id) const;

  private:
    [[nodiscard]] std::optional<Stop> ask(Run& run, const std::vector<Id>& wanted, std::size_t ids_a_command);

    std::map<Id, nlohmann::json> m_objects;
};

}  // namespace obmen::delivery
