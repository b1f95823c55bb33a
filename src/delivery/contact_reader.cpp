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

bool holds(const std::string& field, const std::vector<portal::RemoteContact>& entries, std::uint64_t hash) {
    return std::ranges::any_of(
        entries, [&](const portal::RemoteContact& entry) { return entry_hash(field, entry.value) == hash; });
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
    const auto remote = portal::contacts_of(object);
    return plan_contacts(operation, remote, settle_entries(operation.entity, remote));
}

std::set<std::uint64_t> ContactReader::settle_entries(
    std::int64_t entity, const std::map<std::string, std::vector<portal::RemoteContact>>& remote) const {
    std::set<std::uint64_t> ours;
    std::map<std::string, std::vector<ledger::Part>> slots;
    bool doubtful = false;
    for (ledger::Part part : m_run.pending.parts(entity)) {
        doubtful = doubtful || part.sent;
        std::vector<ledger::Part>& known = slots[part.slot];
        const auto present = remote.find(part.slot);
        if (part.sent && (present == remote.end() || !holds(part.slot, present->second, part.value_hash))) {
            continue;  // it has not arrived
        }
        part.sent = false;
        ours.insert(part.value_hash);
        known.push_back(std::move(part));
    }
    if (doubtful) {
        for (const auto& [slot, parts] : slots) {
            m_run.pending.set_parts(entity, slot, parts);
        }
    }
    return ours;
}

}  // namespace obmen::delivery
