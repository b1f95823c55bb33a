#include "delivery/property_list.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace obmen::delivery {

namespace {

constexpr std::size_t page_rows = 50;
constexpr std::size_t pages_a_request = 10;

enum class PageSays { last, more, nonsense };

PageSays take_page(const portal::CommandAnswer& answer, PropertyList& list) {
    const auto* done = std::get_if<portal::Done>(&answer);
    auto page = done == nullptr ? std::nullopt : portal::read_property_page(*done);
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

}  // namespace

std::variant<PropertyList, Stop> read_properties(portal::Client& client, Clock& clock) {
    PropertyList list;
    for (std::uint64_t start = 0;; start += page_rows * pages_a_request) {
        std::vector<portal::Command> commands;
        for (std::size_t page = 0; page < pages_a_request; ++page) {
            commands.push_back(portal::property_list_command(start + page * page_rows));
        }
        auto answers = read_batch(client, commands, clock);
        if (auto* stop = std::get_if<Stop>(&answers)) {
            return std::move(*stop);
        }
        for (const portal::CommandAnswer& answer : std::get<std::vector<portal::CommandAnswer>>(answers)) {
            switch (take_page(answer, list)) {
                case PageSays::last:
                    return list;
                case PageSays::nonsense:
                    return Stop{Message{"B24-LOOKUP"}, false};
                case PageSays::more:
                    break;
            }
        }
    }
}

}  // namespace obmen::delivery
