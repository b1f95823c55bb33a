#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/records.hpp"

namespace obmen::commerceml {

/// Puts the nested groups of a classifier in order: a parent before its children, always.
///
/// A parent is usually complete when its children begin, and is given then, so that memory stays flat. Where
/// its Ид or Наименование comes after the children, they are held back. What comes after a parent has been
/// given makes it be given a second time, whole: the last record of an Ид counts.
class GroupTree {
  public:
    /// A Группа begins.
    void begin(Place place, std::string_view start_tag, bool marked_deleted);
    /// A child of the innermost open Группа. `raw` is the element as it stands in the file.
    void add_field(std::string_view name, std::string text, std::uint64_t raw_hash);
    /// The innermost open Группа begins its Группы.
    void begin_children();
    /// The innermost open Группа ends.
    void end();

    /// The next group that may be given.
    [[nodiscard]] std::optional<LocatedRecord> take();
    /// Roughly the memory of groups that are waiting.
    [[nodiscard]] std::size_t held_bytes() const { return m_held_bytes; }

  private:
    struct Node {
        Group group;
        std::shared_ptr<std::string> id;         ///< children look it up here when they are given
        std::shared_ptr<std::string> parent_id;  ///< nothing at the top
        std::string other_id;                    ///< LocatedRecord::other_id
        Place place;
        std::uint64_t hash = 0;
        std::size_t bytes = 0;
        bool has_id = false;
        bool has_children = false;
        bool ended = false;
        bool given = false;
        bool changed = false;  ///< after it was given
    };

    [[nodiscard]] static bool is_ready(const Node& node);

    std::vector<std::shared_ptr<Node>> m_open;
    std::deque<std::shared_ptr<Node>> m_waiting;  ///< in the order of their start tags
    std::size_t m_held_bytes = 0;
};

}  // namespace obmen::commerceml
