#include "flat/group_order.hpp"

#include <utility>

#include "support/text.hpp"

namespace obmen::flat {

using commerceml::Group;
using commerceml::LocatedRecord;

void GroupOrder::add(LocatedRecord group, bool has_row) {
    const auto& said = std::get<Group>(group.record);
    std::string key = folded(said.id);
    const std::size_t bytes = sizeof(Node) + key.size() + said.id.size() + said.parent_id.size() +
                              said.name.value_or("").size() + said.description.value_or("").size();
    const auto known = key.empty() ? m_by_id.end() : m_by_id.find(key);
    if (known == m_by_id.end()) {
        // Without an Ид each is a row error of its own.
        if (!key.empty()) {
            m_by_id.emplace(std::move(key), m_nodes.size());
        }
        m_held_bytes += bytes;
        m_nodes.push_back({std::move(group), has_row});
    } else if (has_row) {
        m_held_bytes += bytes;
        m_nodes[known->second] = {std::move(group), true};
    }
}

Group& GroupOrder::group_of(std::size_t node) {
    return std::get<Group>(m_nodes[node].record.record);
}

GroupOrder::Node* GroupOrder::parent_of(std::size_t node) {
    const std::string& parent_id = group_of(node).parent_id;
    const auto found = parent_id.empty() ? m_by_id.end() : m_by_id.find(folded(parent_id));
    return found == m_by_id.end() ? nullptr : &m_nodes[found->second];
}

std::vector<LocatedRecord> GroupOrder::take() {
    std::vector<std::size_t> in_order;
    in_order.reserve(m_nodes.size());
    for (std::size_t first = 0; first < m_nodes.size(); ++first) {
        std::vector<std::size_t> way;
        for (Node* node = &m_nodes[first]; node != nullptr && !node->given && !node->open;
             node = parent_of(way.back())) {
            node->open = true;
            way.push_back(static_cast<std::size_t>(node - m_nodes.data()));
        }
        for (; !way.empty(); way.pop_back()) {
            const std::size_t node = way.back();
            const Node* const parent = parent_of(node);
            group_of(node).depth =
                parent != nullptr && parent->given ? std::get<Group>(parent->record.record).depth + 1 : 0;
            m_nodes[node].given = true;
            m_nodes[node].open = false;
            in_order.push_back(node);
        }
    }
    std::vector<LocatedRecord> groups;
    groups.reserve(in_order.size());
    for (const std::size_t node : in_order) {
        groups.push_back(std::move(m_nodes[node].record));
    }
    *this = {};
    return groups;
}

}  // namespace obmen::flat
