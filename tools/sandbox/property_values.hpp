#pragma once

#include <string>
#include <string_view>

#include "store.hpp"

/// Values of properties in `crm.product.*` (reference bitrix24-rest.md §5.2).
namespace obmen::sandbox {

/// True for `PROPERTY_{id}` of a property that exists.
[[nodiscard]] bool is_property(const Store& store, std::string_view field);

/// Stores a value as it was sent: `"red"`, `{"value":"red"}` or, for a multiple property, a list of those, in
/// which a `valueId` keeps the value that has it. False if there is no such property.
bool store_property(Store& store, Json& row, const std::string& field, const Json& sent);

/// The row with a member for every property: null, one value, or a list.
[[nodiscard]] Json with_properties(const Store& store, const Json& row);

/// `{"fileData":["a.jpg","<base64>"]}` as the portal shows the file afterwards; null if it is none.
[[nodiscard]] Json stored_file(Store& store, const Json& sent);

}  // namespace obmen::sandbox
