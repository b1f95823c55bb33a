#pragma once

#include <cstdint>

namespace obmen::sandbox {

/// ENTITY_TYPE_ID of what requisites and addresses belong to (reference bitrix24-rest.md §8.8, §8.9).
inline constexpr std::int64_t owner_type_deal = 2;
inline constexpr std::int64_t owner_type_contact = 3;
inline constexpr std::int64_t owner_type_company = 4;
inline constexpr std::int64_t owner_type_requisite = 8;

}  // namespace obmen::sandbox
