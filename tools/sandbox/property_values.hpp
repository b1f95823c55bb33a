#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "method.hpp"
#include "schema.hpp"

/// Values of properties in `crm.product.*` (reference bitrix24-rest.md §5.2). A product's row holds a list of
/// `{"valueId":…,"value":…}` under PROPERTY_{id}, or null.
namespace obmen::sandbox {

/// How `PROPERTY_{id}` is compared; nothing if there is no such property.
[[nodiscard]] std::optional<FieldType> property_type(const Store& store, std::string_view field);

/// Stores a value as it was sent: `"red"`, `{"value":"red"}` or, for a multiple property, a list of those, in
/// which a `valueId` keeps the value that has it. False if there is no such property.
bool store_property(const Call& call, Json& row, const std::string& field, const Json& sent);

/// The row with a member for every property: null for no value, the value if it is one, a list if there are
/// several: the shape depends on the data.
[[nodiscard]] Json with_properties(const Store& store, const Json& row);

/// Takes the values away that products have of a property: all of them, or those of these choices.
void forget_values(Store& store, std::int64_t property);
void forget_choices(Store& store, std::int64_t property, const std::vector<std::string>& choices);

}  // namespace obmen::sandbox
