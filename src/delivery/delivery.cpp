#include "delivery/delivery.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/picture_files.hpp"
#include "delivery/resolver.hpp"
#include "delivery/waiting_notes.hpp"
#include "portal/part_commands.hpp"
#include "portal/remote_values.hpp"

namespace obmen::delivery {

namespace {

/// Longer than any request takes.
constexpr Duration longest_ago{3'600'000};

}  // namespace

Delivery::Delivery(ledger::Database& database, portal::Client& client, portal::PortalFacts& facts,
                   Clock& clock, Log& log, DeliveryOptions options)
    : m_run(database, client, facts, clock, log, std::move(options)),
      m_lookup(client, facts, clock, m_run.options.source_system),
      m_doubts(m_run, m_lookup),
      m_gone(m_run, m_lookup),
      m_sender(m_run, m_doubts, m_gone),
      m_properties(m_run, m_sender),
      m_recognition(m_run, m_lookup),
      m_adoption(m_run),
      m_contacts(m_run, m_gone),
      m_conflicts(m_run),
      m_people(m_run, m_adoption, m_conflicts, m_gone),
      m_units(m_run) {}

DeliveryResult Delivery::run(const std::function<void(const DeliveryProgress&)>& progress) {
    m_run.report = progress;
    m_run.begin();
    m_adoption.begin();
    m_conflicts.begin();
    m_run.result.stop = send_everything();
    settle_quiet();
    m_sender.drop();
    m_run.withheld.report(m_run.packages);
    if (!m_run.result.stop) {
        explain_waiting(m_run);
    }
    return m_run.result;
}

std::optional<Stop> Delivery::send_everything() {
    if (auto stop = m_doubts.resolve()) {
        return stop;
    }
    if (auto stop = m_properties.run()) {
        return stop;
    }
    // Whatever was in doubt before has waited long enough.
    m_run.last_doubt_left = m_run.clock.steady() - longest_ago;
    m_dangerous_left = false;
    m_dangerous_too = false;
    while (true) {
        m_run.moved = false;
        if (auto stop = pass()) {
            return stop;
        }
        if (m_run.moved) {
            continue;
        }
        // All that is left to be sent, if anything is, calls methods that have used up their time.
        if (const std::optional<Duration> pause = m_sender.take_pause()) {
            if (auto stop = m_sender.sit_out(*pause)) {
                return stop;
            }
            continue;
        }
        if (!m_dangerous_left || std::exchange(m_dangerous_too, true)) {
            return std::nullopt;
        }
    }
}

std::optional<Stop> Delivery::pass() {
    ledger::Pending::Cursor cursor;
    m_sections_to_come.reset();
    static_cast<void>(m_sender.take_pause());
    while (true) {
        // What a page is prepared from must not be changing meanwhile.
        if (auto stop = m_sender.land()) {
            return stop;
        }
        std::vector<ledger::Operation> page = m_run.pending.page(cursor, page_size);
        if (page.empty()) {
            break;
        }
        cursor = ledger::Pending::cursor_of(page.back());
        if (auto stop = take_page(std::move(page))) {
            return stop;
        }
    }
    if (auto stop = m_sender.finish()) {
        return stop;
    }
    std::ranges::move(m_sender.take_written(), std::back_inserter(m_written));
    return m_conflicts.observe(std::exchange(m_written, {}));
}

std::optional<Stop> Delivery::take_page(std::vector<ledger::Operation> operations) {
    std::vector<Prepared> page;
    page.reserve(operations.size());
    for (ledger::Operation& operation : operations) {
        if (is_dangerous(operation) && !m_dangerous_too) {
            m_dangerous_left = true;
            continue;
        }
        // Properties have been seen to before.
        if (operation.state == ledger::OperationState::fresh && !m_run.gone.contains(operation.entity) &&
            !operation.incomplete && operation.kind != crm::EntityKind::property) {
            page.push_back({std::move(operation)});
        }
    }
    if (m_dangerous_too) {
        std::ranges::stable_sort(page, {},
                                 [](const Prepared& prepared) { return prepared.operation.outages; });
    }
    leave_parts_of_gone_cards(page);
    if (auto stop = prepare(page)) {
        return stop;
    }
    m_calmed_before = m_sender.times_calmed();
    for (const Prepared& prepared : page) {
        if (auto stop = add(prepared)) {
            return stop;
        }
    }
    settle_quiet();
    std::ranges::move(m_sender.take_written(), std::back_inserter(m_written));
    return m_written.size() < page_size ? std::nullopt : m_conflicts.observe(std::exchange(m_written, {}));
}

void Delivery::leave_parts_of_gone_cards(std::vector<Prepared>& page) {
    for (const Prepared& prepared : page) {
        if (prepared.operation.left_gone) {
            m_quiet.push_back({.entity = prepared.operation.entity, .verdict = ledger::Verdict::left});
        }
    }
    settle_quiet();
    std::erase_if(page, [](const Prepared& prepared) { return prepared.operation.left_gone; });
}

std::optional<Stop> Delivery::prepare(std::vector<Prepared>& page) {
    if (auto stop = m_recognition.recognise(page)) {
        return stop;
    }
    if (auto stop = m_adoption.search(page)) {
        return stop;
    }
    if (auto stop = m_people.respect(page)) {
        return stop;
    }
    if (auto stop = m_contacts.read(page)) {
        return stop;
    }
    return m_units.make_for(page);
}

std::optional<Stop> Delivery::add(const Prepared& prepared) {
    if (prepared.operation.remote_id.empty() && !can_be_made(prepared.operation)) {
        return std::nullopt;
    }
    if (auto reason = m_sender.given_up(prepared.operation)) {
        m_quiet.push_back({.entity = prepared.operation.entity,
                           .verdict = ledger::Verdict::failed,
                           .reason = std::move(reason)});
        return std::nullopt;
    }
    if (auto stop = m_sender.make_way_for(prepared.operation)) {
        return stop;
    }
    if (!is_still_so(prepared.operation)) {
        return std::nullopt;
    }
    std::optional<Sending> sending = build(prepared);
    if (!sending) {
        return std::nullopt;
    }
    if (sending->built.command.method.empty()) {
        if (crm::is_aspect(prepared.operation.kind) && !sending->references.empty()) {
            return std::nullopt;  // an aspect takes its owner's id over, and that is still on its way
        }
        settle_without_request(prepared, *sending);
        return std::nullopt;
    }
    if (m_sender.is_paused(*sending)) {
        return std::nullopt;
    }
    if (!m_sender.has_room(*sending)) {
        if (auto stop = m_sender.flush()) {
            return stop;
        }
        // Places in the old batch are ids once it is home.
        if (auto stop = m_sender.make_way_for(prepared.operation)) {
            return stop;
        }
        if (!is_still_so(prepared.operation)) {
            return std::nullopt;
        }
        sending = build(prepared);
        if (!sending) {
            return std::nullopt;
        }
    }
    m_sender.add(std::move(*sending));
    return std::nullopt;
}

std::optional<ComingId> Delivery::coming_id(const crm::EntityKey& key) const {
    const std::optional<Creation> creation = m_sender.batch().creation_of(key);
    return creation ? std::optional(ComingId{creation->position, m_run.family->result_reference(
                                                                     creation->kind, creation->position)})
                    : std::nullopt;
}

bool Delivery::is_still_so(const ledger::Operation& operation) const {
    if (m_sender.times_calmed() == m_calmed_before) {
        return true;
    }
    ledger::Pending::Cursor before = ledger::Pending::cursor_of(operation);
    --before.entity;
    const std::vector<ledger::Operation> now = m_run.pending.page(before, 1);
    return !now.empty() && now[0].entity == operation.entity &&
           now[0].state == ledger::OperationState::fresh && !now[0].incomplete && !now[0].left_gone &&
           now[0].remote_id == operation.remote_id && now[0].adopted == operation.adopted &&
           now[0].owner_remote_id == operation.owner_remote_id &&
           now[0].confirmed_groups == operation.confirmed_groups;
}

bool Delivery::is_nowhere(const crm::EntityKey& section) {
    if (m_run.lost_sections.contains(section)) {
        return false;
    }
    if (!m_sections_to_come) {
        m_sections_to_come.emplace();
        const auto take = [&](const std::vector<ledger::Operation>& operations) {
            for (const ledger::Operation& operation : operations) {
                m_sections_to_come->insert(operation.key);
            }
        };
        take(m_run.pending.of_kind(crm::EntityKind::section));
        take(m_run.pending.in_state(ledger::OperationState::sent));
        take(m_run.pending.in_state(ledger::OperationState::in_doubt));
    }
    return !m_sections_to_come->contains(section);
}

std::optional<Sending> Delivery::build_without(const crm::EntityKey& section, const Prepared& prepared) {
    Prepared rest = prepared;
    std::vector<std::string> kept;
    for (const NamedTarget& named : targets_of(prepared.operation)) {
        if (named.target == section && find_group(rest.operation, named.group) != nullptr) {
            std::erase_if(rest.operation.groups,
                          [&](const crm::FieldGroup& group) { return group.name == named.group; });
            kept.push_back(named.group);
        }
    }
    const bool is_creation = rest.operation.remote_id.empty();
    if (rest.operation.groups.empty() || (is_creation && !can_be_made(rest.operation))) {
        return std::nullopt;
    }
    if (!rest.remark) {
        rest.remark =
            is_creation ? Message{"B24-MISPLACED", {section.id}} : Message{"CRM-PARENT-WAITS", {section.id}};
    }
    std::optional<Sending> sending = build(rest);
    if (sending) {
        std::ranges::move(kept, std::back_inserter(sending->kept_groups));
    }
    return sending;
}

std::optional<Sending> Delivery::build(const Prepared& prepared) {
    const ledger::Operation& operation = prepared.operation;
    const ResolvedLinks links = resolve_links(
        operation, [&](const crm::EntityKey& key) { return coming_id(key); },
        [&](const crm::EntityKey& key) {
            return m_run.pending.remote_id(key, operation.source_system).value_or("");
        });
    if (links.missing && lies_in_section(operation.kind) && is_nowhere(*links.missing)) {
        return build_without(*links.missing, prepared);
    }
    if (links.missing) {
        return std::nullopt;
    }
    Sending sending{operation, {}};
    sending.references = links.references;
    sending.settled_groups = prepared.settled_groups;
    sending.remark = prepared.remark;
    if (crm::is_aspect(operation.kind)) {
        build_aspect(links, sending);
    } else {
        const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                           &operation.groups};
        const portal::Resolver resolver = resolver_for(m_run, operation, links);
        if (operation.remote_id.empty()) {
            sending.built = m_run.family->create_command(request, resolver);
            sending.own_parts = wished_parts(operation);
        } else {
            sending.built = m_run.family->update_command(request, operation.remote_id, resolver,
                                                         prepared.contacts.changes, operation.adopted,
                                                         m_people.present_of(operation));
            sending.own_parts = prepared.contacts.own;
        }
    }
    if (!sending.built.command.method.empty()) {
        sending.bytes = size_of(sending.built);
    }
    return sending;
}

