#include "delivery/batch_effects.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "delivery/groups.hpp"
#include "portal/part_commands.hpp"
#include "portal/refusals.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

using ledger::Verdict;

ledger::Settlement failure(const ledger::Operation& operation, Message reason) {
    return {.entity = operation.entity, .verdict = Verdict::failed, .reason = std::move(reason)};
}

/// An update answers `true`; a plain `false` or `null` is a refusal without a reason.
bool says_no(const nlohmann::json& result) {
    return result.is_null() || (result.is_boolean() && !result.get<bool>());
}

/// The targets whose creation failed. The portal took the references' literal text for an id.
std::vector<NamedTarget> lost_references(const Sending& sending,
                                         const std::vector<portal::CommandAnswer>& answers) {
    std::vector<NamedTarget> lost;
    for (const Reference& reference : sending.references) {
        const auto* done = std::get_if<portal::Done>(&answers[reference.position]);
        if (done == nullptr || !portal::created_id(done->result)) {
            lost.push_back({reference.group, reference.target});
        }
    }
    return lost;
}

/// The id of an aspect's owner, which may have been made by the same batch.
std::string owner_id(const Sending& sending, const std::vector<portal::CommandAnswer>& answers) {
    const auto made_here = std::ranges::find_if(sending.references, [&](const Reference& reference) {
        return sending.operation.owner && reference.target == *sending.operation.owner;
    });
    if (made_here == sending.references.end()) {
        return sending.owner_id;
    }
    return portal::created_id(std::get<portal::Done>(answers[made_here->position]).result).value_or("");
}

bool is_fine(const Sending& sending, const portal::Done& done) {
    return crm::is_aspect(sending.operation.kind)
               ? portal::aspect_answer_is_fine(sending.operation.kind, done)
               : !says_no(done.result);
}

/// The id that the object is known by from now on; empty if the answer is none that such a command gives.
std::string id_after(const Sending& sending, const portal::Done& done,
                     const std::vector<portal::CommandAnswer>& answers) {
    if (sending.is_creation()) {
        return portal::created_id(done.result).value_or("");
    }
    if (!is_fine(sending, done)) {
        return {};
    }
    return crm::is_aspect(sending.operation.kind) ? owner_id(sending, answers) : sending.operation.remote_id;
}

void take_done(const Sending& sending, const portal::Done& done,
               const std::vector<portal::CommandAnswer>& answers, BatchEffects& effects) {
    const std::vector<NamedTarget> lost = lost_references(sending, answers);
    if (!lost.empty() && crm::is_aspect(sending.operation.kind)) {
        effects.to_wait.push_back(sending.operation.entity);
        return;
    }
    const std::string id = id_after(sending, done, answers);
    if (id.empty() && sending.is_creation()) {
        // It is not refused, and there is no id: whether there is an object, only the portal can tell.
        effects.in_doubt.push_back({sending.operation, masked(quotable(done.result.dump()))});
        ++effects.refused;
        return;
    }
    if (id.empty()) {
        effects.settlements.push_back(
            failure(sending.operation, Message{"B24-ANSWER", {masked(quotable(done.result.dump()))}}));
        ++effects.refused;
        return;
    }
    effects.settlements.push_back(settlement_of(sending, id, lost));
    for (const OwnParts& own : sending.own_parts) {
        effects.parts.emplace_back(sending.operation.entity, own);
    }
    ++effects.done;
}

/// Has the command named something that the portal had: the object itself or, of an aspect, its owner?
bool was_there(const ledger::Operation& operation) {
    return !operation.remote_id.empty() ||
           (crm::is_aspect(operation.kind) && !operation.owner_remote_id.empty());
}

/// Parts that a card takes along when people delete it, whatever the portal then says of them.
bool belongs_to_card(crm::EntityKind kind) {
    return crm::is_part(kind) && kind != crm::EntityKind::pictures && kind != crm::EntityKind::prices;
}

/// Does the command name a section by the id that the ledger has of it? People may have deleted that one.
bool names_known_section(const Sending& sending) {
    if (!lies_in_section(sending.operation.kind)) {
        return false;
    }
    const std::vector<NamedTarget> targets = targets_of(sending.operation);
    return std::ranges::any_of(targets, [&](const NamedTarget& named) {
        return named.target.kind == crm::SourceKind::group &&
               std::ranges::find(sending.references, named.target, &Reference::target) ==
                   sending.references.end();
    });
}

void take_refused(const Sending& sending, const portal::Refused& refusal,
                  const std::vector<portal::CommandAnswer>& answers, BatchEffects& effects) {
    ++effects.refused;
    const ledger::Operation& operation = sending.operation;
    if (refusal.in_doubt) {
        effects.in_doubt.push_back({operation, refusal_text(refusal)});
    } else if (refusal.temporary) {
        effects.to_repeat.push_back(operation.entity);
    } else if (!lost_references(sending, answers).empty()) {
        effects.to_wait.push_back(operation.entity);
    } else if (crm::is_aspect(operation.kind) && !sending.written_before &&
               portal::means_exists_already(refusal)) {
        effects.there_already.push_back(operation.entity);
    } else if (crm::is_aspect(operation.kind) && sending.written_before &&
               portal::means_not_there_yet(refusal)) {
        effects.not_there.push_back(operation.entity);
    } else if (was_there(operation) && portal::means_not_found(refusal)) {
        if (is_deletion(operation)) {
            effects.settlements.push_back(settlement_of(sending, operation.remote_id));
        } else {
            effects.gone.push_back({operation, refusal_text(refusal)});
        }
    } else if (belongs_to_card(operation.kind) || names_known_section(sending)) {
        effects.gone.push_back({operation, refusal_text(refusal)});
    } else {
        effects.settlements.push_back(failure(operation, Message{"B24-REFUSED", {refusal_text(refusal)}}));
        effects.settlements.back().was_refused = true;
    }
}

