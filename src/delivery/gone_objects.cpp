#include "delivery/gone_objects.hpp"

#include <algorithm>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/links.hpp"
#include "delivery/several_objects.hpp"

namespace obmen::delivery {

namespace {

bool is_card(crm::EntityKind kind) {
    return is_contragent(kind) || kind == crm::EntityKind::deal;
}

/// What an aspect belongs to.
crm::EntityKind kind_of_owner(const Run& run, const ledger::Operation& aspect) {
    switch (aspect.kind) {
        case crm::EntityKind::address:
            return crm::EntityKind::requisite;
        case crm::EntityKind::deal_rows:
            return crm::EntityKind::deal;
        case crm::EntityKind::company_link:
            return crm::EntityKind::contact;
        default:
            return product_kind(run.pending, aspect);
    }
}

/// The company that a link of a contact leads to.
std::string linked_company(const Run& run, const ledger::Operation& operation) {
    if (operation.kind != crm::EntityKind::company_link) {
        return {};
    }
    for (const NamedTarget& named : targets_of(operation)) {
        if (named.target != operation.owner) {
            return run.pending.remote_id(named.target, operation.source_system).value_or("");
        }
    }
    return {};
}

/// As the command named it; an owner that was made by the same batch has its id by now.
std::string owner_of_aspect(const Run& run, const ledger::Operation& operation) {
    if (!operation.owner_remote_id.empty() || !operation.owner) {
        return operation.owner_remote_id;
    }
    return run.pending.remote_id(*operation.owner, operation.source_system).value_or("");
}

struct NamedSection {
    crm::EntityKey key;
    std::string remote_id;
};
/// The sections that an object is to lie in, as far as the CRM is known to have them.
std::vector<NamedSection> sections_named_by(const Run& run, const ledger::Operation& operation) {
    std::vector<NamedSection> sections;
    if (!lies_in_section(operation.kind)) {
        return sections;
    }
    for (NamedTarget& named : targets_of(operation)) {
        std::string id = run.pending.remote_id(named.target, operation.source_system).value_or("");
        if (named.target.kind == crm::SourceKind::group && !id.empty()) {
            sections.push_back({std::move(named.target), std::move(id)});
        }
    }
    return sections;
}

std::vector<std::string> names_of(const std::vector<crm::FieldGroup>& groups) {
    std::vector<std::string> names;
    names.reserve(groups.size());
    for (const crm::FieldGroup& group : groups) {
        names.push_back(group.name);
    }
    return names;
}

/// The card of a part as something to look up by its key.
ledger::Operation card_of(const ledger::Pending::Top& top, const ledger::Operation& part) {
    ledger::Operation card;
    card.entity = top.entity;
    card.key = top.key;
    card.source_id = top.source_id;
    card.kind = top.kind;
    card.remote_id = top.remote_id;
    card.source_system = part.source_system;
    return card;
}

}  // namespace

std::optional<Stop> GoneObjects::take(std::vector<GoneObject> gone) {
    std::erase_if(gone, [&](const GoneObject& object) {
        return !m_run.pending.has_operation(object.operation.entity);  // settled meanwhile
    });
    const auto answer = PresentObjects::read(m_run, owners_of(gone));
    if (const auto* stop = std::get_if<Stop>(&answer)) {
        return *stop;
    }
    const auto& present = std::get<PresentObjects>(answer);
    if (auto stop = forget_lost_sections(gone, present)) {
        return stop;
    }
    std::vector<PartOfCard> parts_of_cards;
    std::vector<GoneObject> objects;
    std::vector<GoneObject> aspects;
    for (const GoneObject& object : gone) {
        const ledger::Operation& operation = object.operation;
        if (m_run.lost_sections.contains(operation.key)) {
            continue;  // it comes anew
        }
        if (std::string card = lost_card(operation, present); !card.empty()) {
            parts_of_cards.push_back({object, std::move(card)});
        } else if (operation.kind == crm::EntityKind::property) {
            make_anew(operation);
        } else if (crm::is_aspect(operation.kind)) {
            aspects.push_back(object);
        } else if (operation.remote_id.empty()) {  // it was not taken
            refuse_unless_section_is_lost(object);
        } else {
            objects.push_back(object);
        }
    }
    if (auto stop = take_objects(objects)) {
        return stop;
    }
    for (const GoneObject& aspect : aspects) {
        take_aspect(aspect, present);
    }
    return take_parts_of_cards(parts_of_cards);
}

std::vector<PresentObjects::Id> GoneObjects::owners_of(const std::vector<GoneObject>& gone) const {
    std::vector<PresentObjects::Id> ids;
    for (const GoneObject& object : gone) {
        const ledger::Operation& operation = object.operation;
        for (NamedSection& section : sections_named_by(m_run, operation)) {
            ids.emplace_back(crm::EntityKind::section, std::move(section.remote_id));
        }
        if (!crm::is_part(operation.kind)) {
            continue;
        }
        const ledger::Pending::Top top = m_run.pending.top_of(operation.entity);
        if (is_card(top.kind)) {
            ids.emplace_back(top.kind, top.remote_id);
        }
        if (crm::is_aspect(operation.kind)) {
            ids.emplace_back(kind_of_owner(m_run, operation), owner_of_aspect(m_run, operation));
            ids.emplace_back(crm::EntityKind::company, linked_company(m_run, operation));
        }
    }
    return ids;
}

std::string GoneObjects::lost_card(const ledger::Operation& operation, const PresentObjects& present) const {
    if (!crm::is_part(operation.kind)) {
        return {};
    }
    const ledger::Pending::Top top = m_run.pending.top_of(operation.entity);
    const bool is_lost = is_card(top.kind) && present.find(top.kind, top.remote_id) == nullptr;
    return is_lost ? top.remote_id : std::string{};
}

std::optional<Stop> GoneObjects::take_parts_of_cards(const std::vector<PartOfCard>& parts) {
    std::vector<ledger::Operation> cards;
    cards.reserve(parts.size());
    for (const PartOfCard& part : parts) {
        const ledger::Operation& operation = part.part.operation;
        cards.push_back(card_of(m_run.pending.top_of(operation.entity), operation));
    }
    if (cards.empty()) {
        return std::nullopt;
    }
    auto answer = m_lookup.find(cards);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& found = std::get<std::vector<FoundObjects>>(answer);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        take_part_of_card(parts[i], found[i]);
    }
    return std::nullopt;
}

