#include "delivery/present_objects.hpp"

#include <algorithm>

#include "delivery/batch_effects.hpp"
#include "portal/remote_values.hpp"

namespace obmen::delivery {

namespace {

bool is_number(const std::string& id) {
    return !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
}

/// Runs of one kind, at most `at_most` long. \pre sorted
std::vector<std::pair<crm::EntityKind, std::vector<std::string>>> pages_of(
    const std::vector<PresentObjects::Id>& wanted, const portal::Family& family, std::size_t at_most) {
    std::vector<std::pair<crm::EntityKind, std::vector<std::string>>> pages;
    for (const auto& [kind, id] : wanted) {
        const std::size_t most = std::min(at_most, family.objects_per_reading(kind));
        if (pages.empty() || pages.back().first != kind || pages.back().second.size() == most) {
            pages.push_back({kind, {}});
        }
        pages.back().second.push_back(id);
    }
    return pages;
}

}  // namespace

std::variant<PresentObjects, Stop> PresentObjects::read(Run& run, std::vector<Id> wanted) {
    std::erase_if(wanted, [](const Id& id) { return !is_number(id.second); });
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    PresentObjects present;
    if (auto stop = present.ask(run, wanted, portal::objects_per_reading)) {
        return std::move(*stop);
    }
    std::erase_if(wanted, [&](const Id& id) { return present.m_objects.contains(id); });
    if (auto stop = present.ask(run, wanted, 1)) {
        return std::move(*stop);
    }
    return present;
}

std::optional<Stop> PresentObjects::ask(Run& run, const std::vector<Id>& wanted, std::size_t ids_a_command) {
    const auto pages = pages_of(wanted, *run.family, ids_a_command);
    std::vector<portal::Command> commands;
    commands.reserve(pages.size());
    for (const auto& [kind, ids] : pages) {
        commands.push_back(run.family->read_many_command(kind, ids));
    }
    auto answers = read_all(run.client, commands, run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto* done = std::get_if<portal::Done>(&list[i]);
        if (done == nullptr) {
            const auto* refused = std::get_if<portal::Refused>(&list[i]);
            const bool absent = refused != nullptr && portal::means_not_found(*refused);
            if (ids_a_command == 1 && !absent) {
                // Nobody has said that the object is absent.
                return Stop{Message{"B24-REFUSED", {refusal_text(std::get<portal::Refused>(list[i]))}},
                            false};
            }
            continue;
        }
        auto rows = run.family->rows_by_id(pages[i].first, *done);
        for (const std::string& id : pages[i].second) {
            if (const auto row = rows.find(id); row != rows.end()) {
                m_objects.emplace(Id{pages[i].first, id}, std::move(row->second));
            }
        }
    }
    return std::nullopt;
}

const nlohmann::json* PresentObjects::find(crm::EntityKind kind, const std::string& id) const {
    const auto found = m_objects.find({kind, id});
    return found == m_objects.end() ? nullptr : &found->second;
}

}  // namespace obmen::delivery
