#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "listing.hpp"

namespace obmen::sandbox {

enum class Comparison { equal, like, less, less_or_equal, greater, greater_or_equal };

/// One key of a filter: what it compares with which values. More than one value means any of them.
struct Condition {
    std::string field;
    FieldType type = FieldType::text;
    Comparison comparison = Comparison::equal;
    bool negated = false;
    std::vector<std::string> values;
};

/// What the prefix of a filter key means.
struct Prefix {
    std::string_view text;
    Comparison comparison;
    bool negated;
    bool many;      ///< takes an array
    bool only_crm;  ///< not known to the lists of products
};
/// The prefix that `key` begins with; the empty one if there is none.
[[nodiscard]] const Prefix& prefix_of(std::string_view key);

/// The conditions that the portal understands; the keys it ignores go to `call.unknown_filters`.
[[nodiscard]] std::vector<Condition> conditions_of(Call& call, const ListRules& rules);

[[nodiscard]] bool fulfils(const Json& row, const Condition& condition, bool fold);

/// Order of two values of a field: numbers as numbers, texts case-folded. Negative, zero or positive.
[[nodiscard]] int compared(const std::string& left, const std::string& right, FieldType type, bool fold);

}  // namespace obmen::sandbox
