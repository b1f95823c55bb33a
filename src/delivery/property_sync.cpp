#include "delivery/property_sync.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/several_objects.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

using portal::RemoteProperty;

/// Of one property that the portal says to have taken: what differs even then is what it does not take.
constexpr unsigned most_changes = 3;

const crm::PropertyChoices* wished_choices(const ledger::Operation& operation) {
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            if (const auto* choices = std::get_if<crm::PropertyChoices>(&field.value)) {
                return choices;
            }
        }
    }
    return nullptr;
}

/// Names of the groups that hold choices, or of the others.
std::vector<std::string> groups_with_choices(const ledger::Operation& operation, bool with) {
    std::vector<std::string> names;
    for (const crm::FieldGroup& group : operation.groups) {
        const bool has = std::ranges::any_of(group.fields, [](const crm::Field& field) {
            return std::holds_alternative<crm::PropertyChoices>(field.value);
        });
        if (has == with) {
            names.push_back(group.name);
        }
    }
    return names;
}

bool is_of_type(const RemoteProperty& remote, const std::string& wished) {
    if (wished == "list") {
        return remote.type == "L";
    }
    if (wished == "number") {
        return remote.type == "N";
    }
    if (wished == "file") {
        return remote.type == "F";
    }
    if (wished == "date") {
        return remote.type == "S" && folded(remote.user_type).starts_with("date");
    }
    return remote.type == "S" && remote.user_type.empty();
}

/// Key → what stands for the choice in a value. A property that is no list takes the text itself.
std::vector<std::pair<std::string, std::string>> ids_of(const RemoteProperty& remote,
                                                        const crm::PropertyChoices& choices) {
    if (remote.type == "L") {
        return portal::choice_ids(remote, choices);
    }
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& choice : choices.choices) {
        texts.emplace_back(choice.key, choice.text);
    }
    return texts;
}

}  // namespace

std::optional<Stop> PropertySync::run() {
    m_changed.clear();
    m_type_noted.clear();
    m_properties.clear();
    // Added, then changed or read back: two rounds; a doubt costs another.
    do {
        m_run.moved = false;
        if (auto stop = round()) {
            return stop;
        }
        if (const std::optional<Duration> pause = m_sender.take_pause()) {
            if (auto stop = m_sender.sit_out(*pause)) {
                return stop;
            }
            m_run.moved = true;
        }
    } while (m_run.moved && !m_run.interruption());
    return m_run.interruption();
}

std::optional<Stop> PropertySync::round() {
    bool doubtful = false;
    std::vector<ledger::Operation> operations = take_operations(doubtful);
    if (operations.empty()) {
        return std::nullopt;
    }
    m_with_offers = std::ranges::any_of(operations, [](const ledger::Operation& operation) {
        return crm::owner_of(operation.key) == crm::PropertyOwner::offers;
    });
    if (auto stop = doubtful ? read_list_after_doubt(operations) : read_list()) {
        return stop;
    }
    if (doubtful) {
        // Where a newer wish came meanwhile, that is the one to be sent now.
        operations = m_run.pending.of_kind(crm::EntityKind::property);
    }
    std::erase_if(operations, [](const ledger::Operation& operation) { return operation.incomplete; });
    for (const ledger::Operation& operation : operations) {
        const auto found = matches(operation);
        if (found.size() > 1) {
            std::vector<std::string> ids;
            for (const RemoteProperty* property : found) {
                ids.push_back(property->id);
            }
            m_run.settle({{.entity = operation.entity,
                           .verdict = ledger::Verdict::failed,
                           .reason = Message{"B24-DUPLICATE", {listed(ids)}}}});
        } else if (auto stop = found.empty() ? add(operation) : bring({operation, found.front()})) {
            return stop;
        }
    }
    return m_sender.finish();
}

