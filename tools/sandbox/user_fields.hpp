#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema.hpp"
#include "store.hpp"

/// Fields that a portal's administrator made: UF_CRM_…. `entity` is what they belong to, such as CRM_COMPANY;
/// an empty one has none.
namespace obmen::sandbox {

[[nodiscard]] std::optional<FieldType> user_field_type(const Store& store, const std::string& entity,
                                                       std::string_view name);
/// False if there is no such field.
bool store_user_field(const Store& store, Json& row, const std::string& entity, const std::string& name,
                      const Json& sent);
/// Puts a member for each field of the entity into `shown`: null if the row has no value, `false` if the
/// field is one for several values.
void show_user_fields(const Store& store, const Json& row, const std::string& entity, Json& shown);

}  // namespace obmen::sandbox
