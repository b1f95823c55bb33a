#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/pending.hpp"
#include "portal/client.hpp"
#include "portal/crm_family.hpp"

namespace obmen::delivery {

/// The entries of one multi-field that will be obmen's own once a command has been done.
struct OwnParts {
    std::string slot;
    std::vector<ledger::Part> parts;
};

/// What an object's multi-fields have now, brought together with what is wished.
struct ContactPlan {
    std::map<std::string, std::vector<portal::ContactChange>> changes;  ///< by field
    std::vector<OwnParts> own;
};
/// `ours`: hashes of the normalised values that obmen put there earlier. A wished value that a person entered
/// first stays the person's: it is neither added nor, later, taken away.
[[nodiscard]] ContactPlan plan_contacts(
    const ledger::Operation& operation,
    const std::map<std::string, std::vector<portal::RemoteContact>>& remote,
    const std::set<std::uint64_t>& ours);
/// All of the wished values: those of an object that obmen makes itself.
[[nodiscard]] std::vector<OwnParts> wished_parts(const ledger::Operation& operation);

/// One operation on its way: what the ledger wants and the command that says it to the portal.
struct Sending {
    ledger::Operation operation;
    portal::BuiltCommand built;
    std::vector<OwnParts> own_parts;
    /// Position in the batch of the creation whose answer gives this object's parent, where `$result[…]` is
    /// used.
    std::optional<std::size_t> parent_position;

    [[nodiscard]] bool is_creation() const { return operation.remote_id.empty(); }
};

/// The parent that an operation's wish names: its group and its link. Nothing if the wish does not speak of a
/// parent.
struct ParentWish {
    std::string group;
    crm::Link link;
};
[[nodiscard]] std::optional<ParentWish> parent_wish(const ledger::Operation& operation);

/// The group called `name` among the operation's; nullptr if there is none.
[[nodiscard]] const crm::FieldGroup* find_group(const ledger::Operation& operation, std::string_view name);

/// A refusal for people: many old methods give a text and no code (reference bitrix24-rest.md §2.2).
[[nodiscard]] std::string refusal_text(const portal::Refused& refusal);

/// Operations that leave together, in order; at most portal::batch_commands.
class BatchPlan {
  public:
    [[nodiscard]] bool is_full() const { return m_sendings.size() == portal::batch_commands; }
    [[nodiscard]] bool is_empty() const { return m_sendings.empty(); }
    void add(Sending sending);
    /// Where the creation of `key` stands, if it is in this batch.
    [[nodiscard]] std::optional<std::size_t> creation_of(const crm::EntityKey& key) const;
    [[nodiscard]] const std::vector<Sending>& sendings() const { return m_sendings; }
    [[nodiscard]] std::vector<portal::Command> commands() const;
    [[nodiscard]] std::vector<std::int64_t> entities() const;
    void clear();

  private:
    std::vector<Sending> m_sendings;
    std::map<crm::EntityKey, std::size_t> m_creations;
};

/// An object that the portal does not find any more, and what it said.
struct GoneObject {
    ledger::Operation operation;
    std::string refusal;
};

/// What a batch's answers mean for the ledger. Pure values: applying them is the caller's work.
struct BatchEffects {
    std::vector<ledger::Settlement> settlements;
    /// Certain not to have run for a reason that passes (limits): to be sent again.
    std::vector<std::int64_t> to_repeat;
    /// The portal says that the object to change does not exist.
    std::vector<GoneObject> gone;
    /// Parts that obmen now has in the CRM.
    std::vector<std::pair<std::int64_t, OwnParts>> parts;
    std::size_t done = 0;
    std::size_t refused = 0;
};
/// \pre one answer for each sending
[[nodiscard]] BatchEffects effects_of(const std::vector<Sending>& sendings,
                                      const std::vector<portal::CommandAnswer>& answers);

/// The settlement of an operation that is known to have run.
[[nodiscard]] ledger::Settlement settlement_of(const Sending& sending, const std::string& remote_id,
                                               bool misplaced);

}  // namespace obmen::delivery