std::vector<ledger::Operation> PropertySync::take_operations(bool& doubtful) {
    std::vector<ledger::Operation> unsure = m_run.pending.in_state(ledger::OperationState::sent);
    std::ranges::move(m_run.pending.in_state(ledger::OperationState::in_doubt), std::back_inserter(unsure));
    std::vector<std::int64_t> entities;
    for (const ledger::Operation& operation : unsure) {
        if (operation.kind == crm::EntityKind::property) {
            entities.push_back(operation.entity);
        }
    }
    doubtful = !entities.empty();
    if (doubtful) {
        // In doubt until the list has been read: only `read_list_after_doubt` makes them fresh.
        m_run.pending.mark(entities, ledger::OperationState::in_doubt);
    }
    std::vector<ledger::Operation> operations = m_run.pending.of_kind(crm::EntityKind::property);
    std::ranges::copy_if(unsure, std::back_inserter(operations), [](const ledger::Operation& operation) {
        return operation.kind == crm::EntityKind::property;
    });
    return operations;
}

std::optional<Stop> PropertySync::read_list_after_doubt(const std::vector<ledger::Operation>& operations) {
    const auto is_found = [&](const ledger::Operation& operation) {
        return operation.state == ledger::OperationState::fresh || !matches(operation).empty();
    };
    // What changes a property may come late, too, and a choice that is sent twice would be there twice.
    const bool creations_only = std::ranges::all_of(operations, [](const ledger::Operation& operation) {
        return operation.state == ledger::OperationState::fresh || operation.remote_id.empty();
    });
    for (const bool first : {true, false}) {
        const Run::Looking looking = m_run.wait_before_look(first);
        if (looking.stop) {
            return looking.stop;
        }
        if (auto stop = read_list()) {
            return stop;
        }
        if ((creations_only || looking.all_quiet) && std::ranges::all_of(operations, is_found)) {
            break;
        }
    }
    std::vector<std::int64_t> entities;
    for (const ledger::Operation& operation : operations) {
        if (operation.state != ledger::OperationState::fresh) {
            entities.push_back(operation.entity);
        }
    }
    m_run.pending.repeat(entities);
    return std::nullopt;
}

std::optional<Stop> PropertySync::read_list() {
    auto answer = read_properties(m_run.client, *m_run.family, m_run.clock, m_with_offers);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    m_properties = std::move(std::get<PropertyList>(answer));
    return std::nullopt;
}

std::vector<const RemoteProperty*> PropertySync::matches(const ledger::Operation& operation) const {
    if (const auto known = m_properties.find(operation.remote_id); known != m_properties.end()) {
        return {&known->second};
    }
    std::vector<const RemoteProperty*> found;
    const crm::PropertyOwner owner = crm::owner_of(operation.key);
    for (const auto& [id, property] : m_properties) {
        if (property.owner == owner && folded(property.xml_id) == operation.key.id) {
            found.push_back(&property);
        }
    }
    const std::string code = folded(text_of_field(operation, "code"));
    if (!found.empty() || code.empty()) {
        return found;
    }
    for (const auto& [id, property] : m_properties) {
        if (property.owner == owner && folded(property.code) == code) {
            found.push_back(&property);
        }
    }
    return found;
}

std::optional<Stop> PropertySync::add(const ledger::Operation& operation) {
    if (!operation.remote_id.empty()) {
        // Somebody has deleted it in the CRM: it is made anew once its package has been read again.
        m_run.database.transaction([&] {
            m_run.pending.note(operation, Message{"B24-GONE", {operation.remote_id}}, Severity::warning);
            m_run.pending.unlink(operation.entity, true);
            m_run.pending.mark_incomplete(operation.entity);
        });
        ++m_run.result.gone;
        return std::nullopt;
    }
    if (!can_be_made(operation)) {
        return std::nullopt;
    }
    Sending sending{operation, {}};
    sending.built.command =
        m_run.family->property_add_command(operation.key, operation.source_id, operation.groups);
    return send(std::move(sending));
}

