#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "schema.hpp"

/// Fields that several kinds of the CRM have in common, so that each list is written once.
namespace obmen::sandbox {

using Fields = std::vector<Field>;

/// The groups one after the other.
[[nodiscard]] Fields joined(std::initializer_list<Fields> groups);

/// Texts that anybody may write.
[[nodiscard]] Fields texts(std::initializer_list<const char*> names);
/// ID.
[[nodiscard]] Fields identity();
/// DATE_CREATE, DATE_MODIFY, CREATED_BY_ID, MODIFY_BY_ID: the portal fills them in.
[[nodiscard]] Fields authorship();
/// ASSIGNED_BY_ID, OPENED, COMMENTS, LEAD_ID.
[[nodiscard]] Fields custody();
/// HAS_PHONE, HAS_EMAIL, HAS_IMOL and PHONE, EMAIL, WEB, IM, LINK.
[[nodiscard]] Fields communication();
/// UTM_SOURCE and its like.
[[nodiscard]] Fields utm();
/// ADDRESS and its parts, each name with `prefix` in front.
[[nodiscard]] Fields old_address(const std::string& prefix);
/// ADDRESS_1, CITY, … as addresses of requisites have them.
[[nodiscard]] Fields address_parts();

}  // namespace obmen::sandbox
