#include "delivery/preview.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "delivery/contact_plan.hpp"
#include "delivery/groups.hpp"
#include "delivery/resolver.hpp"
#include "portal/remote_values.hpp"

namespace obmen::delivery {

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

portal::Resolver resolver_with_known_links(const Run& run, const ledger::Operation& operation) {
    portal::Resolver resolver = resolver_without_links(run, operation);
    resolver.link = [&run, system = operation.source_system](const crm::Link& link) {
        return link.target ? run.pending.remote_id(*link.target, system).value_or("") : std::string("0");
    };
    return resolver;
}

}  // namespace

Preview::Preview(ledger::Database& copy, portal::Client& client, portal::PortalFacts& facts, Clock& clock,
                 Log& log, DeliveryOptions options)
    : m_run(copy, client, facts, clock, log, std::move(options)),
      m_lookup(client, facts, clock, m_run.options.source_system),
      m_gone(m_run, m_lookup),
      m_adoption(m_run),
      m_conflicts(m_run),
      m_people(m_run, m_adoption, m_conflicts, m_gone) {
    m_run.begin();
}

std::variant<Preview::Outlook, Stop> Preview::look(const std::vector<ledger::Operation>& page) {
    std::vector<Prepared> prepared;
    for (const ledger::Operation& operation : page) {
        if (operation.kind != crm::EntityKind::property) {
            prepared.push_back({operation});
        }
    }
    std::vector<PresentObjects::Id> wanted = m_people.wanted(prepared);
    const std::vector<std::string> deals = m_people.deals_wanted(prepared);
    m_reads += PresentObjects::requests_for(*m_run.family, wanted, deals.size());
    for (const ledger::Operation& operation : page) {
        const bool is_shown = !crm::is_aspect(operation.kind) || operation.kind == crm::EntityKind::deal_rows;
        if (const auto id = m_people.shown_in(operation); id && is_shown) {
            wanted.push_back(*id);
        }
    }
    auto answer = PresentObjects::read(m_run, std::move(wanted), deals);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& present = std::get<PresentObjects>(answer);
    if (auto stop = m_people.respect(prepared, present)) {
        return std::move(*stop);
    }
    Outlook outlook;
    for (const ledger::Operation& operation : page) {
        const auto found = std::ranges::find_if(prepared, [&](const Prepared& candidate) {
            return candidate.operation.entity == operation.entity;
        });
        outlook.emplace(operation.entity,
                        outlook_of(operation, found == prepared.end() ? nullptr : &*found, present));
    }
    std::vector<ledger::Settlement> settlements;
    std::erase_if(prepared, [&](const Prepared& seen) {
        const auto& groups = outlook.at(seen.operation.entity);
        const bool is_sent = groups.empty() || std::ranges::any_of(groups, [](const auto& group) {
                                 return group.second.fate == GroupOutlook::Fate::sent;
                             });
        if (!is_sent) {
            settlements.push_back(
                {.entity = seen.operation.entity,
                 .verdict = seen.person_won ? ledger::Verdict::left : ledger::Verdict::unchanged,
                 .confirmed_groups = seen.settled_groups});
        }
        return !is_sent;
    });
    m_run.settle(settlements);
    remember_cost(prepared);
    return outlook;
}

std::map<std::string, GroupOutlook> Preview::outlook_of(const ledger::Operation& operation,
                                                        const Prepared* prepared,
                                                        const PresentObjects& present) const {
    const auto id = m_people.shown_in(operation);
    const nlohmann::json* object = id ? present.find(id->first, id->second) : nullptr;
    const std::vector<std::string> withheld =
        prepared == nullptr ? std::vector<std::string>{} : withheld_groups(prepared->operation);
    const portal::Resolver resolver = resolver_without_links(m_run, operation);
    std::map<std::string, GroupOutlook> groups;
    for (const crm::FieldGroup& group : operation.groups) {
        GroupOutlook& outlook = groups[group.name];
        if (object != nullptr && operation.kind != crm::EntityKind::pictures) {
            outlook.present = portal::present_text(operation.kind, group, *object, m_run.facts, resolver);
        }
        if (prepared == nullptr) {
            continue;
        }
        outlook.contested = has(prepared->contested, group.name);
        if (has(prepared->settled_groups, group.name)) {
            outlook.fate = GroupOutlook::Fate::left;
        } else if (has(withheld, group.name)) {
            outlook.fate = GroupOutlook::Fate::withheld;
        }
    }
    return groups;
}

std::vector<std::string> Preview::withheld_groups(const ledger::Operation& operation) const {
    std::vector<std::string> names;
    if (crm::is_aspect(operation.kind) || is_deletion(operation) || operation.source_id.empty()) {
        return names;
    }
    const portal::WriteRequest request{operation.kind, operation.source_id, operation.source_system,
                                       &operation.groups};
    const portal::Resolver resolver = resolver_with_known_links(m_run, operation);
    const portal::BuiltCommand built =
        operation.remote_id.empty()
            ? m_run.family->create_command(request, resolver)
            : m_run.family->update_command(request, operation.remote_id, resolver, {}, false, nullptr);
    for (const portal::Withheld& withheld : built.withheld) {
        // Properties and units of this very run are made before they are needed.
        if (withheld.reason.code == Code{"B24-NO-CURRENCY"} || withheld.reason.code == Code{"B24-NO-VAT"} ||
            withheld.reason.code == Code{"B24-NO-PRESET"} ||
            (withheld.reason.code == Code{"B24-NO-MEASURE"} && !m_run.options.create_units)) {
            names.push_back(withheld.group);
        }
    }
    return names;
}

void Preview::remember_cost(const std::vector<Prepared>& page) {
    std::size_t cards = 0;
    for (const Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        cards +=
            !operation.remote_id.empty() && std::ranges::any_of(operation.groups, holds_contacts) ? 1 : 0;
        ++m_written[operation.kind];
        m_deals_written += speaks_of_contacts(operation) ? 1 : 0;
    }
    m_reads += requests_for(cards);
}

std::variant<std::map<std::int64_t, std::string>, Stop> Preview::names(
    const std::vector<ledger::Operation>& page) {
    std::vector<PresentObjects::Id> wanted;
    for (const ledger::Operation& operation : page) {
        if (const auto id = PresentObjects::shown_in(m_run.pending, operation, {})) {
            wanted.push_back(*id);
        }
    }
    auto answer = PresentObjects::read(m_run, std::move(wanted));
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& present = std::get<PresentObjects>(answer);
    std::map<std::int64_t, std::string> names;
    for (const ledger::Operation& operation : page) {
        const auto id = PresentObjects::shown_in(m_run.pending, operation, {});
        const nlohmann::json* const object = id ? present.find(id->first, id->second) : nullptr;
        if (object != nullptr && object->is_object() && object->contains("NAME") &&
            object->at("NAME").is_string()) {
            names.emplace(operation.entity, object->at("NAME").get<std::string>());
        }
    }
    return names;
}

std::uint64_t Preview::guard_requests() const {
    if (m_run.options.on_conflict == crm::OnConflict::take_1c) {
        return m_reads;
    }
    std::size_t commands = 0;
    for (const auto& [kind, count] : m_written) {
        if (kind != crm::EntityKind::company_link) {
            const std::size_t at_once = PresentObjects::most_in_a_reading(*m_run.family, kind);
            commands += (count + at_once - 1) / at_once;
        }
    }
    const bool asks_for_contacts = m_run.family->read_deal_contacts_command("1").has_value();
    return m_reads + requests_for(commands) + (asks_for_contacts ? requests_for(m_deals_written) : 0);
}

}  // namespace obmen::delivery
