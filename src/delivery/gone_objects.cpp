#include "delivery/gone_objects.hpp"

#include <utility>

#include "delivery/present_objects.hpp"
#include "delivery/several_objects.hpp"

namespace obmen::delivery {

namespace {

bool is_card(crm::EntityKind kind) {
    return kind == crm::EntityKind::company || kind == crm::EntityKind::contact ||
           kind == crm::EntityKind::deal;
}

/// What an aspect belongs to.
crm::EntityKind kind_of_owner(crm::EntityKind aspect) {
    switch (aspect) {
        case crm::EntityKind::address:
            return crm::EntityKind::requisite;
        case crm::EntityKind::deal_rows:
            return crm::EntityKind::deal;
        case crm::EntityKind::company_link:
            return crm::EntityKind::contact;
        default:
            return crm::EntityKind::product;
    }
}

}  // namespace

std::optional<Stop> GoneObjects::take(const std::vector<GoneObject>& gone) {
    std::vector<const GoneObject*> with_key;
    std::vector<ledger::Operation> operations;
    for (const GoneObject& object : gone) {
        m_run.pending.mark({object.operation.entity}, ledger::OperationState::fresh);
        if (object.operation.kind == crm::EntityKind::property) {
            make_anew(object.operation);
            continue;
        }
        if (crm::is_aspect(object.operation.kind)) {
            if (auto stop = take_aspect(object)) {
                return stop;
            }
            continue;
        }
        with_key.push_back(&object);
        operations.push_back(object.operation);
    }
    if (operations.empty()) {
        return std::nullopt;
    }
    auto answer = m_lookup.find(operations);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& found = std::get<std::vector<FoundObjects>>(answer);
    for (std::size_t i = 0; i < with_key.size(); ++i) {
        take_one(*with_key[i], found[i]);
    }
    return std::nullopt;
}

void GoneObjects::take_one(const GoneObject& gone, const FoundObjects& found) {
    const ledger::Operation& operation = gone.operation;
    if (found.objects.size() > 1) {
        m_run.settle({several_objects(found)});
    } else if (found.objects.size() == 1 && found.objects.front().id == operation.remote_id) {
        // It is there all the same: something else that the command names was not found.
        m_run.settle({{.entity = operation.entity,
                       .verdict = ledger::Verdict::failed,
                       .reason = Message{"B24-REFUSED", {gone.refusal}}}});
    } else if (found.objects.size() == 1) {
        m_run.pending.link(operation.entity, found.objects.front().id);
        m_run.moved = true;
    } else if (operation.adopted) {
        // It has vanished before anything of ours was in it: there may be another one.
        m_run.pending.unlink(operation.entity, false);
        m_run.moved = true;
    } else if (is_card(operation.kind) || operation.deletion_mark) {
        m_run.settle({{.entity = operation.entity,
                       .verdict = ledger::Verdict::left,
                       .reason = Message{"B24-GONE-LEFT", {operation.remote_id}}}});
    } else {
        make_anew(operation);
    }
}

std::optional<Stop> GoneObjects::take_aspect(const GoneObject& gone) {
    const ledger::Operation& operation = gone.operation;
    const crm::EntityKind owner = kind_of_owner(operation.kind);
    const auto answer = PresentObjects::read(m_run, {{owner, operation.owner_remote_id}});
    if (const auto* stop = std::get_if<Stop>(&answer)) {
        return *stop;
    }
    if (std::get<PresentObjects>(answer).find(owner, operation.owner_remote_id) != nullptr) {
        m_run.settle({{.entity = operation.entity,
                       .verdict = ledger::Verdict::failed,
                       .reason = Message{"B24-REFUSED", {gone.refusal}}}});
    } else if (is_card(owner)) {
        m_run.settle({{.entity = operation.entity,
                       .verdict = ledger::Verdict::left,
                       .reason = Message{"B24-GONE-LEFT", {operation.owner_remote_id}}}});
    } else {
        m_run.pending.note(operation, Message{"B24-GONE", {operation.owner_remote_id}}, Severity::warning);
        m_run.pending.forget(*operation.owner, operation.source_system);
        m_run.gone.insert(operation.entity);
        ++m_run.result.gone;
    }
    return std::nullopt;
}

void GoneObjects::make_anew(const ledger::Operation& operation) {
    m_run.pending.note(operation, Message{"B24-GONE", {operation.remote_id}}, Severity::warning);
    m_run.pending.unlink(operation.entity, true);
    m_run.gone.insert(operation.entity);
    ++m_run.result.gone;
}

}  // namespace obmen::delivery
