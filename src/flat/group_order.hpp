#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "commerceml/records.hpp"

namespace obmen::flat {

/// Groups in any order become groups with every parent before its children. The groups of a file are few
/// beside its products, so they are held.
class GroupOrder {
  public:
    /// A group of the file. A later row of an Ид takes the place of an earlier one; a group that is only
    /// named (by a product) never takes the place of one that has a row.
    void add(commerceml::LocatedRecord group, bool has_row);

    /// All groups, in the order of the file but for parents that come later there; with their depths. A group
    /// whose parent is not in the file, or that is its own ancestor, stands at depth 0. Leaves this empty.
    [[nodiscard]] std::vector<commerceml::LocatedRecord> take();

    /// Roughly the memory of what is held.
    [[nodiscard]] std::size_t held_bytes() const { return m_held_bytes; }

  private:
    struct Node {
        commerceml::LocatedRecord record;
        bool has_row = false;
        bool given = false;
        bool open = false;  ///< on the way from a descendant to the top
    };
    [[nodiscard]] commerceml::Group& group_of(std::size_t node);
    [[nodiscard]] Node* parent_of(std::size_t node);

    std::vector<Node> m_nodes;
    std::unordered_map<std::string, std::size_t> m_by_id;  ///< folded Ид
    std::size_t m_held_bytes = 0;
};

}  // namespace obmen::flat
