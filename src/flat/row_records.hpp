#pragma once

#include <optional>
#include <vector>

#include "commerceml/records.hpp"
#include "flat/mapping.hpp"
#include "flat/row.hpp"

namespace obmen::flat {

/// The group that a row is or names: every row of a group mapping, a product row with ЭтоГруппа, and the
/// `group_name` of a product. `is_row` tells whether the row is the group itself.
struct RowGroup {
    commerceml::Group group;
    bool is_row = false;
};
[[nodiscard]] std::optional<RowGroup> group_of(const FlatMapping& mapping, const Row& row);

/// All else that the row becomes: a product and perhaps its offer, an offer, a contragent; nothing where the
/// row is a group or a folder of contragents.
[[nodiscard]] std::vector<commerceml::Record> records_of(const FlatMapping& mapping, const Row& row);

/// What the rows refer to: price types and properties.
[[nodiscard]] std::vector<commerceml::Record> announcements_of(const FlatMapping& mapping);

}  // namespace obmen::flat