void GoneObjects::take_part_of_card(const PartOfCard& part, const FoundObjects& card) {
    const ledger::Operation& operation = part.part.operation;
    const std::string id_now = m_run.pending.top_of(operation.entity).remote_id;
    if (id_now.empty()) {
        m_run.moved = true;  // another card is being looked for, and the part goes with that
    } else if (card.refusal) {
        refuse(part.part);
    } else if (card.objects.size() > 1) {
        ledger::Settlement conflict = several_objects(card);
        conflict.entity = operation.entity;
        m_run.settle({conflict});
    } else if (card.objects.empty()) {
        m_run.database.transaction([&] {
            ledger::Settlement left{.entity = operation.entity, .verdict = ledger::Verdict::left};
            if (m_run.pending.leave_gone(card.operation.entity, operation.package)) {
                left.reason = Message{"B24-GONE-LEFT", {part.card_id}};
            }
            m_run.settle({left});
        });
    } else if (card.objects.front().id == part.card_id) {
        refuse(part.part);
    } else {
        m_run.database.transaction([&] {
            m_run.pending.link(card.operation.entity, card.objects.front().id);
            m_run.pending.mark_incomplete(operation.entity);
        });
        ++m_run.result.gone;
    }
}

std::optional<Stop> GoneObjects::take_objects(const std::vector<GoneObject>& gone) {
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
        take_one(gone[i], found[i]);
    }
    return std::nullopt;
}

void GoneObjects::take_one(const GoneObject& gone, const FoundObjects& found) {
    const ledger::Operation& operation = gone.operation;
    if (found.refusal) {
        refuse(gone);
    } else if (found.objects.size() > 1) {
        m_run.settle({several_objects(found)});
    } else if (found.objects.size() == 1 && found.objects.front().id == operation.remote_id) {
        // It is there all the same: something else that the command names was not found.
        refuse_unless_section_is_lost(gone);
    } else if (found.objects.size() == 1) {
        // What was confirmed of the old one is not known of this one: all of it has to come again.
        m_run.database.transaction([&] {
            m_run.pending.link(operation.entity, found.objects.front().id);
            m_run.pending.mark_incomplete(operation.entity);
        });
        ++m_run.result.gone;
    } else if (operation.adopted) {
        // It has vanished before anything of ours was in it: there may be another one.
        m_run.pending.unlink(operation.entity, false);
        m_run.moved = true;
    } else if (is_card(operation.kind) || operation.deletion_mark) {
        m_run.database.transaction([&] {
            m_run.settle({{.entity = operation.entity,
                           .verdict = ledger::Verdict::left,
                           .reason = Message{"B24-GONE-LEFT", {operation.remote_id}}}});
            if (is_card(operation.kind)) {
                m_run.pending.leave_gone(operation.entity, operation.package);
            }
        });
    } else {
        make_anew(operation);
    }
}

