#include "delivery/conflict_guard.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/picture_files.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/resolver.hpp"
#include "ledger/wished.hpp"
#include "portal/remote_values.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

std::uint64_t never_zero(std::uint64_t hash) {
    return hash == not_observed ? 1 : hash;
}

/// Multi-fields need no guard: people's entries are never touched.
bool is_guarded(const crm::FieldGroup& group) {
    return !holds_contacts(group);
}

std::string text_of(const crm::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return *text;
    }
    if (const auto* number = std::get_if<Decimal>(&value)) {
        return number->text();
    }
    if (const auto* yes = std::get_if<bool>(&value)) {
        return *yes ? "Y" : "N";
    }
    if (const auto* currency = std::get_if<crm::Currency>(&value)) {
        return currency->code;
    }
    if (const auto* link = std::get_if<crm::Link>(&value)) {
        return link->target ? link->target->id : std::string{};
    }
    if (const auto* property = std::get_if<crm::PropertyValues>(&value)) {
        std::string all;
        for (const auto& entry : property->entries) {
            all += all.empty() ? "" : ", ";
            all += entry.text;
        }
        return all;
    }
    if (const auto* rows = std::get_if<crm::ProductRows>(&value)) {
        std::string all;
        for (const auto& row : rows->rows) {
            all +=
                (all.empty() ? "" : ", ") + row.name + " " + row.quantity.text() + " × " + row.price.text();
        }
        return all;
    }
    if (const auto* pictures = std::get_if<crm::Pictures>(&value)) {
        std::string all;
        for (const auto& picture : pictures->pictures) {
            all += (all.empty() ? "" : ", ") + picture.name;
        }
        return all;
    }
    return {};
}

/// The stage that a deal begins in is no person's choice.
bool is_first_stage(const ledger::Operation& operation, const crm::FieldGroup& group,
                    const nlohmann::json& object, const portal::PortalFacts& facts) {
    const bool has_stage = std::ranges::find(group.fields, "stage", &crm::Field::name) != group.fields.end();
    return operation.kind == crm::EntityKind::deal && has_stage &&
           portal::stage_order(facts, portal::deal_stage(object).value_or("")) == 0;
}

}  // namespace

std::string wished_text(const crm::FieldGroup& group) {
    std::string all;
    for (const crm::Field& field : group.fields) {
        const std::string text = text_of(field.value);
        if (!text.empty() && field.name != "description_type") {
            all += all.empty() ? "" : " ";
            all += text;
        }
    }
    return all;
}

bool speaks_of_contacts(const ledger::Operation& operation) {
    return operation.kind == crm::EntityKind::deal &&
           std::ranges::any_of(operation.groups, [](const crm::FieldGroup& group) {
               return std::ranges::any_of(group.fields, [](const crm::Field& field) {
                   return std::holds_alternative<crm::Links>(field.value);
               });
           });
}

void ConflictGuard::begin() {
    m_noted.clear();
    m_notes.clear();
    m_keys.clear();
}

bool ConflictGuard::wants(const ledger::Operation& operation, const std::string& owner_id) const {
    return m_run.options.on_conflict != crm::OnConflict::take_1c && !operation.adopted &&
           !is_deletion(operation) &&
           PresentObjects::shown_in(m_run.pending, operation, owner_id).has_value();
}

ConflictGuard::Watched ConflictGuard::watched(const ledger::Operation& operation) const {
    Watched watched{operation.groups, resolver_without_links(m_run, operation)};
    watched.resolver.link = [&run = m_run, system = operation.source_system](const crm::Link& link) {
        return link.target ? run.pending.remote_id(*link.target, system).value_or("") : std::string("0");
    };
    if (operation.kind == crm::EntityKind::pictures) {
        PictureGroups pictures = picture_groups(m_run.pending, operation);
        watched.groups = std::move(pictures.groups);
        watched.resolver.property = [id = std::move(pictures.property_id)](const crm::EntityKey&) {
            return id;
        };
    }
    std::erase_if(watched.groups, [](const crm::FieldGroup& group) { return !is_guarded(group); });
    return watched;
}

void ConflictGuard::judge(Prepared& prepared, const nlohmann::json& object) {
    const ledger::Operation operation = prepared.operation;
    const Hashes observed = m_run.pending.observed(operation.entity);
    const Watched watched = this->watched(operation);
    const bool keep = m_run.options.on_conflict == crm::OnConflict::keep_crm;
    std::vector<std::string> left;
    for (const crm::FieldGroup& group : watched.groups) {
        const Change change = change_of(operation, group, object, watched.resolver, observed);
        if (change == Change::none) {
            continue;
        }
        const std::string present =
            portal::present_text(operation.kind, group, object, m_run.facts, watched.resolver);
        std::vector<std::string> arguments{group.name, present, quotable(wished_text(group))};
        if (change == Change::by_person) {
            note(operation, group.name,
                 keep ? Message{"CRM-CONFLICT-KEPT", std::move(arguments)}
                      : Message{"CRM-CONFLICT", std::move(arguments)});
        } else {
            note(operation, group.name,
                 keep ? Message{"CRM-CONFLICT-UNSEEN-KEPT", std::move(arguments)}
                      : Message{"CRM-CONFLICT-UNSEEN", std::move(arguments)});
        }
        left.push_back(group.name);
    }
    prepared.contested = left;
    if (!keep || left.empty()) {
        return;
    }
    prepared.person_won = true;
    for (const crm::FieldGroup& group : operation.groups) {
        if (crm::is_written_whole(operation.kind) || std::ranges::find(left, group.name) != left.end()) {
            leave_group(prepared, group.name);
        }
    }
}

