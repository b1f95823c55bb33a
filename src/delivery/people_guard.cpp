#include "delivery/people_guard.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "delivery/picture_files.hpp"
#include "delivery/stage_guard.hpp"

namespace obmen::delivery {

std::optional<Stop> PeopleGuard::respect(std::vector<Prepared>& page) {
    m_products.clear();
    auto answer = PresentObjects::read(m_run, wanted(page));
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& present = std::get<PresentObjects>(answer);
    std::vector<GoneObject> gone;
    std::set<std::int64_t> not_to_be_sent;
    for (Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (replaces_files(operation)) {
            remember_product(operation, present);
        }
        if (!operation.remote_id.empty() && !operation.adopted) {
            leave_write_once_groups(prepared);
        }
        if (!needs_present_values(operation)) {
            continue;
        }
        if (const nlohmann::json* object = present.find(operation.kind, operation.remote_id)) {
            judge(prepared, *object);
        } else if (operation.adopted) {
            // Any other update of what is not there is refused in its time; a card that is to be taken over
            // must not be written blindly.
            gone.push_back({operation, operation.remote_id});
            not_to_be_sent.insert(operation.entity);
        }
    }
    auto stop = m_gone.take(gone);
    std::erase_if(
        page, [&](const Prepared& prepared) { return not_to_be_sent.contains(prepared.operation.entity); });
    return stop;
}

bool PeopleGuard::needs_present_values(const ledger::Operation& operation) const {
    return operation.adopted || m_conflicts.wants(operation) ||
           (!m_run.options.move_backwards && moves_deal(operation));
}

std::vector<PresentObjects::Id> PeopleGuard::wanted(const std::vector<Prepared>& page) const {
    std::vector<PresentObjects::Id> ids;
    for (const Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (needs_present_values(operation)) {
            ids.emplace_back(operation.kind, operation.remote_id);
        }
        if (replaces_files(operation)) {
            ids.emplace_back(crm::EntityKind::product, owner_id(operation));
        }
    }
    return ids;
}

std::string PeopleGuard::owner_id(const ledger::Operation& operation) const {
    if (!operation.owner_remote_id.empty() || !operation.owner) {
        return operation.owner_remote_id;
    }
    return m_run.pending.remote_id(*operation.owner, operation.source_system).value_or("");
}

void PeopleGuard::remember_product(const ledger::Operation& operation, const PresentObjects& present) {
    const std::string product_id = owner_id(operation);
    if (product_id.empty()) {
        m_products.emplace(operation.entity, nullptr);
        return;
    }
    if (const auto* product = present.find(crm::EntityKind::product, product_id)) {
        m_products.emplace(operation.entity, *product);
    }
}

const nlohmann::json* PeopleGuard::product_of(const ledger::Operation& operation) const {
    const auto product = m_products.find(operation.entity);
    return product == m_products.end() ? nullptr : &product->second;
}

void PeopleGuard::judge(Prepared& prepared, const nlohmann::json& object) {
    if (prepared.operation.adopted) {
        m_adoption.trim(prepared, object);
    }
    if (m_conflicts.wants(prepared.operation)) {
        m_conflicts.judge(prepared, object);
    }
    if (!m_run.options.move_backwards && moves_deal(prepared.operation)) {
        keep_stage(prepared, object, m_run.facts);
    }
}

}  // namespace obmen::delivery
