#include "delivery/conflict_guard.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/resolver.hpp"
#include "portal/remote_values.hpp"

namespace obmen::delivery {

namespace {

bool has_present_values(crm::EntityKind kind) {
    return !crm::is_aspect(kind) && kind != crm::EntityKind::property;
}

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
    return {};
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

bool ConflictGuard::wants(const ledger::Operation& operation) const {
    return m_run.options.on_conflict != crm::OnConflict::take_1c && has_present_values(operation.kind) &&
           !operation.remote_id.empty() && !operation.adopted && !is_deletion(operation);
}

void ConflictGuard::judge(Prepared& prepared, const nlohmann::json& object) {
    const ledger::Operation operation = prepared.operation;
    const std::map<std::string, std::uint64_t> observed = m_run.pending.observed(operation.entity);
    const portal::Resolver resolver = resolver_without_links(m_run, operation);
    const bool keep = m_run.options.on_conflict == crm::OnConflict::keep_crm;
    for (const crm::FieldGroup& group : operation.groups) {
        const auto before = observed.find(group.name);
        if (!is_guarded(group) || before == observed.end() || before->second == not_observed) {
            continue;
        }
        const auto now = portal::present_hash(operation.kind, group, object, m_run.facts, resolver);
        if (!now || never_zero(*now) == before->second) {
            continue;
        }
        const std::string present =
            portal::present_text(operation.kind, group, object, m_run.facts, resolver);
        const std::string wished = wished_text(group);
        if (!present.empty() && present == wished) {
            continue;  // somebody was quicker than we
        }
        if (keep) {
            leave_group(prepared, group.name);
            prepared.person_won = true;
            note(operation, group.name, Message{"CRM-CONFLICT-KEPT", {group.name, present, wished}});
        } else {
            note(operation, group.name, Message{"CRM-CONFLICT", {group.name, present, wished}});
        }
    }
}

void ConflictGuard::note(const ledger::Operation& operation, const std::string& group, Message message) {
    if (m_noted.emplace(operation.entity, group).second) {
        m_run.pending.note(operation, message, Severity::warning);
    }
}

std::optional<Stop> ConflictGuard::observe(const std::vector<Written>& written) {
    std::vector<PresentObjects::Id> wanted;
    for (const Written& object : written) {
        if (has_present_values(object.operation.kind)) {
            wanted.emplace_back(object.operation.kind, object.operation.remote_id);
        }
    }
    if (wanted.empty()) {
        return std::nullopt;
    }
    auto answer = PresentObjects::read(m_run, std::move(wanted));
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& present = std::get<PresentObjects>(answer);
    m_run.database.transaction([&] {
        for (const Written& object : written) {
            if (const nlohmann::json* row = present.find(object.operation.kind, object.operation.remote_id)) {
                m_run.pending.set_observed(object.operation.entity, hashes_of(object, *row));
            }
        }
    });
    return std::nullopt;
}

std::map<std::string, std::uint64_t> ConflictGuard::hashes_of(const Written& written,
                                                              const nlohmann::json& object) const {
    const portal::Resolver resolver = resolver_without_links(m_run, written.operation);
    std::map<std::string, std::uint64_t> hashes;
    for (const crm::FieldGroup& group : written.operation.groups) {
        if (!is_guarded(group) || std::ranges::find(written.groups, group.name) == written.groups.end()) {
            continue;
        }
        if (const auto hash =
                portal::present_hash(written.operation.kind, group, object, m_run.facts, resolver)) {
            hashes.emplace(group.name, never_zero(*hash));
        }
    }
    return hashes;
}

}  // namespace obmen::delivery
