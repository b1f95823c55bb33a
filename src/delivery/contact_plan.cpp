#include "delivery/contact_plan.hpp"

#include <algorithm>
#include <utility>

#include "support/hash.hpp"

namespace obmen::delivery {

namespace {

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

}  // namespace

std::uint64_t entry_hash(const std::string& field, const std::string& value) {
    return quick_hash(crm::normalised_contact(field, value));
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
            sent.insert(entry_hash(field, change.value));
        }
        OwnParts own{field, {}};
        for (const auto& entry : wished->entries) {
            const std::uint64_t hash = entry_hash(field, entry.value);
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
            own.parts.push_back({field, entry_hash(field, entry.value)});
        }
        all.push_back(std::move(own));
    }
    return all;
}

bool holds_contacts(const crm::FieldGroup& group) {
    return std::ranges::any_of(group.fields, [](const crm::Field& field) {
        return std::holds_alternative<crm::ContactValues>(field.value);
    });
}

}  // namespace obmen::delivery
