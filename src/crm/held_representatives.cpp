#include "crm/held_representatives.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace obmen::crm {

void HeldRepresentatives::hold(const std::string& id, HeldRepresentative mention) {
    m_wishes += mention.wishes.size();
    const auto known = m_held.find(id);
    if (known == m_held.end()) {
        mention.order = m_next++;
        m_held.emplace(id, std::move(mention));
        return;
    }
    std::vector<Wish>& wishes = known->second.wishes;
    wishes.insert(wishes.end(), std::make_move_iterator(mention.wishes.begin()),
                  std::make_move_iterator(mention.wishes.end()));
}

std::optional<HeldRepresentative> HeldRepresentatives::take(std::string_view id) {
    const auto known = m_held.find(id);
    if (known == m_held.end()) {
        return std::nullopt;
    }
    HeldRepresentative held = std::move(known->second);
    m_held.erase(known);
    m_wishes -= held.wishes.size();
    return held;
}

std::vector<std::string> HeldRepresentatives::ids_in_order() const {
    std::vector<std::pair<std::uint64_t, std::string>> ordered;
    for (const auto& [id, held] : m_held) {
        ordered.emplace_back(held.order, id);
    }
    std::sort(ordered.begin(), ordered.end());
    std::vector<std::string> ids;
    for (auto& [order, id] : ordered) {
        ids.push_back(std::move(id));
    }
    return ids;
}

}  // namespace obmen::crm
