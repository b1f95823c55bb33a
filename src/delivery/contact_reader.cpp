#include "delivery/contact_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace obmen::delivery {

namespace {

bool changes_contacts(const ledger::Operation& operation) {
    return !operation.remote_id.empty() && std::ranges::any_of(operation.groups, holds_contacts);
}

}  // namespace

std::optional<Stop> ContactReader::read(std::vector<Prepared>& page) {
    std::vector<Prepared*> readers;
    std::vector<portal::Command> commands;
    for (Prepared& prepared : page) {
        if (changes_contacts(prepared.operation)) {
            readers.push_back(&prepared);
            commands.push_back(
                m_run.family->get_command(prepared.operation.kind, prepared.operation.remote_id));
        }
    }
    if (readers.empty()) {
        return std::nullopt;
    }
    auto answers = read_all(m_run.client, commands, m_run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    std::vector<GoneObject> gone;
    std::set<std::int64_t> unread;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        const ledger::Operation& operation = readers[i]->operation;
        if (const auto* done = std::get_if<portal::Done>(&list[i])) {
            readers[i]->contacts = plan(operation, m_run.family->row_of(operation.kind, done->result));
            continue;
        }
        unread.insert(operation.entity);
        const auto& refused = std::get<portal::Refused>(list[i]);  // one that lasts, see read_all
        if (portal::means_not_found(refused)) {
            gone.push_back({operation, refusal_text(refused)});
        } else {
            m_run.settle({{.entity = operation.entity,
                           .verdict = ledger::Verdict::failed,
                           .reason = Message{"B24-REFUSED", {refusal_text(refused)}}}});
        }
    }
    auto stop = m_gone.take(gone);
    std::erase_if(page, [&](const Prepared& prepared) {
        // Without its present phones an object must not be updated: the update could add them a second time.
        return unread.contains(prepared.operation.entity);
    });
    return stop;
}

ContactPlan ContactReader::plan(const ledger::Operation& operation, const nlohmann::json& object) const {
    std::set<std::uint64_t> ours;
    for (const ledger::Part& part : m_run.pending.parts(operation.entity)) {
        ours.insert(part.value_hash);
    }
    return plan_contacts(operation, portal::contacts_of(object), ours);
}

}  // namespace obmen::delivery
