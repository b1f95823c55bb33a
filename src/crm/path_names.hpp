#pragma once

#include "commerceml/records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// The form in which names of elements, requisites and contact types are compared: folded, without spaces.
/// 1C writes «СтатусЗаказа» and «Статус заказа» for one thing (reference commerceml.md §8).
[[nodiscard]] std::string path_name(std::string_view name);

/// The text as the values of a path: nothing where its element is absent.
[[nodiscard]] std::optional<std::vector<std::string>> single_value(const commerceml::Text& text);

/// The values of all requisites of that name; nothing if there is none, an empty text for one without a
/// value.
[[nodiscard]] std::optional<std::vector<std::string>> requisite_values(
    const std::vector<commerceml::Product::Requisite>& requisites, std::string_view name);

}  // namespace obmen::crm
