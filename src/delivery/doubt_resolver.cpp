#include "delivery/doubt_resolver.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "delivery/batch_effects.hpp"
#include "delivery/groups.hpp"
#include "delivery/resolver.hpp"
#include "delivery/several_objects.hpp"
#include "support/failpoint.hpp"

namespace obmen::delivery {

namespace {

std::vector<std::int64_t> entities_of(const std::vector<ledger::Operation>& operations) {
    std::vector<std::int64_t> entities;
    entities.reserve(operations.size());
    for (const ledger::Operation& operation : operations) {
        entities.push_back(operation.entity);
    }
    return entities;
}

/// Groups that name other objects, of a kind whose look-up does not show them: a `$result[…]` whose source
/// failed may have left them empty. Sent again, which changes nothing where they are right. A part whose
/// owner failed cannot have been made at all.
std::vector<std::string> links_to_repeat(const ledger::Operation& operation) {
    std::vector<std::string> groups;
    if (lies_in_section(operation.kind) || crm::is_part(operation.kind)) {
        return groups;
    }
    for (NamedTarget& named : targets_of(operation)) {
        if (std::ranges::find(groups, named.group) == groups.end()) {
            groups.push_back(std::move(named.group));
        }
    }
    return groups;
}

/// Entries that were on their way to a card that has since been found to be written.
std::vector<OwnParts> arrived_parts(const std::vector<ledger::Part>& parts) {
    std::map<std::string, OwnParts> slots;
    for (const ledger::Part& part : parts) {
        OwnParts& own = slots[part.slot];
        own.slot = part.slot;
        own.parts.push_back({part.slot, part.value_hash});
    }
    std::vector<OwnParts> all;
    for (auto& [slot, own] : slots) {
        all.push_back(std::move(own));
    }
    return all;
}

}  // namespace

std::optional<Stop> DoubtResolver::resolve() {
    std::vector<ledger::Operation> doubtful = m_run.pending.in_state(ledger::OperationState::sent);
    std::ranges::move(m_run.pending.in_state(ledger::OperationState::in_doubt), std::back_inserter(doubtful));
    std::erase_if(doubtful, [&](const ledger::Operation& operation) {
        return operation.kind == crm::EntityKind::property || m_run.unresolvable.contains(operation.entity);
    });
    if (doubtful.empty()) {
        return std::nullopt;
    }
    m_run.pending.mark(entities_of(doubtful), ledger::OperationState::in_doubt);
    failpoint("doubt.marked");

    const auto first_creation =
        std::partition(doubtful.begin(), doubtful.end(), [](const ledger::Operation& operation) {
            return (!operation.remote_id.empty() && !operation.adopted) || crm::is_aspect(operation.kind);
        });
    const std::vector<ledger::Operation> updates(doubtful.begin(), first_creation);
    std::vector<ledger::Operation> missing(first_creation, doubtful.end());

    // Parents first: whether a child lies in the right section can only be told when its parent's id is
    // known.
    std::ranges::sort(missing, {}, [](const ledger::Operation& operation) {
        return std::tuple(crm::sending_rank(operation.kind), operation.depth, operation.entity);
    });
    if (auto stop = look_for_all(missing)) {
        return stop;
    }
    if (!updates.empty()) {
        if (auto stop = m_run.wait_for_quiet()) {
            return stop;
        }
        m_run.pending.repeat(entities_of(updates));
    }
    m_run.database.transaction([&] {
        m_run.pending.mark(entities_of(missing), ledger::OperationState::fresh);
        m_run.pending.mark_looked_up(entities_of(missing));
    });
    failpoint("doubt.settled");
    return std::nullopt;
}

std::optional<Stop> DoubtResolver::look_for_all(std::vector<ledger::Operation>& missing) {
    bool again = false;
    for (unsigned looks = 0; !missing.empty() && (looks < 2 || again); ++looks) {
        const Run::Looking looking = m_run.wait_before_look(looks == 0);
        if (looking.stop) {
            return looking.stop;
        }
        const std::size_t before = missing.size();
        if (auto stop = look_for(missing)) {
            return stop;
        }
        // Whoever is still being made has not been made when the portal was asked.
        again = !looking.all_quiet || missing.size() < before;
    }
    return std::nullopt;
}

std::optional<Stop> DoubtResolver::look_for(std::vector<ledger::Operation>& missing) {
    auto answer = m_lookup.find(missing);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    failpoint("doubt.looked");
    missing.clear();
    for (FoundObjects& found : std::get<std::vector<FoundObjects>>(answer)) {
        if (found.refusal) {
            m_run.unresolvable.insert(found.operation.entity);
            continue;
        }
        if (found.objects.empty()) {
            missing.push_back(std::move(found.operation));
            continue;
        }
        settle_found(found);
    }
    return std::nullopt;
}

void DoubtResolver::settle_found(const FoundObjects& found) {
    const ledger::Settlement settlement = settlement_of_found(found);
    const std::int64_t entity = found.operation.entity;
    m_run.database.transaction([&] {
        std::vector<OwnParts> ours;
        if (settlement.verdict == ledger::Verdict::created) {
            ours = wished_parts(found.operation);
        } else if (settlement.verdict == ledger::Verdict::linked) {
            ours = arrived_parts(m_run.pending.parts(entity));
        }
        m_run.pending.settle({settlement});
        for (const OwnParts& own : ours) {
            m_run.pending.set_parts(entity, own.slot, own.parts);
        }
    });
}

ledger::Settlement DoubtResolver::settlement_of_found(const FoundObjects& found) const {
    if (found.objects.size() > 1) {
        return several_objects(found);
    }
    // What the creation carried depends only on the wish and the facts, so it can be built again to learn the
    // groups.
    const ledger::Operation& operation = found.operation;
    const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                       &operation.groups};
    const Sending sending{operation,
                          m_run.family->create_command(request, resolver_without_links(m_run, operation))};
    if (operation.adopted) {
        // It has our key now, so the write has run; what people had in it was left out of it.
        ledger::Settlement settlement = settlement_of(sending, found.objects.front().id);
        settlement.verdict = ledger::Verdict::linked;
        settlement.reason = Message{"CRM-ADOPTED", {found.objects.front().id, operation.source_id}};
        return settlement;
    }
    ledger::Settlement settlement =
        settlement_of(sending, found.objects.front().id, misplaced(operation, found.objects.front()));
    settlement.verdict = ledger::Verdict::created;
    for (const std::string& group : links_to_repeat(operation)) {
        if (std::erase(settlement.confirmed_groups, group) > 0) {
            settlement.kept_groups.push_back(group);
        }
    }
    return settlement;
}

std::vector<NamedTarget> DoubtResolver::misplaced(const ledger::Operation& operation,
                                                  const portal::RemoteObject& object) const {
    if (!lies_in_section(operation.kind)) {
        return {};
    }
    std::vector<NamedTarget> lost;
    for (NamedTarget& named : targets_of(operation)) {
        if (m_run.pending.remote_id(named.target, operation.source_system).value_or("") !=
                object.section_id ||
            object.section_id.empty()) {
            lost.push_back(std::move(named));
        }
    }
    return lost;
}

}  // namespace obmen::delivery
