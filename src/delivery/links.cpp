#include "delivery/links.hpp"

#include <utility>

namespace obmen::delivery {

namespace {

void add_targets(const std::string& group, const crm::Value& value, std::vector<NamedTarget>& targets) {
    if (const auto* link = std::get_if<crm::Link>(&value)) {
        // A property that the portal lacks withholds a value; nothing waits for it.
        if (link->target && link->target->kind != crm::SourceKind::property) {
            targets.push_back({group, *link->target});
        }
    } else if (const auto* links = std::get_if<crm::Links>(&value)) {
        for (const crm::EntityKey& target : links->targets) {
            targets.push_back({group, target});
        }
    } else if (const auto* rows = std::get_if<crm::ProductRows>(&value)) {
        for (const crm::ProductRows::Row& row : rows->rows) {
            if (row.product) {
                targets.push_back({group, *row.product});
            }
        }
    }
}

}  // namespace

std::vector<NamedTarget> targets_of(const ledger::Operation& operation) {
    std::vector<NamedTarget> targets;
    if (crm::is_aspect(operation.kind) && operation.owner) {
        targets.push_back({"", *operation.owner});
    }
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            add_targets(group.name, field.value, targets);
        }
    }
    return targets;
}

std::string ResolvedLinks::text(const crm::Link& link) const {
    if (!link.target) {
        return "0";
    }
    return texts.at(*link.target);
}

ResolvedLinks resolve_links(const ledger::Operation& operation,
                            const std::function<std::optional<ComingId>(const crm::EntityKey&)>& coming,
                            const std::function<std::string(const crm::EntityKey&)>& known_id) {
    const bool may_refer = operation.remote_id.empty() || crm::is_aspect(operation.kind);
    ResolvedLinks resolved;
    for (NamedTarget& named : targets_of(operation)) {
        const std::optional<ComingId> at = may_refer ? coming(named.target) : std::nullopt;
        if (at) {
            resolved.texts.emplace(named.target, at->reference);
            resolved.references.push_back({std::move(named.group), std::move(named.target), at->position});
            continue;
        }
        std::string id = known_id(named.target);
        if (id.empty()) {
            resolved.missing = std::move(named.target);
            return resolved;
        }
        resolved.texts.emplace(std::move(named.target), std::move(id));
    }
    return resolved;
}

}  // namespace obmen::delivery
