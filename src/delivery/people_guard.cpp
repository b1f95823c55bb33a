#include "delivery/people_guard.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/picture_files.hpp"
#include "delivery/stage_guard.hpp"
#include "portal/remote_values.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

bool is_there(const nlohmann::json& product, const std::string& name) {
    const auto value = product.find(name);
    return value != product.end() && !value->is_null() && !value->empty() && *value != "";
}

/// Has the product a picture where those of the group would go?
bool shows_picture(const nlohmann::json& product, const crm::FieldGroup& group,
                   const std::optional<std::string>& property) {
    return std::ranges::any_of(group.fields, [&](const crm::Field& field) {
        const std::string name = folded(field.name);
        if (name == "detail_picture" || name == "preview_picture") {
            return is_there(product, name == "detail_picture" ? "DETAIL_PICTURE" : "PREVIEW_PICTURE");
        }
        return std::holds_alternative<crm::Pictures>(field.value) && property &&
               !portal::property_value_ids(product, *property).empty();
    });
}

}  // namespace

std::optional<Stop> PeopleGuard::respect(std::vector<Prepared>& page) {
    auto answer = PresentObjects::read(m_run, wanted(page), deals_wanted(page));
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    return respect(page, std::get<PresentObjects>(answer));
}

std::vector<std::string> PeopleGuard::deals_wanted(const std::vector<Prepared>& page) const {
    std::vector<std::string> deals;
    for (const Prepared& prepared : page) {
        if (speaks_of_contacts(prepared.operation) && m_conflicts.wants(prepared.operation, {})) {
            deals.push_back(prepared.operation.remote_id);
        }
    }
    return deals;
}

std::optional<Stop> PeopleGuard::respect(std::vector<Prepared>& page, const PresentObjects& present) {
    m_products.clear();
    m_present.clear();
    std::vector<GoneObject> gone;
    std::set<std::int64_t> not_to_be_sent;
    for (Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (needs_product(operation)) {
            remember_product(operation, present);
            leave_pictures_of_people(prepared);
        }
        if (needs_present_for_command(operation)) {
            remember_present(operation, present);
            leave_prices_of_people(prepared);
        }
        if (!operation.remote_id.empty() && !operation.adopted) {
            leave_write_once_groups(prepared);
        }
        if (!needs_present_values(operation)) {
            continue;
        }
        const auto id = shown_in(operation);
        if (const nlohmann::json* object = id ? present.find(id->first, id->second) : nullptr) {
            judge(prepared, *object);
        } else if (operation.adopted) {
            // Any other update of what is not there is refused in its time; a card that is to be taken over
            // must not be written blindly.
            gone.push_back({operation, operation.remote_id});
            not_to_be_sent.insert(operation.entity);
        }
    }
    m_conflicts.write_notes();
    auto stop = m_gone.take(gone);
    std::erase_if(
        page, [&](const Prepared& prepared) { return not_to_be_sent.contains(prepared.operation.entity); });
    return stop;
}

std::optional<PresentObjects::Id> PeopleGuard::shown_in(const ledger::Operation& operation) const {
    return PresentObjects::shown_in(m_run.pending, operation,
                                    crm::is_aspect(operation.kind) ? owner_id(operation) : std::string{});
}

bool PeopleGuard::needs_present_values(const ledger::Operation& operation) const {
    return operation.adopted ||
           m_conflicts.wants(operation,
                             crm::is_aspect(operation.kind) ? owner_id(operation) : std::string{}) ||
           (!m_run.options.move_backwards && moves_deal(operation));
}

std::vector<PresentObjects::Id> PeopleGuard::wanted(const std::vector<Prepared>& page) const {
    std::vector<PresentObjects::Id> ids;
    for (const Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (const auto id = shown_in(operation); id && needs_present_values(operation)) {
            ids.push_back(*id);
        }
        if (needs_product(operation)) {
            ids.emplace_back(product_kind(m_run.pending, operation), owner_id(operation));
        }
        if (needs_present_for_command(operation) && !id_to_read(operation).empty()) {
            ids.emplace_back(operation.kind, id_to_read(operation));
        }
    }
    return ids;
}