std::optional<Stop> PropertySync::bring(Matched matched) {
    ledger::Operation& operation = matched.operation;
    if (operation.remote_id != matched.remote->id) {
        const bool is_another = !operation.remote_id.empty();
        m_run.database.transaction([&] {
            m_run.pending.link(operation.entity, matched.remote->id);
            if (is_another) {
                m_run.pending.mark_incomplete(operation.entity);
            }
        });
        if (is_another) {
            // What was confirmed of the old one is not known of this one.
            ++m_run.result.gone;
            return std::nullopt;
        }
        operation.remote_id = matched.remote->id;
    }
    note_other_type(operation, *matched.remote);
    std::vector<portal::Command> commands =
        m_run.family->property_update_commands(*matched.remote, operation.groups);
    if (const auto changes = m_changed.find(operation.entity);
        changes != m_changed.end() && matched.remote->choices.size() > changes->second.choices) {
        // Many choices come in several goes.
        changes->second = {answers_in_part(operation.entity), matched.remote->choices.size()};
    }
    if (commands.empty() || changes_taken(operation.entity) == most_changes) {
        finish(operation, *matched.remote);
        return std::nullopt;
    }
    Sending sending{operation, {}};
    sending.built.command = std::move(commands.front());
    sending.built.more.assign(std::make_move_iterator(commands.begin() + 1),
                              std::make_move_iterator(commands.end()));
    const std::size_t choices = matched.remote->choices.size();
    auto stop = send(std::move(sending));
    if (const auto changes = m_changed.find(operation.entity); changes != m_changed.end()) {
        changes->second.choices = std::max(changes->second.choices, choices);
    }
    return stop;
}

unsigned PropertySync::answers_in_part(std::int64_t entity) const {
    const auto answers = m_run.settled_in_part.find(entity);
    return answers == m_run.settled_in_part.end() ? 0 : answers->second;
}

unsigned PropertySync::changes_taken(std::int64_t entity) const {
    const auto before = m_changed.find(entity);
    return before == m_changed.end() ? 0 : answers_in_part(entity) - before->second.answers_before;
}

std::optional<Stop> PropertySync::send(Sending sending) {
    if (auto reason = m_sender.given_up(sending.operation)) {
        m_run.settle({{.entity = sending.operation.entity,
                       .verdict = ledger::Verdict::failed,
                       .reason = std::move(reason)}});
        return std::nullopt;
    }
    // The ids of choices are not in the answer: those groups stay wished until they have been read.
    sending.built.groups = groups_with_choices(sending.operation, false);
    sending.kept_groups = groups_with_choices(sending.operation, true);
    sending.bytes = size_of(sending.built);
    if (m_sender.is_paused(sending)) {
        return std::nullopt;
    }
    if (!m_sender.has_room(sending)) {
        if (auto stop = m_sender.flush()) {
            return stop;
        }
    }
    if (!sending.is_creation()) {
        m_changed.try_emplace(sending.operation.entity,
                              Changes{answers_in_part(sending.operation.entity), 0});
    }
    m_sender.add(std::move(sending));
    return std::nullopt;
}

void PropertySync::finish(const ledger::Operation& operation, const RemoteProperty& remote) {
    // Changed also if the answer to that was lost, and the list now shows what was wished.
    ledger::Settlement settlement{.entity = operation.entity,
                                  .verdict = m_changed.contains(operation.entity)
                                                 ? ledger::Verdict::updated
                                                 : ledger::Verdict::unchanged,
                                  .remote_id = remote.id,
                                  .confirmed_groups = groups_with_choices(operation, false)};
    m_run.database.transaction([&] {
        if (const crm::PropertyChoices* choices = wished_choices(operation)) {
            const auto ids = ids_of(remote, *choices);
            m_run.pending.set_choices(operation.entity, ids);
            std::set<std::string_view> there;  // lists may have thousands of choices
            for (const auto& [key, id] : ids) {
                there.insert(key);
            }
            const auto lacking = std::ranges::find_if(
                choices->choices, [&](const auto& choice) { return !there.contains(choice.key); });
            if (lacking == choices->choices.end()) {
                std::ranges::move(groups_with_choices(operation, true),
                                  std::back_inserter(settlement.confirmed_groups));
            } else {
                settlement.verdict = ledger::Verdict::failed;
                settlement.reason = Message{"B24-NO-CHOICE", {lacking->text, remote.name}};
            }
        }
        m_run.settle({settlement});
    });
}

void PropertySync::note_other_type(const ledger::Operation& operation, const RemoteProperty& remote) {
    const std::string wished = text_of_field(operation, "property_type");
    if (wished.empty() || is_of_type(remote, wished) || !m_type_noted.insert(operation.entity).second) {
        return;
    }
    const std::string present = remote.type + (remote.user_type.empty() ? "" : ":" + remote.user_type);
    m_run.pending.note(operation, Message{"B24-PROPERTY-TYPE", {remote.name, present, wished}},
                       Severity::warning);
}

}  // namespace obmen::delivery
