#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crm/entity.hpp"
#include "delivery/prepared.hpp"
#include "delivery/run.hpp"
#include "delivery/sender.hpp"

namespace obmen::delivery {

/// People's work: what to do where somebody has changed a field in the CRM after our last write (design:
/// promise 3).
///
/// A group's value was changed by a person if it is not the one that was read back after our last write.
/// Where nothing was read back (the setting was off then, or the run was cut off), it is ours if it is what
/// was wished last, as far as present values can be brought to that form (`portal::logical_hashes`); else
/// nobody knows, and it is treated as a person's and told as what it is. What is empty there and was never
/// filled by us, or is as wished already, is nobody's loss.
class ConflictGuard {
  public:
    explicit ConflictGuard(Run& run) : m_run(run) {}

    /// Forgets what an earlier run has said.
    void begin();
    /// Does this operation need present values? \param owner_id of an aspect: its owner's id, empty if the
    /// CRM does not have it
    [[nodiscard]] bool wants(const ledger::Operation& operation, const std::string& owner_id) const;
    /// Notes what a person has changed, and leaves such groups out if people's values are to stay; of an
    /// aspect that is written whole, all of them. \param object as `portal::present_hash` takes it
    void judge(Prepared& prepared, const nlohmann::json& object);
    /// Puts into the ledger what `judge` has noted: one transaction for a page.
    void write_notes();
    /// Reads back what was written and remembers it: ceil(N / 2500) requests, of rows and contacts of deals
    /// ceil(N / 50).
    [[nodiscard]] std::optional<Stop> observe(const std::vector<Written>& written);

  private:
    enum class Change : std::uint8_t { none, by_person, unseen };
    /// The groups that may be compared, and how to read them.
    struct Watched {
        std::vector<crm::FieldGroup> groups;
        portal::Resolver resolver;
    };
    using Hashes = std::map<std::string, std::uint64_t>;

    [[nodiscard]] Watched watched(const ledger::Operation& operation) const;
    [[nodiscard]] Change change_of(const ledger::Operation& operation, const crm::FieldGroup& group,
                                   const nlohmann::json& object, const portal::Resolver& resolver,
                                   const Hashes& observed);
    /// The same where nothing was read back after our last write.
    [[nodiscard]] Change unwatched_change_of(const ledger::Operation& operation, const crm::FieldGroup& group,
                                             const nlohmann::json& object, const portal::Resolver& resolver,
                                             bool on_its_way);
    [[nodiscard]] std::optional<crm::EntityKey> key_of(crm::EntityKind kind, const std::string& id);
    [[nodiscard]] Hashes hashes_of(const Written& written, const nlohmann::json& object) const;

    void note(const ledger::Operation& operation, const std::string& group, Message message);

    Run& m_run;
    std::set<std::pair<std::int64_t, std::string>> m_noted;  ///< an operation may be looked at several times
    std::vector<std::pair<ledger::Operation, Message>> m_notes;  ///< not in the ledger yet; without groups
    std::map<crm::EntityKind, std::map<std::string, crm::EntityKey>> m_keys;  ///< by id; read once a run
};

/// Does the operation speak of the contacts of a deal, which are read by themselves?
[[nodiscard]] bool speaks_of_contacts(const ledger::Operation& operation);

/// A group's wished value for people: texts, numbers and rows as they are, pictures by their names, else
/// nothing.
[[nodiscard]] std::string wished_text(const crm::FieldGroup& group);

}  // namespace obmen::delivery
