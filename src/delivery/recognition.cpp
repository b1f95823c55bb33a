#include "delivery/recognition.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/several_objects.hpp"

namespace obmen::delivery {

namespace {

bool needs_look_up(const ledger::Operation& operation) {
    return operation.remote_id.empty() && !operation.looked_up && !crm::is_aspect(operation.kind);
}

}  // namespace

std::optional<Stop> Recognition::recognise(std::vector<Prepared>& page) {
    std::vector<FoundObjects> found;
    std::vector<ledger::Operation> unknown;
    for (const Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (!needs_look_up(operation)) {
            continue;
        }
        if (auto known = m_lookup.find_in_facts(operation)) {
            found.push_back(std::move(*known));
        } else if (can_be_made(operation)) {
            unknown.push_back(operation);
        }
    }
    if (!unknown.empty()) {
        auto answer = m_lookup.find(unknown);
        if (auto* stop = std::get_if<Stop>(&answer)) {
            return std::move(*stop);
        }
        std::ranges::move(std::get<std::vector<FoundObjects>>(answer), std::back_inserter(found));
    }
    take_found(found, page);
    return std::nullopt;
}

void Recognition::take_found(const std::vector<FoundObjects>& found, std::vector<Prepared>& page) {
    std::map<std::int64_t, const FoundObjects*> by_entity;
    std::vector<std::int64_t> absent;
    std::vector<ledger::Settlement> conflicts;
    m_run.database.transaction([&] {
        for (const FoundObjects& entry : found) {
            by_entity.emplace(entry.operation.entity, &entry);
            if (entry.refusal) {
                // It may be there: to make it could double it.
                conflicts.push_back({.entity = entry.operation.entity,
                                     .verdict = ledger::Verdict::failed,
                                     .reason = entry.refusal});
            } else if (entry.objects.empty()) {
                absent.push_back(entry.operation.entity);
            } else if (entry.objects.size() == 1) {
                m_run.pending.link(entry.operation.entity, entry.objects.front().id);
            } else {
                conflicts.push_back(several_objects(entry));
            }
        }
        m_run.pending.mark_looked_up(absent);
        m_run.settle(conflicts);
    });
    std::erase_if(page, [&](Prepared& prepared) {
        const auto entry = by_entity.find(prepared.operation.entity);
        if (entry == by_entity.end()) {
            return false;
        }
        const auto& objects = entry->second->objects;
        prepared.operation.looked_up = true;
        if (objects.size() == 1) {
            prepared.operation.remote_id = objects.front().id;
        }
        return objects.size() > 1 || entry->second->refusal;
    });
}

}  // namespace obmen::delivery
