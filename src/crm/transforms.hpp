#pragma once

#include "crm/field_rules.hpp"
#include "crm/mapping.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace obmen::crm {

/// `value` after the rule's transforms, in their order. Empty where there is nothing left (a zero date);
/// nothing if the value cannot be used, which has been said to `notes`.
[[nodiscard]] std::optional<std::string> transformed(const FieldRule& rule, std::string value,
                                                     const MappingNotes& notes);

/// Latin, Latin-1 and Cyrillic letters in upper case.
[[nodiscard]] std::string upper_case(std::string_view text);

/// `2021-02-18` of `2021-02-18`, `2021-02-18T9:49:02`, `18.02.2021`, `18.02.2021 09:49:02`; empty for 1C's
/// zero date `0001-01-01`; nothing if it is no date (reference commerceml.md §11).
[[nodiscard]] std::optional<std::string> iso_date(std::string_view text);

/// E.164 where the number is whole: `+` and 11 to 15 digits, or a Russian number that begins with 8 or 7. All
/// else, and anything with words in it, as written.
[[nodiscard]] std::string international_phone(std::string_view text);

}  // namespace obmen::crm
