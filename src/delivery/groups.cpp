#include "delivery/groups.hpp"

#include <algorithm>
#include <array>

namespace obmen::delivery {

namespace {

bool has_link(const ledger::Operation& operation) {
    return std::ranges::any_of(operation.groups, [](const crm::FieldGroup& group) {
        return std::ranges::any_of(group.fields, [](const crm::Field& field) {
            const auto* link = std::get_if<crm::Link>(&field.value);
            return link != nullptr && link->target;
        });
    });
}

}  // namespace

const crm::FieldGroup* find_group(const ledger::Operation& operation, std::string_view name) {
    const auto found = std::ranges::find(operation.groups, name, &crm::FieldGroup::name);
    return found == operation.groups.end() ? nullptr : &*found;
}

const crm::Field* find_field(const ledger::Operation& operation, std::string_view name) {
    for (const crm::FieldGroup& group : operation.groups) {
        const auto found = std::ranges::find(group.fields, name, &crm::Field::name);
        if (found != group.fields.end()) {
            return &*found;
        }
    }
    return nullptr;
}

std::string text_of_field(const ledger::Operation& operation, std::string_view name) {
    const crm::Field* field = find_field(operation, name);
    const auto* text = field == nullptr ? nullptr : std::get_if<std::string>(&field->value);
    return text == nullptr ? std::string{} : *text;
}

bool is_contragent(crm::EntityKind kind) {
    return kind == crm::EntityKind::company || kind == crm::EntityKind::contact;
}

bool lies_in_section(crm::EntityKind kind) {
    return kind == crm::EntityKind::section || kind == crm::EntityKind::product;
}

crm::EntityKind product_kind(const ledger::Pending& pending, const ledger::Operation& part) {
    return pending.top_of(part.entity).kind == crm::EntityKind::offer ? crm::EntityKind::offer
                                                                      : crm::EntityKind::product;
}

bool is_deletion(const ledger::Operation& operation) {
    const crm::Field* field = find_field(operation, "deleted");
    const bool* wished = field == nullptr ? nullptr : std::get_if<bool>(&field->value);
    return wished != nullptr && *wished;
}

bool can_be_made(const ledger::Operation& operation) {
    if (crm::is_aspect(operation.kind)) {
        return true;
    }
    if (crm::is_part(operation.kind)) {
        return has_link(operation);
    }
    if (operation.kind == crm::EntityKind::property) {
        return find_field(operation, "name") != nullptr && find_field(operation, "property_type") != nullptr;
    }
    constexpr auto names = std::to_array<std::string_view>({"name", "title", "first_name", "last_name"});
    return std::ranges::any_of(names, [&](std::string_view name) {
        return find_group(operation, name) != nullptr || find_field(operation, name) != nullptr;
    });
}

}  // namespace obmen::delivery
