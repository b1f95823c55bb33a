#pragma once

#include "crm/entity.hpp"

#include <cstdint>
#include <optional>

/// Numbers of kinds as a ledger holds them, which may be a damaged one: nothing for those that no kind has.
namespace obmen::crm {

[[nodiscard]] constexpr std::optional<SourceKind> stored_source_kind(std::int64_t number) {
    constexpr auto first = static_cast<std::int64_t>(SourceKind::group);
    constexpr auto last = static_cast<std::int64_t>(SourceKind::prices);
    return number >= first && number <= last ? std::optional(static_cast<SourceKind>(number)) : std::nullopt;
}

[[nodiscard]] constexpr std::optional<RequisitePreset::Kind> stored_preset_kind(std::int64_t number) {
    constexpr auto first = static_cast<std::int64_t>(RequisitePreset::Kind::company);
    constexpr auto last = static_cast<std::int64_t>(RequisitePreset::Kind::person);
    return number >= first && number <= last ? std::optional(static_cast<RequisitePreset::Kind>(number))
                                             : std::nullopt;
}

}  // namespace obmen::crm