Verdict verdict_of(const Sending& sending) {
    const ledger::Operation& operation = sending.operation;
    const bool is_new =
        crm::is_aspect(operation.kind) ? !sending.written_before : operation.remote_id.empty();
    if (is_new) {
        return Verdict::created;
    }
    if (is_deletion(operation)) {
        return Verdict::deleted;
    }
    if (operation.adopted) {
        return Verdict::linked;
    }
    return operation.deletion_mark ? Verdict::deactivated : Verdict::updated;
}

/// Of several commands the first that was not done speaks for all of them; else the first.
const portal::CommandAnswer& answer_to(const Sending& sending,
                                       const std::vector<portal::CommandAnswer>& answers,
                                       std::size_t position) {
    for (std::size_t i = position; i < position + commands_of(sending.built); ++i) {
        if (!std::holds_alternative<portal::Done>(answers[i])) {
            return answers[i];
        }
    }
    return answers[position];
}

Message lost_text(const ledger::Operation& operation, const NamedTarget& lost) {
    if (lies_in_section(operation.kind)) {
        return Message{"B24-MISPLACED", {lost.target.id}};
    }
    return Message{"CRM-LINK-WAITS", {lost.target.id}};
}

}  // namespace

std::string refusal_text(const portal::Refused& refusal) {
    if (refusal.text.empty()) {
        return refusal.code;
    }
    return refusal.code.empty() ? refusal.text : refusal.code + ": " + refusal.text;
}

ledger::Settlement settlement_of(const Sending& sending, const std::string& remote_id,
                                 const std::vector<NamedTarget>& lost) {
    ledger::Settlement settlement{.entity = sending.operation.entity,
                                  .verdict = verdict_of(sending),
                                  .remote_id = remote_id,
                                  .confirmed_groups = sending.built.groups,
                                  .reason = sending.remark};
    settlement.confirmed_groups.insert(settlement.confirmed_groups.end(), sending.settled_groups.begin(),
                                       sending.settled_groups.end());
    settlement.kept_groups = sending.kept_groups;
    for (const NamedTarget& target : lost) {
        if (std::erase(settlement.confirmed_groups, target.group) > 0) {
            settlement.kept_groups.push_back(target.group);
            settlement.reason = lost_text(sending.operation, target);
        }
    }
    return settlement;
}

namespace {

/// What became of the calls of each method.
struct Calls {
    unsigned denied = 0;
    bool others = false;  ///< some were not denied
};

/// Methods that whoever asks has lost the right to call.
std::map<std::string, Calls> calls_of(const std::vector<Sending>& sendings,
                                      const std::vector<portal::CommandAnswer>& answers) {
    std::map<std::string, Calls> calls;
    std::size_t position = 0;
    for (const Sending& sending : sendings) {
        const auto* refusal = std::get_if<portal::Refused>(&answer_to(sending, answers, position));
        position += commands_of(sending.built);
        Calls& of_method = calls[sending.built.command.method];
        if (refusal != nullptr && portal::means_denied(*refusal)) {
            ++of_method.denied;
        } else {
            of_method.others = true;
        }
    }
    return calls;
}

}  // namespace

BatchEffects effects_of(const std::vector<Sending>& sendings,
                        const std::vector<portal::CommandAnswer>& answers) {
    BatchEffects effects;
    const std::map<std::string, Calls> calls = calls_of(sendings, answers);
    std::size_t position = 0;
    for (const Sending& sending : sendings) {
        const portal::CommandAnswer& answer = answer_to(sending, answers, position);
        position += commands_of(sending.built);
        if (const auto* done = std::get_if<portal::Done>(&answer)) {
            take_done(sending, *done, answers, effects);
        } else if (const auto* refusal = std::get_if<portal::Refused>(&answer)) {
            const std::string& method = sending.built.command.method;
            const Calls& of_method = calls.at(method);
            if (portal::lacks_scope(*refusal)) {
                effects.denied.push_back(sending.operation.entity);
                effects.right_lacking = Message{"B24-SCOPE", {method + ": " + refusal_text(*refusal)}};
            } else if (of_method.denied > 1 && !of_method.others) {
                effects.denied.push_back(sending.operation.entity);
                effects.right_lacking = Message{"B24-ACCESS", {method + ": " + refusal_text(*refusal)}};
            } else {
                take_refused(sending, *refusal, answers, effects);
            }
        } else {
            effects.unanswered.push_back(sending.operation.entity);
        }
    }
    return effects;
}

}  // namespace obmen::delivery