void Delivery::build_aspect(const ResolvedLinks& links, Sending& sending) const {
    const ledger::Operation& operation = sending.operation;
    if (operation.groups.empty()) {
        return;  // all of it stays as people have it
    }
    sending.owner_id = operation.owner ? links.text({operation.owner}) : operation.owner_remote_id;
    sending.written_before = is_written_before(operation);
    portal::Resolver resolver = resolver_for(m_run, operation, links);
    if (operation.kind == crm::EntityKind::pictures) {
        build_pictures(resolver, sending);
        return;
    }
    const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                       &operation.groups};
    sending.built = m_run.family->aspect_command(request, sending.owner_id, sending.written_before, resolver,
                                                 m_people.present_of(operation));
}

void Delivery::build_pictures(portal::Resolver& resolver, Sending& sending) const {
    const ledger::Operation& operation = sending.operation;
    // Offline, pictures may stay placeholders.
    if (m_run.options.read_picture || !m_run.facts.placeholders) {
        auto pictures = PictureBytes::read(m_run.options, operation);
        if (auto* reason = std::get_if<Message>(&pictures)) {
            sending.obstacle = std::move(*reason);
            return;
        }
        resolver.picture = [bytes = std::get<PictureBytes>(std::move(pictures))](
                               const crm::Pictures::Picture& picture) { return bytes.of(picture); };
    }
    if (const nlohmann::json* product = m_people.product_of(operation)) {
        resolver.file_values = [product](const std::string& property) {
            return portal::property_value_ids(*product, property);
        };
    }
    const PictureGroups pictures = picture_groups(m_run.pending, operation);
    resolver.property = [&](const crm::EntityKey&) { return pictures.property_id; };
    sending.settled_groups.insert(sending.settled_groups.end(), pictures.nothing_to_do.begin(),
                                  pictures.nothing_to_do.end());
    const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                       &pictures.groups, product_kind(m_run.pending, operation)};
    sending.built =
        m_run.family->aspect_command(request, sending.owner_id, sending.written_before, resolver, nullptr);
}

bool Delivery::is_written_before(const ledger::Operation& operation) const {
    const auto said = m_run.presence.find(operation.entity);
    return said == m_run.presence.end() ? !operation.confirmed_groups.empty() : said->second;
}

void Delivery::settle_without_request(const Prepared& prepared, const Sending& sending) {
    const ledger::Operation& operation = prepared.operation;
    if (sending.obstacle) {
        m_quiet.push_back(
            {.entity = operation.entity, .verdict = ledger::Verdict::failed, .reason = sending.obstacle});
        return;
    }
    for (const portal::Withheld& withheld : sending.built.withheld) {
        m_run.withheld.note(m_run.pending, operation, withheld);
    }
    ledger::Settlement settlement = settlement_of(sending, operation.remote_id);
    settlement.verdict = prepared.person_won ? ledger::Verdict::left : ledger::Verdict::unchanged;
    m_quiet.push_back(std::move(settlement));
}

void Delivery::settle_quiet() {
    m_run.settle(m_quiet);
    m_quiet.clear();
}

}  // namespace obmen::delivery
