#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "delivery/batch_plan.hpp"
#include "ledger/pending.hpp"
#include "portal/client.hpp"

namespace obmen::delivery {

/// An object that the portal does not find any more or may not have taken, and what it said.
struct GoneObject {
    ledger::Operation operation;
    std::string refusal;
};

/// What a batch's answers mean for the ledger. Pure values: applying them is the caller's work.
struct BatchEffects {
    std::vector<ledger::Settlement> settlements;
    /// Certain not to have run for a reason that passes (limits): to be sent again.
    std::vector<std::int64_t> to_repeat;
    /// The portal broke down over them: they may have run.
    std::vector<GoneObject> in_doubt;
    /// The answer does not speak of them, although the portal runs all of a batch.
    std::vector<std::int64_t> unanswered;
    /// A right is lacking: all that a method was called for, and that more than once, was denied.
    std::vector<std::int64_t> denied;
    std::optional<Message> right_lacking;  ///< the method, and what was said
    /// The creation that they refer to failed: to be sent when there is an id.
    std::vector<std::int64_t> to_wait;
    /// Aspects that the portal has, or has not, other than the ledger thought: to be sent the other way.
    std::vector<std::int64_t> there_already;
    std::vector<std::int64_t> not_there;
    /// The portal says that the object to change does not exist; or it does not take a part, whose owner may
    /// have vanished, or what lies in a section that may have vanished.
    std::vector<GoneObject> gone;
    /// Parts that obmen now has in the CRM.
    std::vector<std::pair<std::int64_t, OwnParts>> parts;
    std::size_t done = 0;
    std::size_t refused = 0;
};
/// \pre one answer for each sending
[[nodiscard]] BatchEffects effects_of(const std::vector<Sending>& sendings,
                                      const std::vector<portal::CommandAnswer>& answers);

/// The settlement of an operation that is known to have run. `lost`: those of its references whose creation
/// failed; their groups stay wished.
[[nodiscard]] ledger::Settlement settlement_of(const Sending& sending, const std::string& remote_id,
                                               const std::vector<NamedTarget>& lost = {});

/// A refusal for people: many old methods give a text and no code (reference bitrix24-rest.md §2.2).
[[nodiscard]] std::string refusal_text(const portal::Refused& refusal);

}  // namespace obmen::delivery
