#include "delivery/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "delivery/several_objects.hpp"

namespace obmen::delivery {

namespace {

constexpr Duration first_refusal_pause{2'000};

bool is_card(crm::EntityKind kind) {
    return kind == crm::EntityKind::company || kind == crm::EntityKind::contact ||
           kind == crm::EntityKind::deal;
}

bool needs_look_up(const ledger::Operation& operation) {
    return operation.remote_id.empty() && !operation.looked_up;
}

const crm::ContactValues* contacts_in(const crm::FieldGroup& group) {
    return group.fields.empty() ? nullptr : std::get_if<crm::ContactValues>(&group.fields.front().value);
}

bool changes_contacts(const ledger::Operation& operation) {
    return !operation.remote_id.empty() &&
           std::ranges::any_of(operation.groups,
                               [](const crm::FieldGroup& group) { return contacts_in(group) != nullptr; });
}

/// The portal makes nothing without a name.
bool has_name(const ledger::Operation& operation) {
    return find_group(operation, "name") != nullptr || find_group(operation, "title") != nullptr;
}

}  // namespace

Delivery::Delivery(ledger::Database& database, portal::Client& client, portal::PortalFacts& facts,
                   Clock& clock, Log& log, DeliveryOptions options)
    : m_database(database),
      m_pending(database),
      m_packages(database),
      m_journal(database),
      m_client(client),
      m_facts(facts),
      m_clock(clock),
      m_log(log),
      m_options(std::move(options)),
      m_lookup(client, facts, clock, m_options.source_system),
      m_doubts(m_pending, m_lookup, facts, clock, m_options.doubt_pauses) {}

DeliveryResult Delivery::run(const std::function<void(const DeliveryProgress&)>& progress) {
    m_report = progress;
    m_result = {};
    m_gone.clear();
    m_settled_in_part.clear();
    m_progress = {.total = m_pending.count()};
    m_result.stop = send_everything();
    settle_quiet();
    m_batch.clear();
    m_withheld.report(m_packages);
    if (!m_result.stop) {
        explain_waiting();
    }
    return m_result;
}

std::optional<Stop> Delivery::send_everything() {
    if (auto stop = m_doubts.resolve()) {
        return stop;
    }
    do {
        m_moved = false;
        if (auto stop = pass()) {
            return stop;
        }
    } while (m_moved);
    return std::nullopt;
}

std::optional<Stop> Delivery::pass() {
    ledger::Pending::Cursor cursor;
    while (true) {
        std::vector<ledger::Operation> page = m_pending.page(cursor, page_size);
        if (page.empty()) {
            return flush();
        }
        cursor = ledger::Pending::cursor_of(page.back());
        if (auto stop = take_page(std::move(page))) {
            return stop;
        }
    }
}

std::optional<Stop> Delivery::take_page(std::vector<ledger::Operation> page) {
    std::erase_if(page, [&](const ledger::Operation& operation) {
        return operation.state != ledger::OperationState::fresh || m_gone.contains(operation.entity);
    });
    m_contact_plans.clear();
    if (auto stop = look_up(page)) {
        return stop;
    }
    if (auto stop = read_contacts(page)) {
        return stop;
    }
    for (const ledger::Operation& operation : page) {
        if (auto stop = add(operation)) {
            return stop;
        }
    }
    settle_quiet();
    return std::nullopt;
}

std::optional<Stop> Delivery::look_up(std::vector<ledger::Operation>& page) {
    std::vector<FoundObjects> found;
    std::vector<ledger::Operation> unknown;
    for (const ledger::Operation& operation : page) {
        if (!needs_look_up(operation)) {
            continue;
        }
        if (auto known = m_lookup.find_in_facts(operation)) {
            found.push_back(std::move(*known));
        } else if (has_name(operation)) {
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

void Delivery::take_found(const std::vector<FoundObjects>& found, std::vector<ledger::Operation>& page) {
    std::map<std::int64_t, const FoundObjects*> by_entity;
    std::vector<std::int64_t> absent;
    std::vector<ledger::Settlement> conflicts;
    m_database.transaction([&] {
        for (const FoundObjects& entry : found) {
            by_entity.emplace(entry.operation.entity, &entry);
            if (entry.objects.empty()) {
                absent.push_back(entry.operation.entity);
            } else if (entry.objects.size() == 1) {
                m_pending.link(entry.operation.entity, entry.objects.front().id);
            } else {
                conflicts.push_back(conflict(entry));
            }
        }
        m_pending.mark_looked_up(absent);
        settle(conflicts);
    });
    std::erase_if(page, [&](ledger::Operation& operation) {
        const auto entry = by_entity.find(operation.entity);
        if (entry == by_entity.end()) {
            return false;
        }
        const auto& objects = entry->second->objects;
        operation.looked_up = true;
        if (objects.size() == 1) {
            operation.remote_id = objects.front().id;
        }
        return objects.size() > 1;
    });
}

std::optional<Stop> Delivery::read_contacts(std::vector<ledger::Operation>& page) {
    std::vector<ledger::Operation> readers;
    std::ranges::copy_if(page, std::back_inserter(readers), changes_contacts);
    std::vector<GoneObject> gone;
    for (std::size_t begin = 0; begin < readers.size(); begin += portal::batch_commands) {
        const std::size_t end = std::min(begin + portal::batch_commands, readers.size());
        std::vector<portal::Command> commands;
        for (std::size_t i = begin; i < end; ++i) {
            commands.push_back(portal::get_command(readers[i].kind, readers[i].remote_id));
        }
        auto answers = read_batch(m_client, commands, m_clock);
        if (auto* stop = std::get_if<Stop>(&answers)) {
            return std::move(*stop);
        }
        const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
        for (std::size_t i = begin; i < end; ++i) {
            const ledger::Operation& operation = readers[i];
            if (const auto* done = std::get_if<portal::Done>(&list[i - begin])) {
                m_contact_plans.emplace(operation.entity, contact_plan(operation, done->result));
            } else if (const auto* refused = std::get_if<portal::Refused>(&list[i - begin]);
                       refused != nullptr && portal::means_not_found(*refused)) {
                gone.push_back({operation, refusal_text(*refused)});
            }
        }
    }
    auto stop = take_gone(gone);
    std::erase_if(page, [&](const ledger::Operation& operation) {
        // Without its present phones an object must not be updated: the update could add them a second time.
        return changes_contacts(operation) && !m_contact_plans.contains(operation.entity);
    });
    return stop;
}

ContactPlan Delivery::contact_plan(const ledger::Operation& operation, const nlohmann::json& object) const {
    std::set<std::uint64_t> ours;
    for (const ledger::Part& part : m_pending.parts(operation.entity)) {
        ours.insert(part.value_hash);
    }
    return plan_contacts(operation, portal::contacts_of(object), ours);
}

std::optional<Stop> Delivery::add(const ledger::Operation& operation) {
    if (operation.remote_id.empty() && !has_name(operation)) {
        return std::nullopt;
    }
    if (m_batch.is_full()) {
        if (auto stop = flush()) {
            return stop;
        }
    }
    const std::optional<Parent> parent = parent_of(operation);
    if (!parent) {
        return std::nullopt;
    }
    Sending sending{operation, build(operation, parent->text),
                    operation.remote_id.empty() ? wished_parts(operation) : contact_plan_of(operation).own,
                    parent->position};
    if (sending.built.command.method.empty()) {
        for (const portal::Withheld& withheld : sending.built.withheld) {
            m_withheld.count(operation.package, withheld);
        }
        m_quiet.push_back({.entity = operation.entity,
                           .verdict = ledger::Verdict::unchanged,
                           .remote_id = operation.remote_id,
                           .confirmed_groups = sending.built.groups});
        return std::nullopt;
    }
    m_batch.add(std::move(sending));
    return std::nullopt;
}

std::optional<Delivery::Parent> Delivery::parent_of(const ledger::Operation& operation) const {
    const auto wish = parent_wish(operation);
    if (!wish || !wish->link.target) {
        return Parent{"0", std::nullopt};
    }
    if (const auto position = m_batch.creation_of(*wish->link.target)) {
        return Parent{portal::result_reference(*position), position};
    }
    const std::string id = m_pending.remote_id(*wish->link.target, operation.source_system).value_or("");
    if (id.empty()) {
        return std::nullopt;
    }
    return Parent{id, std::nullopt};
}

const ContactPlan& Delivery::contact_plan_of(const ledger::Operation& operation) const {
    static const ContactPlan none;
    const auto plan = m_contact_plans.find(operation.entity);
    return plan == m_contact_plans.end() ? none : plan->second;
}

portal::BuiltCommand Delivery::build(const ledger::Operation& operation, const std::string& parent) const {
    const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                       &operation.groups};
    const portal::Resolver resolver{.link = [&](const crm::Link&) { return parent; }};
    if (operation.remote_id.empty()) {
        return portal::create_command(request, m_facts, resolver);
    }
    return portal::update_command(request, operation.remote_id, m_facts, resolver,
                                  contact_plan_of(operation).changes);
}

std::optional<Stop> Delivery::flush() {
    if (m_batch.is_empty()) {
        return std::nullopt;
    }
    const std::vector<portal::Command> commands = m_batch.commands();
    while (true) {
        if (auto stop = interruption()) {
            return stop;
        }
        m_pending.mark_sent(m_batch.entities());
        const portal::BatchAnswer answer = m_client.batch(commands);
        ++m_result.write_requests;
        if (const auto* done = std::get_if<portal::BatchDone>(&answer)) {
            return take_answers(done->answers);
        }
        if (const auto* doubt = std::get_if<portal::BatchInDoubt>(&answer)) {
            return take_doubt(doubt->reason);
        }
        const auto& refused = std::get<portal::BatchRefused>(answer);
        m_pending.mark(m_batch.entities(), ledger::OperationState::fresh);
        journal_batch("refused", sentence(refused.reason, Language::english));
        if (!refused.temporary) {
            return Stop{refused.reason, false};
        }
        if (auto stop = put_off(refused.reason)) {
            return stop;
        }
    }
}

std::optional<Stop> Delivery::take_answers(const std::vector<portal::CommandAnswer>& answers) {
    BatchEffects effects = effects_of(m_batch.sendings(), answers);
    m_database.transaction([&] {
        settle(effects.settlements);
        m_pending.mark(effects.to_repeat, ledger::OperationState::fresh);
        for (const auto& [entity, own] : effects.parts) {
            m_pending.set_parts(entity, own.slot, own.parts);
        }
        journal_batch("ok", fmt::format("commands={} done={} refused={}", answers.size(), effects.done,
                                        effects.refused));
    });
    for (const Sending& sending : m_batch.sendings()) {
        for (const portal::Withheld& withheld : sending.built.withheld) {
            m_withheld.count(sending.operation.package, withheld);
        }
    }
    m_batch.clear();
    m_doubts_in_a_row = 0;
    report_progress();
    if (auto stop = take_gone(effects.gone)) {
        return stop;
    }
    if (effects.to_repeat.empty()) {
        m_refusals_in_a_row = 0;
        return std::nullopt;
    }
    m_moved = true;
    return put_off(Message{"B24-REPEATED", {std::to_string(effects.to_repeat.size())}});
}

std::optional<Stop> Delivery::take_doubt(const Message& reason) {
    m_pending.mark(m_batch.entities(), ledger::OperationState::in_doubt);
    journal_batch("in_doubt", sentence(reason, Language::english));
    m_log.warning(sentence(reason, Language::english));
    m_batch.clear();
    m_moved = true;
    if (++m_doubts_in_a_row >= m_options.doubts_in_a_row) {
        return Stop{reason, true};
    }
    const std::uint64_t before = m_pending.count();
    auto stop = m_doubts.resolve();
    m_progress.settled += before - m_pending.count();
    report_progress();
    return stop;
}

std::optional<Stop> Delivery::take_gone(const std::vector<GoneObject>& gone) {
    if (gone.empty()) {
        return std::nullopt;
    }
    std::vector<ledger::Operation> operations;
    operations.reserve(gone.size());
    for (const GoneObject& object : gone) {
        operations.push_back(object.operation);
    }
    auto answer = m_lookup.find(operations);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& found = std::get<std::vector<FoundObjects>>(answer);
    for (std::size_t i = 0; i < gone.size(); ++i) {
        take_gone_object(gone[i], found[i]);
    }
    return std::nullopt;
}

void Delivery::take_gone_object(const GoneObject& gone, const FoundObjects& found) {
    const ledger::Operation& operation = gone.operation;
    m_pending.mark({operation.entity}, ledger::OperationState::fresh);
    if (found.objects.size() > 1) {
        settle({conflict(found)});
    } else if (found.objects.size() == 1 && found.objects.front().id == operation.remote_id) {
        // It is there all the same: something else that the command names was not found.
        settle({{.entity = operation.entity,
                 .verdict = ledger::Verdict::failed,
                 .reason = Message{"B24-REFUSED", {gone.refusal}}}});
    } else if (found.objects.size() == 1) {
        m_pending.link(operation.entity, found.objects.front().id);
        m_moved = true;
    } else if (is_card(operation.kind) || operation.deletion_mark) {
        settle({{.entity = operation.entity,
                 .verdict = ledger::Verdict::left,
                 .reason = Message{"B24-GONE-LEFT", {operation.remote_id}}}});
    } else {
        m_pending.note(operation, Message{"B24-GONE", {operation.remote_id}}, Severity::warning);
        m_pending.unlink(operation.entity, true);
        m_gone.insert(operation.entity);
        ++m_result.gone;
    }
}

std::optional<Stop> Delivery::put_off(const Message& reason) {
    if (++m_refusals_in_a_row >= m_options.refusals_in_a_row) {
        return Stop{reason, true};
    }
    m_clock.sleep(first_refusal_pause * (1U << m_refusals_in_a_row));
    return std::nullopt;
}

std::optional<Stop> Delivery::interruption() const {
    if (m_options.interrupted == nullptr || !m_options.interrupted->load()) {
        return std::nullopt;
    }
    return Stop{Message{"SYS-INTERRUPTED"}, true};
}

void Delivery::settle(const std::vector<ledger::Settlement>& settlements) {
    if (settlements.empty()) {
        return;
    }
    m_pending.settle(settlements);
    for (const ledger::Settlement& settlement : settlements) {
        if (!settlement.kept_groups.empty()) {
            m_settled_in_part.insert(settlement.entity);
        }
    }
    m_progress.settled += settlements.size();
    m_moved = true;
}

void Delivery::settle_quiet() {
    settle(m_quiet);
    m_quiet.clear();
}

void Delivery::explain_waiting() {
    ledger::Pending::Cursor cursor;
    while (true) {
        const std::vector<ledger::Operation> page = m_pending.page(cursor, page_size);
        if (page.empty()) {
            return;
        }
        cursor = ledger::Pending::cursor_of(page.back());
        m_database.transaction([&] {
            for (const ledger::Operation& operation : page) {
                if (m_gone.contains(operation.entity) || m_settled_in_part.contains(operation.entity)) {
                    continue;
                }
                if (operation.remote_id.empty() && !has_name(operation)) {
                    m_pending.postpone(operation.entity, Message{"CRM-PARKED", {operation.source_id}});
                } else if (const auto parent = parent_wish(operation); parent && parent->link.target) {
                    m_pending.postpone(operation.entity,
                                       Message{"CRM-PARENT-WAITS", {parent->link.target->id}});
                }
            }
        });
    }
}

void Delivery::journal_batch(const std::string& status, const std::string& details) {
    const std::string package =
        m_batch.is_empty() ? std::string{} : m_batch.sendings().front().operation.package;
    m_journal.write({.time = m_clock.now(),
                     .operation = "batch",
                     .source_system = m_options.source_system,
                     .target_system = m_client.address().identity(),
                     .package = package,
                     .object_id = {},
                     .status = status,
                     .details = details});
}

void Delivery::report_progress() {
    m_progress.requests = m_client.requests_sent();
    if (m_report) {
        m_report(m_progress);
    }
}

}  // namespace obmen::delivery
