#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "delivery/prepared.hpp"
#include "delivery/run.hpp"
#include "delivery/sender.hpp"

namespace obmen::delivery {

/// People's work: what to do where somebody has changed a field in the CRM after our last write (design:
/// promise 3).
class ConflictGuard {
  public:
    explicit ConflictGuard(Run& run) : m_run(run) {}

    /// Forgets what an earlier run has said.
    void begin() { m_noted.clear(); }
    /// Does this operation need its object's present values?
    [[nodiscard]] bool wants(const ledger::Operation& operation) const;
    /// Notes what a person has changed, and leaves such groups out if people's values are to stay.
    void judge(Prepared& prepared, const nlohmann::json& object);
    /// Reads back what was written and remembers it: ceil(N / 2500) requests.
    [[nodiscard]] std::optional<Stop> observe(const std::vector<Written>& written);

  private:
    [[nodiscard]] std::map<std::string, std::uint64_t> hashes_of(const Written& written,
                                                                 const nlohmann::json& object) const;

    void note(const ledger::Operation& operation, const std::string& group, Message message);

    Run& m_run;
    std::set<std::pair<std::int64_t, std::string>> m_noted;  ///< an operation may be looked at several times
};

/// A group's wished value for people: texts and numbers as they are, else nothing.
[[nodiscard]] std::string wished_text(const crm::FieldGroup& group);

}  // namespace obmen::delivery
