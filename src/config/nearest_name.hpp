#pragma once

#include <span>
#include <string>
#include <string_view>

namespace obmen::config {

/// The member of `known` with the smallest edit distance (insert, delete, replace: one each) to `name`; of
/// equals the first. \pre `known` is not empty.
[[nodiscard]] std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace obmen::config
