#pragma once

#include "commerceml/records.hpp"
#include "support/limits.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// The most characters that NAME, TITLE and their like hold.
inline constexpr std::size_t longest_name = limits::name;

/// A name as the CRM takes it.
struct FittedName {
    std::string text;
    /// Characters the whole name would have had, where our own additions have made it too long; else 0. A
    /// name that is too long as it comes from 1C has been reported by `checks/` already.
    std::size_t grown_to = 0;
};

/// `name` cut to `longest_name`.
[[nodiscard]] std::string fitted(std::string_view name);

/// `name`, followed in parentheses by those characteristic values that are not words of it yet: `Футболка
/// (красный, 42)`. If it is too long, the name is cut and not the values: they are what tells variants apart.
[[nodiscard]] FittedName name_with_characteristics(
    std::string_view name, const std::vector<commerceml::Product::Characteristic>& characteristics);

}  // namespace obmen::crm
