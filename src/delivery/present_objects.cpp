#include "delivery/present_objects.hpp"

#include <algorithm>
#include <iterator>

#include "delivery/batch_effects.hpp"
#include "delivery/groups.hpp"
#include "portal/remote_values.hpp"

namespace obmen::delivery {

namespace {

using crm::EntityKind;

constexpr char type_separator = '/';

bool is_number(std::string_view id) {
    return !id.empty() && id.find_first_not_of("0123456789") == std::string_view::npos;
}

bool can_be_asked_for(const PresentObjects::Id& id) {
    const std::size_t separator = id.second.find(type_separator);
    if (id.first != EntityKind::address) {
        return is_number(id.second);
    }
    return separator != std::string::npos && is_number(std::string_view(id.second).substr(0, separator)) &&
           is_number(std::string_view(id.second).substr(separator + 1));
}

/// `6` of the address `6/12`; empty for everything else.
std::string type_of(const PresentObjects::Id& id) {
    return id.first == EntityKind::address ? id.second.substr(0, id.second.find(type_separator))
                                           : std::string{};
}

portal::Command command_for(const portal::Family& family, EntityKind kind, const std::string& type,
                            const std::vector<std::string>& ids, bool each_alone) {
    switch (kind) {
        case EntityKind::address:
            return portal::read_addresses_command(type, ids);
        case EntityKind::deal_rows:
            return family.read_deal_rows_command(ids.front(), each_alone);
        default:
            return family.read_many_command(kind, ids);
    }
}

void leave_single(std::vector<PresentObjects::Id>& ids) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

std::optional<PresentObjects::Id> PresentObjects::shown_in(const ledger::Pending& pending,
                                                           const ledger::Operation& operation,
                                                           const std::string& owner_id) {
    std::optional<Id> id;
    switch (operation.kind) {
        case EntityKind::property:
        case EntityKind::company_link:
            break;
        case EntityKind::prices:
            id = {operation.kind, owner_id};
            break;
        case EntityKind::address:
            id = {operation.kind, text_of_field(operation, "address_type") + type_separator + owner_id};
            break;
        case EntityKind::deal_rows:
            id = {operation.kind, owner_id};
            break;
        case EntityKind::pictures:
            id = {product_kind(pending, operation), owner_id};
            break;
        default:
            id = {operation.kind, operation.remote_id};
            break;
    }
    return id && can_be_asked_for(*id) ? id : std::nullopt;
}

std::variant<PresentObjects, Stop> PresentObjects::read(Run& run, std::vector<Id> wanted,
                                                        const std::vector<std::string>& deals) {
    std::erase_if(wanted, [](const Id& id) { return !can_be_asked_for(id); });
    leave_single(wanted);
    PresentObjects present;
    if (auto stop = present.ask(run, readings_of(*run.family, wanted, false), false)) {
        return std::move(*stop);
    }
    std::erase_if(wanted, [&](const Id& id) { return present.m_objects.contains(id); });
    if (auto stop = present.ask(run, readings_of(*run.family, wanted, true), true)) {
        return std::move(*stop);
    }
    if (auto stop = present.ask_contacts(run, deals)) {
        return std::move(*stop);
    }
    return present;
}

std::size_t PresentObjects::most_in_a_reading(const portal::Family& family, EntityKind kind) {
    switch (kind) {
        case EntityKind::address:
            return portal::objects_per_reading;
        case EntityKind::deal_rows:
            return 1;
        default:
            return family.objects_per_reading(kind);
    }
}

std::size_t PresentObjects::requests_for(const portal::Family& family, std::vector<Id> wanted,
                                         std::size_t deals) {
    std::erase_if(wanted, [](const Id& id) { return !can_be_asked_for(id); });
    leave_single(wanted);
    const bool asks_for_contacts = deals > 0 && family.read_deal_contacts_command("1").has_value();
    return delivery::requests_for(readings_of(family, wanted, false).size()) +
           (asks_for_contacts ? delivery::requests_for(deals) : 0);
}

std::vector<PresentObjects::Reading> PresentObjects::readings_of(const portal::Family& family,
                                                                 const std::vector<Id>& wanted,
                                                                 bool each_alone) {
    std::vector<Reading> readings;
    std::string type;
    for (const Id& id : wanted) {
        const std::size_t limit = each_alone ? 1 : most_in_a_reading(family, id.first);
        if (readings.empty() || readings.back().kind != id.first || readings.back().ids.size() >= limit ||
            type != type_of(id)) {
            type = type_of(id);
            readings.push_back({id.first, {}, {}});
        }
        readings.back().ids.push_back(id.second);
    }
    for (Reading& reading : readings) {
        std::vector<std::string> ids = reading.ids;
        type = type_of({reading.kind, ids.front()});
        for (std::string& id : ids) {
            id.erase(0, type.empty() ? 0 : type.size() + 1);
        }
        reading.command = command_for(family, reading.kind, type, ids, each_alone);
    }
    return readings;
}

std::optional<Stop> PresentObjects::ask(Run& run, const std::vector<Reading>& readings, bool each_alone) {
    std::vector<portal::Command> commands;
    commands.reserve(readings.size());
    for (const Reading& reading : readings) {
        commands.push_back(reading.command);
    }
    auto answers = read_all(run.client, commands, run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (const auto* done = std::get_if<portal::Done>(&list[i])) {
            take(*run.family, readings[i], *done);
            if (each_alone && readings[i].kind == EntityKind::address) {
                m_objects.emplace(Id{readings[i].kind, readings[i].ids.front()}, nullptr);
            }
            continue;
        }
        const auto& refused = std::get<portal::Refused>(list[i]);
        if (each_alone && !portal::means_not_found(refused)) {
            // Nobody has said that the object is absent.
            return Stop{Message{"B24-REFUSED", {refusal_text(refused)}}, false};
        }
    }
    return std::nullopt;
}

void PresentObjects::take(const portal::Family& family, const Reading& reading, const portal::Done& answer) {
    if (reading.kind == EntityKind::deal_rows) {
        if (std::optional<nlohmann::json> rows = family.deal_rows_in(answer)) {
            m_objects.emplace(Id{reading.kind, reading.ids.front()}, *std::move(rows));
        }
        return;
    }
    const std::string type = type_of({reading.kind, reading.ids.front()});
    auto rows =
        type.empty() ? family.rows_by_id(reading.kind, answer) : portal::addresses_by_requisite(answer, type);
    for (const std::string& id : reading.ids) {
        if (const auto row = rows.find(type.empty() ? id : id.substr(type.size() + 1)); row != rows.end()) {
            m_objects.emplace(Id{reading.kind, id}, std::move(row->second));
        }
    }
}

std::optional<Stop> PresentObjects::ask_contacts(Run& run, std::vector<std::string> deals) {
    std::erase_if(deals, [&](const std::string& deal) { return find(EntityKind::deal, deal) == nullptr; });
    std::vector<portal::Command> commands;
    for (const std::string& deal : deals) {
        std::optional<portal::Command> command = run.family->read_deal_contacts_command(deal);
        if (!command) {
            return std::nullopt;  // the deals have shown them
        }
        commands.push_back(*std::move(command));
    }
    auto answers = read_all(run.client, commands, run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (const auto* done = std::get_if<portal::Done>(&list[i])) {
            portal::put_deal_contacts(*done, m_objects.at({EntityKind::deal, deals[i]}));
        } else {
            return Stop{Message{"B24-REFUSED", {refusal_text(std::get<portal::Refused>(list[i]))}}, false};
        }
    }
    return std::nullopt;
}

const nlohmann::json* PresentObjects::find(EntityKind kind, const std::string& id) const {
    const auto found = m_objects.find({kind, id});
    return found == m_objects.end() ? nullptr : &found->second;
}

}  // namespace obmen::delivery
