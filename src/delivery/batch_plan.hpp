#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crm/entity.hpp"
#include "delivery/contact_plan.hpp"
#include "delivery/links.hpp"
#include "ledger/pending.hpp"
#include "portal/crm_family.hpp"

namespace obmen::delivery {

/// One operation on its way: what the ledger wants and the command that says it to the portal.
struct Sending {
    ledger::Operation operation;
    portal::BuiltCommand built;
    std::vector<OwnParts> own_parts{};
    /// Ids that earlier answers of the batch give.
    std::vector<Reference> references{};
    /// Groups that are not sent because the CRM is as near to them as it shall come: confirmed with the
    /// others.
    std::vector<std::string> settled_groups{};
    /// Groups that stay wished although their command has run.
    std::vector<std::string> kept_groups{};
    bool written_before = false;        ///< of an aspect: it is to be changed, not added
    std::optional<Message> remark{};    ///< goes into the receipt with the verdict
    std::string owner_id{};             ///< of an aspect: digits or `$result[…]`
    std::optional<Message> obstacle{};  ///< why there is no command: the operation fails
    std::size_t bytes = 0;              ///< of the command as it travels

    /// Will its answer give a new id?
    [[nodiscard]] bool is_creation() const {
        return operation.remote_id.empty() && !crm::is_aspect(operation.kind);
    }
};

[[nodiscard]] std::size_t commands_of(const portal::BuiltCommand& built);
/// Bytes of all its commands as they travel.
[[nodiscard]] std::size_t size_of(const portal::BuiltCommand& built);

/// The creation of an object in the open batch.
struct Creation {
    std::size_t position = 0;  ///< of its command
    crm::EntityKind kind{};
};

/// Operations that leave together, in order; at most portal::batch_commands commands.
class BatchPlan {
  public:
    [[nodiscard]] bool has_room(std::size_t commands) const {
        return m_commands + commands <= portal::batch_commands;
    }
    [[nodiscard]] bool is_empty() const { return m_sendings.empty(); }
    /// Of all operations together.
    [[nodiscard]] std::size_t command_count() const { return m_commands; }
    /// How many of its commands call each method.
    [[nodiscard]] const std::map<std::string, std::size_t>& methods() const { return m_methods; }
    /// Of all commands as they travel.
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }
    void add(Sending sending);
    /// Where the creation of `key` stands, if it is in this batch.
    [[nodiscard]] std::optional<Creation> creation_of(const crm::EntityKey& key) const;
    /// Has the operation to do with what is in this batch: the same object, one that it names or belongs to,
    /// or one that belongs to it? Then they must not be under way in two requests at once.
    [[nodiscard]] bool concerns(const ledger::Operation& operation) const;
    [[nodiscard]] const std::vector<Sending>& sendings() const { return m_sendings; }
    [[nodiscard]] std::vector<portal::Command> commands() const;
    [[nodiscard]] std::vector<std::int64_t> entities() const;
    void clear();

  private:
    std::vector<Sending> m_sendings;
    std::map<crm::EntityKey, Creation> m_creations;
    std::set<crm::EntityKey> m_keys;
    std::set<crm::EntityKey> m_owners;
    std::map<std::string, std::size_t> m_methods;
    std::size_t m_commands = 0;
    std::size_t m_bytes = 0;
};

}  // namespace obmen::delivery
