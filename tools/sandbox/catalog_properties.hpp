#pragma once

#include <string>

#include "method.hpp"

namespace obmen::sandbox {

/// The methods for properties and their choices say the code 0 as a text (reference bitrix24-rest.md §5.3).
[[nodiscard]] Refusal property_refusal(const std::string& description);
/// Throws if there is none.
[[nodiscard]] const Json& catalog_property(const Call& call, std::int64_t id);

}  // namespace obmen::sandbox
