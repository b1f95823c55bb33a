#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "portal/command.hpp"

/// Units that the portal lacks (reference bitrix24-rest.md §11, §12.18).
namespace obmen::portal {

/// What the Russian classifier of units (ОКЕИ) calls a unit.
struct OkeiUnit {
    std::string_view code;  ///< without leading zeros
    std::string_view symbol;
    std::string_view name;
};
/// The units that trade uses every day; nothing for the others.
[[nodiscard]] std::optional<OkeiUnit> okei_unit(std::string_view okei);

/// `crm.measure.add`; answers the new id. `name` is what 1C calls the unit: used where we do not know the
/// code.
[[nodiscard]] Command measure_add_command(const std::string& okei, const std::string& name);

}  // namespace obmen::portal
