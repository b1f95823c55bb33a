#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reading what PHP wrote: numbers may be texts, maps may be arrays, anything may be null or missing
/// (reference §2, §12).
namespace obmen::portal {

/// Deeper than anything that a portal answers (PHP itself stops at 512). What is deeper is no JSON to us:
/// copying and printing need stack for every level.
inline constexpr std::size_t deepest_nesting = 200;

/// What `body` says, with or without a byte order mark; discarded if it is no JSON, is not whole, or is
/// nested deeper than `deepest_nesting`.
[[nodiscard]] nlohmann::json parsed_json(std::string_view body);

/// A text, number or truth value as text; empty for everything else.
[[nodiscard]] std::string text_of(const nlohmann::json& value);
/// `text_of` a member of an object; empty if there is none.
[[nodiscard]] std::string text_of_member(const nlohmann::json& object, const char* name);
/// A whole number, also written as text; nothing for everything else.
[[nodiscard]] std::optional<std::int64_t> whole_number(const nlohmann::json& value);
/// `true`, `1`, `Y` in any spelling.
[[nodiscard]] bool is_yes(const nlohmann::json& value);
/// The rows of a list: members of an array, or of an object that PHP made of one. Nothing if it is no list.
[[nodiscard]] std::optional<std::vector<const nlohmann::json*>> rows_of(const nlohmann::json& list);

}  // namespace obmen::portal