std::string PeopleGuard::owner_id(const ledger::Operation& operation) const {
    if (!operation.owner_remote_id.empty() || !operation.owner) {
        return operation.owner_remote_id;
    }
    return m_run.pending.remote_id(*operation.owner, operation.source_system).value_or("");
}

void PeopleGuard::remember_product(const ledger::Operation& operation, const PresentObjects& present) {
    const std::string product_id = owner_id(operation);
    if (product_id.empty()) {
        m_products.emplace(operation.entity, nullptr);
        return;
    }
    if (const auto* product = present.find(product_kind(m_run.pending, operation), product_id)) {
        m_products.emplace(operation.entity, *product);
    }
}

bool PeopleGuard::needs_product(const ledger::Operation& operation) const {
    return replaces_files(operation) ||
           (operation.kind == crm::EntityKind::pictures && m_run.respects_people(operation));
}

void PeopleGuard::leave_pictures_of_people(Prepared& prepared) const {
    const nlohmann::json* product = product_of(prepared.operation);
    if (product == nullptr || !product->is_object() || !m_run.respects_people(prepared.operation)) {
        return;
    }
    const std::optional<std::string> property = picture_groups(m_run.pending, prepared.operation).property_id;
    std::vector<std::string> shown;
    for (const crm::FieldGroup& group : prepared.operation.groups) {
        const auto& ours = prepared.operation.confirmed_groups;
        if (std::ranges::find(ours, group.name) == ours.end() && shows_picture(*product, group, property)) {
            shown.push_back(group.name);
        }
    }
    for (const std::string& group : shown) {
        leave_group(prepared, group);
    }
}

bool PeopleGuard::needs_present_for_command(const ledger::Operation& operation) const {
    const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                       &operation.groups};
    const bool may_be_there = crm::is_aspect(operation.kind) || !operation.remote_id.empty();
    return may_be_there && m_run.family->needs_present(request);
}

std::string PeopleGuard::id_to_read(const ledger::Operation& operation) const {
    return crm::is_aspect(operation.kind) ? owner_id(operation) : operation.remote_id;
}

void PeopleGuard::remember_present(const ledger::Operation& operation, const PresentObjects& present) {
    const nlohmann::json* object = present.find(operation.kind, id_to_read(operation));
    m_present.emplace(operation.entity, object == nullptr ? nlohmann::json::object() : *object);
}

void PeopleGuard::leave_prices_of_people(Prepared& prepared) const {
    const nlohmann::json* prices = present_of(prepared.operation);
    if (prepared.operation.kind != crm::EntityKind::prices || prices == nullptr ||
        !m_run.respects_people(prepared.operation)) {
        return;
    }
    const auto& ours = prepared.operation.confirmed_groups;
    std::vector<std::string> theirs;
    for (const crm::FieldGroup& group : prepared.operation.groups) {
        if (std::ranges::find(ours, group.name) == ours.end() &&
            portal::has_price(group, *prices, m_run.facts)) {
            theirs.push_back(group.name);
        }
    }
    for (const std::string& group : theirs) {
        leave_group(prepared, group);
    }
}

const nlohmann::json* PeopleGuard::present_of(const ledger::Operation& operation) const {
    const auto object = m_present.find(operation.entity);
    return object == m_present.end() ? nullptr : &object->second;
}

const nlohmann::json* PeopleGuard::product_of(const ledger::Operation& operation) const {
    const auto product = m_products.find(operation.entity);
    return product == m_products.end() ? nullptr : &product->second;
}

void PeopleGuard::judge(Prepared& prepared, const nlohmann::json& object) {
    if (prepared.operation.adopted) {
        m_adoption.trim(prepared, object);
    }
    if (m_conflicts.wants(prepared.operation,
                          crm::is_aspect(prepared.operation.kind) ? owner_id(prepared.operation) : "")) {
        m_conflicts.judge(prepared, object);
    }
    // What was left above has no stage any more.
    if (!m_run.options.move_backwards && moves_deal(prepared.operation)) {
        keep_stage(prepared, object, m_run.facts);
    }
}

}  // namespace obmen::delivery