ConflictGuard::Change ConflictGuard::change_of(const ledger::Operation& operation,
                                               const crm::FieldGroup& group, const nlohmann::json& object,
                                               const portal::Resolver& resolver, const Hashes& observed) {
    const auto now = portal::present_hash(operation.kind, group, object, m_run.facts, resolver);
    if (!now || portal::is_as_wished(operation.kind, group, object, m_run.facts, resolver)) {
        return Change::none;
    }
    const auto before = observed.find(group.name);
    const bool is_forgotten = before != observed.end() && before->second == not_observed;
    if (before == observed.end() || is_forgotten) {
        return unwatched_change_of(operation, group, object, resolver,
                                   is_forgotten && operation.attempts > 0);
    }
    return never_zero(*now) == before->second ? Change::none : Change::by_person;
}

ConflictGuard::Change ConflictGuard::unwatched_change_of(const ledger::Operation& operation,
                                                         const crm::FieldGroup& group,
                                                         const nlohmann::json& object,
                                                         const portal::Resolver& resolver, bool on_its_way) {
    const Hashes confirmed = m_run.pending.confirmed(operation.entity);
    const auto last = confirmed.find(group.name);
    if (last == confirmed.end()) {
        const bool is_filled =
            portal::is_filled_there(operation.kind, group, object, m_run.facts, resolver) &&
            !is_first_stage(operation, group, object, m_run.facts);
        return is_filled ? Change::unseen : Change::none;
    }
    if (last->second == ledger::hash_of_unknown) {
        return Change::none;  // our own write may have arrived or not: what is there may well be ours
    }
    const std::vector<std::uint64_t> now =
        portal::logical_hashes(operation.kind, group, object, m_run.facts, resolver,
                               [&](crm::EntityKind kind, const std::string& id) { return key_of(kind, id); });
    if (now.empty() && on_its_way) {
        return Change::none;  // what is there may well be what we sent ourselves
    }
    return std::ranges::find(now, last->second) == now.end() ? Change::unseen : Change::none;
}

std::optional<crm::EntityKey> ConflictGuard::key_of(crm::EntityKind kind, const std::string& id) {
    auto keys = m_keys.find(kind);
    if (keys == m_keys.end()) {
        keys = m_keys.emplace(kind, m_run.pending.keys_by_remote_id(kind, m_run.options.source_system)).first;
    }
    const auto key = keys->second.find(id);
    return key == keys->second.end() ? std::nullopt : std::optional(key->second);
}

void ConflictGuard::note(const ledger::Operation& operation, const std::string& group, Message message) {
    if (!m_noted.emplace(operation.entity, group).second) {
        return;
    }
    ledger::Operation subject;
    subject.entity = operation.entity;
    subject.kind = operation.kind;
    subject.source_id = operation.source_id;
    subject.package = operation.package;
    subject.file = operation.file;
    subject.place = operation.place;
    m_notes.emplace_back(std::move(subject), std::move(message));
}

void ConflictGuard::write_notes() {
    m_run.database.transaction([&] {
        for (const auto& [operation, message] : m_notes) {
            m_run.pending.note(operation, message, Severity::warning);
        }
    });
    m_notes.clear();
}

std::optional<Stop> ConflictGuard::observe(const std::vector<Written>& written) {
    std::vector<PresentObjects::Id> wanted;
    std::vector<std::string> deals;
    for (const Written& object : written) {
        if (const auto id =
                PresentObjects::shown_in(m_run.pending, object.operation, object.operation.remote_id)) {
            wanted.push_back(*id);
            if (speaks_of_contacts(object.operation)) {
                deals.push_back(id->second);
            }
        }
    }
    if (wanted.empty()) {
        return std::nullopt;
    }
    auto answer = PresentObjects::read(m_run, std::move(wanted), deals);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& present = std::get<PresentObjects>(answer);
    m_run.database.transaction([&] {
        for (const Written& object : written) {
            const auto id =
                PresentObjects::shown_in(m_run.pending, object.operation, object.operation.remote_id);
            const nlohmann::json* row = id ? present.find(id->first, id->second) : nullptr;
            if (row != nullptr) {
                m_run.pending.set_observed(object.operation.entity, hashes_of(object, *row));
            }
        }
    });
    return std::nullopt;
}

ConflictGuard::Hashes ConflictGuard::hashes_of(const Written& written, const nlohmann::json& object) const {
    const Watched watched = this->watched(written.operation);
    Hashes hashes;
    for (const crm::FieldGroup& group : watched.groups) {
        if (std::ranges::find(written.groups, group.name) == written.groups.end()) {
            continue;
        }
        if (const auto hash =
                portal::present_hash(written.operation.kind, group, object, m_run.facts, watched.resolver)) {
            hashes.emplace(group.name, never_zero(*hash));
        }
    }
    return hashes;
}

}  // namespace obmen::delivery
