#include "delivery/doubt_resolver.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "delivery/several_objects.hpp"

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

bool is_root(const std::string& section_id) {
    return section_id.empty() || section_id == "0";
}

}  // namespace

DoubtResolver::DoubtResolver(ledger::Pending& pending, KeyLookup& lookup, const portal::PortalFacts& facts,
                             Clock& clock, DoubtPauses pauses)
    : m_pending(pending), m_lookup(lookup), m_facts(facts), m_clock(clock), m_pauses(pauses) {}

std::optional<Stop> DoubtResolver::resolve() {
    std::vector<ledger::Operation> doubtful = m_pending.in_state(ledger::OperationState::sent);
    std::ranges::move(m_pending.in_state(ledger::OperationState::in_doubt), std::back_inserter(doubtful));
    if (doubtful.empty()) {
        return std::nullopt;
    }
    m_pending.mark(entities_of(doubtful), ledger::OperationState::in_doubt);

    const auto first_creation =
        std::partition(doubtful.begin(), doubtful.end(),
                       [](const ledger::Operation& operation) { return !operation.remote_id.empty(); });
    const std::vector<ledger::Operation> updates(doubtful.begin(), first_creation);
    std::vector<ledger::Operation> missing(first_creation, doubtful.end());
    m_pending.mark(entities_of(updates), ledger::OperationState::fresh);

    // Parents first: whether a child lies in the right section can only be told when its parent's id is
    // known.
    std::ranges::sort(missing, {}, [](const ledger::Operation& operation) {
        return std::tuple(operation.kind, operation.depth, operation.entity);
    });
    for (const Duration pause : {m_pauses.before_first_look, m_pauses.before_second_look}) {
        if (missing.empty()) {
            break;
        }
        m_clock.sleep(pause);
        if (auto stop = look_for(missing)) {
            return stop;
        }
    }
    m_pending.mark(entities_of(missing), ledger::OperationState::fresh);
    m_pending.mark_looked_up(entities_of(missing));
    return std::nullopt;
}

std::optional<Stop> DoubtResolver::look_for(std::vector<ledger::Operation>& missing) {
    auto answer = m_lookup.find(missing);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    missing.clear();
    for (FoundObjects& found : std::get<std::vector<FoundObjects>>(answer)) {
        if (found.objects.empty()) {
            missing.push_back(std::move(found.operation));
            continue;
        }
        const ledger::Settlement settlement = settlement_of_found(found);
        m_pending.settle({settlement});
        if (settlement.verdict == ledger::Verdict::created) {
            for (const OwnParts& own : wished_parts(found.operation)) {
                m_pending.set_parts(found.operation.entity, own.slot, own.parts);
            }
        }
    }
    return std::nullopt;
}

ledger::Settlement DoubtResolver::settlement_of_found(const FoundObjects& found) const {
    if (found.objects.size() > 1) {
        return conflict(found);
    }
    const portal::RemoteObject& object = found.objects.front();
    // What the creation carried depends only on the wish and the facts, so it can be built again to learn the
    // groups.
    const portal::WriteRequest request{found.operation.kind, found.operation.source_id,
                                       found.operation.source_system, &found.operation.groups};
    const Sending sending{
        found.operation,
        portal::create_command(request, m_facts, {.link = [](const crm::Link&) { return std::string("0"); }}),
        {},
        std::nullopt};
    return settlement_of(sending, object.id, is_misplaced(found.operation, object));
}

bool DoubtResolver::is_misplaced(const ledger::Operation& operation,
                                 const portal::RemoteObject& object) const {
    const auto parent = parent_wish(operation);
    if (!parent) {
        return false;
    }
    if (!parent->link.target) {
        return !is_root(object.section_id);
    }
    return m_pending.remote_id(*parent->link.target, operation.source_system).value_or("") !=
               object.section_id ||
           object.section_id.empty();
}

}  // namespace obmen::delivery
