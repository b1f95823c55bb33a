#pragma once

#include <string>
#include <string_view>

#include "flat/mapping.hpp"

/// Values as 1C programmers write them, turned into what CommerceML has. What cannot be understood stays as
/// it is, so that `checks/` can name it.
namespace obmen::flat {

/// `1 234,50`, `1234.5`, with NBSP and thin spaces between groups → `1234.5`. With a decimal mark named in
/// the formats the other one separates groups: `1,234.50` → `1234.5`.
[[nodiscard]] std::string normal_number(std::string_view text, const Formats& formats);

/// `31.12.2024`, `31.12.2024 9:05:00`, `2024-12-31T09:05:00`, `20241231090500`, or the pattern of the formats
/// → `2024-12-31` or `2024-12-31T09:05:00`. A time of midnight is left out. 1C's empty date (year 1) is an
/// empty text.
[[nodiscard]] std::string normal_date(std::string_view text, const Formats& formats);

/// Да, Истина, true, 1, yes, так, + in any case; or the words of the formats instead.
[[nodiscard]] bool is_true(std::string_view text, const Formats& formats);

/// `true` or `false`; what is neither one of the true words nor one of the usual false ones stays.
[[nodiscard]] std::string normal_boolean(std::string_view text, const Formats& formats);
/// True for words that are_true() or their opposites in the usual way.
[[nodiscard]] bool is_boolean_word(std::string_view text);

[[nodiscard]] std::string normal_value(std::string_view text, ValueType type, const Formats& formats);

/// True if `pattern` can be used as Formats::date: day, month and a year of four digits, each once, with
/// separators that are neither letters nor digits.
[[nodiscard]] bool is_date_pattern(std::string_view pattern);
/// True if the text is a date in one of the usual ways.
[[nodiscard]] bool is_usual_date(std::string_view text);

/// An empty text for 1C's empty reference, 00000000-0000-0000-0000-000000000000; otherwise the text.
[[nodiscard]] std::string reference_or_empty(std::string text);

}  // namespace obmen::flat
