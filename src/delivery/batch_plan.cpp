#include "delivery/batch_plan.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "support/hash.hpp"

namespace obmen::delivery {

namespace {

std::string parent_name(const Sending& sending) {
    const auto parent = parent_wish(sending.operation);
    return parent && parent->link.target ? parent->link.target->id : std::string{};
}

std::uint64_t value_hash(const std::string& field, const std::string& value) {
    return quick_hash(crm::normalised_contact(field, value));
}

/// The multi-fields that the operation speaks of.
std::vector<std::pair<std::string, const crm::ContactValues*>> contact_fields(
    const ledger::Operation& operation) {
    std::vector<std::pair<std::string, const crm::ContactValues*>> fields;
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            if (const auto* values = std::get_if<crm::ContactValues>(&field.value)) {
                fields.emplace_back(field.name, values);
            }
        }
    }
    return fields;
}

ledger::Settlement failure(const ledger::Operation& operation, Message reason) {
    return {.entity = operation.entity, .verdict = ledger::Verdict::failed, .reason = std::move(reason)};
}

/// An update answers `true`; a plain `false` or `null` is a refusal without a reason.
bool says_no(const nlohmann::json& result) {
    return result.is_null() || (result.is_boolean() && !result.get<bool>());
}

/// Did the command whose answer this one refers to fail? Then the portal took the reference's literal text
/// for the parent.
bool parent_failed(const Sending& sending, const std::vector<portal::CommandAnswer>& answers) {
    return sending.parent_position &&
           !std::holds_alternative<portal::Done>(answers[*sending.parent_position]);
}

void take_done(const Sending& sending, const portal::Done& done, bool misplaced, BatchEffects& effects) {
    std::string id = sending.operation.remote_id;
    if (sending.is_creation()) {
        id = portal::created_id(done.result).value_or("");
    }
    if (id.empty() || (!sending.is_creation() && says_no(done.result))) {
        effects.settlements.push_back(
            failure(sending.operation, Message{"B24-ANSWER", {done.result.dump()}}));
        ++effects.refused;
        return;
    }
    effects.settlements.push_back(settlement_of(sending, id, misplaced));
    for (const OwnParts& own : sending.own_parts) {
        effects.parts.emplace_back(sending.operation.entity, own);
    }
    ++effects.done;
}

void take_refused(const Sending& sending, const portal::Refused& refusal, BatchEffects& effects) {
    ++effects.refused;
    if (refusal.temporary) {
        effects.to_repeat.push_back(sending.operation.entity);
    } else if (!sending.is_creation() && portal::means_not_found(refusal)) {
        effects.gone.push_back({sending.operation, refusal_text(refusal)});
    } else {
        effects.settlements.push_back(
            failure(sending.operation, Message{"B24-REFUSED", {refusal_text(refusal)}}));
    }
}

}  // namespace

std::string refusal_text(const portal::Refused& refusal) {
    if (refusal.text.empty()) {
        return refusal.code;
    }
    return refusal.code.empty() ? refusal.text : refusal.code + ": " + refusal.text;
}

ContactPlan plan_contacts(const ledger::Operation& operation,
                          const std::map<std::string, std::vector<portal::RemoteContact>>& remote,
                          const std::set<std::uint64_t>& ours) {
    ContactPlan plan;
    for (const auto& [field, wished] : contact_fields(operation)) {
        const auto present = remote.find(field);
        const auto is_ours = [&](const std::string& normalised) {
            return ours.contains(quick_hash(normalised));
        };
        std::vector<portal::ContactChange> changes = portal::contact_changes(
            field, present == remote.end() ? std::vector<portal::RemoteContact>{} : present->second, *wished,
            is_ours);
        std::set<std::uint64_t> sent;
        for (const portal::ContactChange& change : changes) {
            sent.insert(value_hash(field, change.value));
        }
        OwnParts own{field, {}};
        for (const auto& entry : wished->entries) {
            const std::uint64_t hash = value_hash(field, entry.value);
            if (sent.contains(hash) || ours.contains(hash)) {
                own.parts.push_back({field, hash});
            }
        }
        plan.changes.emplace(field, std::move(changes));
        plan.own.push_back(std::move(own));
    }
    return plan;
}

std::vector<OwnParts> wished_parts(const ledger::Operation& operation) {
    std::vector<OwnParts> all;
    for (const auto& [field, wished] : contact_fields(operation)) {
        OwnParts own{field, {}};
        for (const auto& entry : wished->entries) {
            own.parts.push_back({field, value_hash(field, entry.value)});
        }
        all.push_back(std::move(own));
    }
    return all;
}

std::optional<ParentWish> parent_wish(const ledger::Operation& operation) {
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            if (const auto* link = std::get_if<crm::Link>(&field.value)) {
                return ParentWish{group.name, *link};
            }
        }
    }
    return std::nullopt;
}

const crm::FieldGroup* find_group(const ledger::Operation& operation, std::string_view name) {
    const auto found = std::ranges::find(operation.groups, name, &crm::FieldGroup::name);
    return found == operation.groups.end() ? nullptr : &*found;
}

void BatchPlan::add(Sending sending) {
    if (sending.is_creation()) {
        m_creations.emplace(sending.operation.key, m_sendings.size());
    }
    m_sendings.push_back(std::move(sending));
}

std::optional<std::size_t> BatchPlan::creation_of(const crm::EntityKey& key) const {
    const auto found = m_creations.find(key);
    return found == m_creations.end() ? std::nullopt : std::optional(found->second);
}

std::vector<portal::Command> BatchPlan::commands() const {
    std::vector<portal::Command> commands;
    commands.reserve(m_sendings.size());
    for (const Sending& sending : m_sendings) {
        commands.push_back(sending.built.command);
    }
    return commands;
}

std::vector<std::int64_t> BatchPlan::entities() const {
    std::vector<std::int64_t> entities;
    entities.reserve(m_sendings.size());
    for (const Sending& sending : m_sendings) {
        entities.push_back(sending.operation.entity);
    }
    return entities;
}

void BatchPlan::clear() {
    m_sendings.clear();
    m_creations.clear();
}

ledger::Settlement settlement_of(const Sending& sending, const std::string& remote_id, bool misplaced) {
    ledger::Settlement settlement{
        .entity = sending.operation.entity,
        .verdict = sending.is_creation() ? ledger::Verdict::created : ledger::Verdict::updated,
        .remote_id = remote_id,
        .confirmed_groups = sending.built.groups};
    if (sending.operation.deletion_mark && !sending.is_creation()) {
        settlement.verdict = ledger::Verdict::deactivated;
    }
    if (misplaced) {
        const std::string group = parent_wish(sending.operation)->group;
        std::erase(settlement.confirmed_groups, group);
        settlement.kept_groups.push_back(group);
        settlement.reason = Message{"B24-MISPLACED", {parent_name(sending)}};
    }
    return settlement;
}

BatchEffects effects_of(const std::vector<Sending>& sendings,
                        const std::vector<portal::CommandAnswer>& answers) {
    BatchEffects effects;
    for (std::size_t i = 0; i < sendings.size(); ++i) {
        const Sending& sending = sendings[i];
        if (const auto* done = std::get_if<portal::Done>(&answers[i])) {
            take_done(sending, *done, parent_failed(sending, answers), effects);
        } else if (const auto* refusal = std::get_if<portal::Refused>(&answers[i])) {
            take_refused(sending, *refusal, effects);
        } else {
            effects.to_repeat.push_back(sending.operation.entity);
        }
    }
    return effects;
}

}  // namespace obmen::delivery
