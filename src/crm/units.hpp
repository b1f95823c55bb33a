#pragma once

#include "crm/context.hpp"

#include <optional>

namespace obmen::crm {

/// OKEI code of a base unit: of the classifier's unit that the text refers to (3.x), else the code beside it.
/// Leading zeros are dropped: `006` and `6` are one unit, and portals know it by the number. Nothing if no
/// unit is given, and with a finding (CML-UNIT-UNKNOWN, once per unit) if it cannot be resolved.
[[nodiscard]] std::optional<std::string> unit_code(Context& context,
                                                   const std::optional<commerceml::BaseUnit>& unit,
                                                   const Origin& origin);

/// The same without a finding.
[[nodiscard]] std::optional<std::string> known_unit_code(Context& context,
                                                         const std::optional<commerceml::BaseUnit>& unit);

/// What 1C has called the unit of this code when it first named it (FactKind::source_value `unit|` and the
/// code); empty: it
/// never has.
[[nodiscard]] std::string unit_name(const References& references, std::string_view code);

}  // namespace obmen::crm
