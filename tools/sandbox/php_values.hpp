#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"

/// What PHP makes of a value. Maps are JSON objects, lists are JSON arrays; PHP has only one kind of array,
/// so each function takes either for the other (reference bitrix24-rest.md §3.8, §12.4).
namespace obmen::sandbox {

/// Turns every object with the keys 0…n-1 in order, and every empty one, into an array: what json_encode
/// prints.
void make_php_printable(Json& value);

/// `true` is `1`; `false`, `null` and arrays are empty.
[[nodiscard]] std::string text_of(const Json& value);
/// The `(int)` cast: the digits at the start, else 0.
[[nodiscard]] std::int64_t integer_of(const Json& value);

/// The `(float)` cast.
[[nodiscard]] double number_of(std::string_view text);
/// is_numeric: nothing but a number.
[[nodiscard]] bool is_numeric(std::string_view text);
/// A float as json_encode prints it: without a fraction of zero.
[[nodiscard]] Json printed_number(double number);
/// Empty, `0`, `false`, `null` and empty arrays are false.
[[nodiscard]] bool truth_of(const Json& value);

/// The canonical decimal integer that PHP turns into a number when it is a key.
[[nodiscard]] std::optional<std::int64_t> index_of(std::string_view key);

/// The member of a map, or of a list by its index; nothing if there is none.
[[nodiscard]] const Json* member(const Json& map, std::string_view key);
/// The same as a text or a number: empty or 0 if there is none.
[[nodiscard]] std::string member_text(const Json& map, std::string_view key);
[[nodiscard]] std::int64_t member_integer(const Json& map, std::string_view key);
/// A top-level parameter: `fields` and `FIELDS` both exist in the wild (reference §1.1).
[[nodiscard]] const Json* parameter(const Json& parameters, std::string_view lower_case_name);
/// All members with their keys, in order.
[[nodiscard]] std::vector<std::pair<std::string, const Json*>> entries(const Json& map);
std::vector<std::pair<std::string, const Json*>> entries(const Json&& map) = delete;  // they point into it
/// The same for something that may be missing.
[[nodiscard]] std::vector<std::pair<std::string, const Json*>> entries(const Json* map);
/// The ids of a list, or the one that was sent without a list. What is no number is 0.
[[nodiscard]] std::vector<std::int64_t> ids_in(const Json& sent);

}  // namespace obmen::sandbox