void GoneObjects::take_aspect(const GoneObject& gone, const PresentObjects& present) {
    const ledger::Operation& operation = gone.operation;
    const crm::EntityKind owner = kind_of_owner(m_run, operation);
    const std::string company = linked_company(m_run, operation);
    if (!company.empty() && present.find(crm::EntityKind::company, company) == nullptr) {
        // As far as it can be: the contact is there, and nobody makes the company again.
        m_run.settle({{.entity = operation.entity,
                       .verdict = ledger::Verdict::left,
                       .confirmed_groups = names_of(operation.groups),
                       .reason = Message{"B24-GONE-LEFT", {company}}}});
        return;
    }
    const std::string owner_id = owner_of_aspect(m_run, operation);
    if (owner_id.empty() || present.find(owner, owner_id) != nullptr) {
        refuse(gone);
        return;
    }
    m_run.database.transaction([&] {
        if (m_run.pending.remote_id(*operation.owner, operation.source_system) == owner_id) {
            m_run.pending.note(operation, Message{"B24-GONE", {owner_id}}, Severity::warning);
            m_run.pending.forget(*operation.owner, operation.source_system);
        }
        m_run.pending.mark_incomplete(*operation.owner, operation.source_system);
        m_run.pending.mark_incomplete(operation.entity);
    });
    ++m_run.result.gone;
}

void GoneObjects::make_anew(const ledger::Operation& operation) {
    m_run.database.transaction([&] {
        m_run.pending.note(operation, Message{"B24-GONE", {operation.remote_id}}, Severity::warning);
        m_run.pending.unlink(operation.entity, true);
        m_run.pending.mark_incomplete(operation.entity);
    });
    ++m_run.result.gone;
}

std::optional<Stop> GoneObjects::forget_lost_sections(const std::vector<GoneObject>& gone,
                                                      const PresentObjects& present) {
    const auto names_lost_one = [&](const GoneObject& object) {
        const std::vector<NamedSection> sections = sections_named_by(m_run, object.operation);
        return std::ranges::any_of(sections, [&](const NamedSection& section) {
            return present.find(crm::EntityKind::section, section.remote_id) == nullptr;
        });
    };
    const auto first = std::ranges::find_if(gone, names_lost_one);
    if (first == gone.end()) {
        return std::nullopt;
    }
    // A section takes all that lies in it along, so there may be others: all are asked for together.
    const std::string& source_system = first->operation.source_system;
    const auto known = m_run.pending.keys_by_remote_id(crm::EntityKind::section, source_system);
    std::vector<PresentObjects::Id> ids;
    ids.reserve(known.size());
    for (const auto& [id, key] : known) {
        ids.emplace_back(crm::EntityKind::section, id);
    }
    const auto answer = PresentObjects::read(m_run, std::move(ids));
    if (const auto* stop = std::get_if<Stop>(&answer)) {
        return *stop;
    }
    m_run.database.transaction([&] {
        for (const auto& [id, key] : known) {
            if (std::get<PresentObjects>(answer).find(crm::EntityKind::section, id) == nullptr) {
                m_run.pending.note(first->operation, Message{"B24-GONE", {id}}, Severity::warning);
                m_run.pending.forget(key, source_system);
                m_run.pending.mark_incomplete(key, source_system);
                m_run.lost_sections.insert(key);
                ++m_run.result.gone;
            }
        }
    });
    return std::nullopt;
}

void GoneObjects::refuse_unless_section_is_lost(const GoneObject& gone) {
    const std::vector<NamedTarget> targets = targets_of(gone.operation);
    const bool is_lost =
        lies_in_section(gone.operation.kind) && std::ranges::any_of(targets, [&](const NamedTarget& named) {
            return m_run.lost_sections.contains(named.target);
        });
    if (is_lost) {
        m_run.pending.mark_incomplete(gone.operation.entity);
        m_run.moved = true;
    } else {
        refuse(gone);
    }
}

void GoneObjects::refuse(const GoneObject& gone) {
    m_run.settle({{.entity = gone.operation.entity,
                   .verdict = ledger::Verdict::failed,
                   .reason = Message{"B24-REFUSED", {gone.refusal}}}});
}

}  // namespace obmen::delivery
