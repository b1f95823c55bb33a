#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store.hpp"

/// Stages of deals: rows of kind `status` (reference bitrix24-rest.md §9.2).
namespace obmen::sandbox {

/// ENTITY_ID of the stages of a funnel: DEAL_STAGE, DEAL_STAGE_1.
[[nodiscard]] std::string stages_of_category(std::int64_t category);
/// Nothing if the funnel does not have it.
[[nodiscard]] const Json* find_stage(const Store& store, std::int64_t category, std::string_view stage);
/// The one of the lowest SORT.
[[nodiscard]] const Json& first_stage(const Store& store, std::int64_t category);
/// P, S or F.
[[nodiscard]] std::string semantics_of(const Json& stage);

}  // namespace obmen::sandbox
