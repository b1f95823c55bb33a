#include "commerceml/group_tree.hpp"

#include <utility>

#include "commerceml/fields.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::commerceml {

void GroupTree::begin(Place place, std::string_view start_tag, bool marked_deleted) {
    auto node = std::make_shared<Node>();
    node->id = std::make_shared<std::string>();
    node->parent_id = m_open.empty() ? nullptr : m_open.back()->id;
    node->group.depth = static_cast<std::uint32_t>(m_open.size());
    node->group.marked_deleted = marked_deleted;
    node->place = place;
    node->hash = quick_hash(start_tag);
    node->bytes = sizeof(Node);
    m_held_bytes += node->bytes;
    m_open.push_back(node);
    m_waiting.push_back(std::move(node));
}

void GroupTree::add_field(std::string_view name, std::string text, std::uint64_t raw_hash) {
    Node& node = *m_open.back();
    node.changed = node.given;
    node.hash = node.hash * 31 + raw_hash;
    if (!node.given) {
        node.bytes += text.size();
        m_held_bytes += text.size();
    }
    if (name == "Ид") {
        if (node.has_id && folded(*node.id) != folded(text)) {
            node.other_id = *node.id;
        }
        node.has_id = true;
        *node.id = std::move(text);
    } else if (name == "Наименование") {
        node.group.name = std::move(text);
    } else if (name == "Описание") {
        node.group.description = std::move(text);
    } else if (name == "ПометкаУдаления") {
        node.group.marked_deleted = node.group.marked_deleted || is_true(text);
    } else if (name == "Статус") {
        node.group.marked_deleted = node.group.marked_deleted || means_deleted(text);
    }
}

void GroupTree::begin_children() {
    m_open.back()->has_children = true;
}

void GroupTree::end() {
    std::shared_ptr<Node> node = std::move(m_open.back());
    m_open.pop_back();
    node->ended = true;
    if (node->changed) {
        m_waiting.push_back(std::move(node));
    }
}

bool GroupTree::is_ready(const Node& node) {
    return node.ended || (node.has_children && node.has_id && node.group.name);
}

std::optional<LocatedRecord> GroupTree::take() {
    if (m_waiting.empty() || !is_ready(*m_waiting.front())) {
        return std::nullopt;
    }
    const std::shared_ptr<Node> node = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_held_bytes -= node->given ? 0 : node->bytes;
    node->given = true;
    Group group = node->group;
    group.id = *node->id;
    group.parent_id = node->parent_id ? *node->parent_id : std::string{};
    const std::uint64_t hash = quick_hash(group.parent_id, node->hash);
    return LocatedRecord{
        .record = std::move(group), .place = node->place, .raw_hash = hash, .other_id = node->other_id};
}

}  // namespace obmen::commerceml
