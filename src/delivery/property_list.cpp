#include "delivery/property_list.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace obmen::delivery {

namespace {

constexpr std::size_t page_rows = 50;
constexpr std::size_t pages_a_request = 10;

enum class PageSays { last, more, nonsense };

PageSays take_page(const portal::Family& family, crm::PropertyOwner owner, const portal::Done& done,
                   PropertyList& list) {
    auto page = family.read_property_page(owner, done);
    if (!page) {
        return PageSays::nonsense;
    }
    const std::size_t before = list.size();
    for (portal::RemoteProperty& property : page->properties) {
        std::string id = property.id;
        list.emplace(std::move(id), std::move(property));
    }
    if (!page->more) {
        return PageSays::last;
    }
    return list.size() > before ? PageSays::more : PageSays::nonsense;
}

/// \param seen ids of the choices so far
PageSays take_choices(const portal::Family& family, const portal::Done& done, std::set<std::string>& seen,
                      PropertyList& list) {
    auto page = family.read_choice_page(done);
    if (!page) {
        return PageSays::nonsense;
    }
    const std::size_t before = seen.size();
    for (auto& [property, choice] : page->choices) {
        const auto owner = list.find(property);
        if (seen.insert(choice.id).second && owner != list.end()) {
            owner->second.choices.push_back(std::move(choice));
        }
    }
    if (!page->more) {
        return PageSays::last;
    }
    return seen.size() > before ? PageSays::more : PageSays::nonsense;
}

using Question = std::function<portal::Command(std::uint64_t start)>;
using Reading = std::function<PageSays(const portal::Done& page)>;

/// Page after page until the last.
std::optional<Stop> read_pages(portal::Client& client, Clock& clock, const Question& question,
                               const Reading& read) {
    for (std::uint64_t start = 0;; start += page_rows * pages_a_request) {
        std::vector<portal::Command> commands;
        for (std::size_t page = 0; page < pages_a_request; ++page) {
            commands.push_back(question(start + page * page_rows));
        }
        auto answers = read_batch(client, commands, clock);
        if (auto* stop = std::get_if<Stop>(&answers)) {
            return std::move(*stop);
        }
        for (const portal::CommandAnswer& answer : std::get<std::vector<portal::CommandAnswer>>(answers)) {
            const auto* done = std::get_if<portal::Done>(&answer);
            const PageSays says = done == nullptr ? PageSays::nonsense : read(*done);
            if (says == PageSays::last) {
                return std::nullopt;
            }
            if (says == PageSays::nonsense) {
                return Stop{Message{"B24-LOOKUP"}, false};
            }
        }
    }
}

}  // namespace

std::variant<PropertyList, Stop> read_properties(portal::Client& client, const portal::Family& family,
                                                 Clock& clock, bool with_offers) {
    using Owner = crm::PropertyOwner;
    PropertyList list;
    const auto owners =
        with_offers ? std::vector{Owner::products, Owner::offers} : std::vector{Owner::products};
    for (const Owner owner : owners) {
        PropertyList of_owner;
        if (auto stop = read_pages(
                client, clock,
                [&](std::uint64_t start) { return family.property_list_command(owner, start); },
                [&](const portal::Done& page) { return take_page(family, owner, page, of_owner); })) {
            return std::move(*stop);
        }
        list.merge(of_owner);
    }
    const bool has_lists =
        std::ranges::any_of(list, [](const auto& property) { return property.second.type == "L"; });
    if (has_lists && family.choice_list_command(0)) {
        std::set<std::string> seen;
        if (auto stop = read_pages(
                client, clock, [&](std::uint64_t start) { return *family.choice_list_command(start); },
                [&](const portal::Done& page) { return take_choices(family, page, seen, list); })) {
            return std::move(*stop);
        }
    }
    return list;
}

}  // namespace obmen::delivery
