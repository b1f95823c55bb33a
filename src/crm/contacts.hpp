#pragma once

#include "commerceml/records.hpp"
#include "crm/entity.hpp"

#include <vector>

namespace obmen::crm {

/// Groups `phones` and `emails` from the contacts of a contragent; a group without an entry is not there.
/// Types are matched without case and spaces; a «Почта» without @ is a postal address and left out; one
/// Значение may hold several (reference commerceml.md §9).
[[nodiscard]] std::vector<FieldGroup> contact_groups(
    const std::vector<commerceml::Contragent::Contact>& contacts);

}  // namespace obmen::crm
