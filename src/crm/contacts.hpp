#pragma once

#include "commerceml/records.hpp"
#include "crm/entity.hpp"

#include <string>
#include <vector>

namespace obmen::crm {

/// Groups `phones` and `emails` from the contacts of a contragent; a group without an entry is not there.
/// Types are matched without case and spaces; a «Почта» without @ is a postal address and left out; one
/// Значение may hold several (reference commerceml.md §9). What has an @ and is no address is left out as
/// well: for one such entry the portal refuses the whole card.
[[nodiscard]] std::vector<FieldGroup> contact_groups(
    const std::vector<commerceml::Contragent::Contact>& contacts);

/// What `contact_groups` left out because it is no address: `a@b`, `a@b@c.ru`.
[[nodiscard]] std::vector<std::string> unusable_emails(
    const std::vector<commerceml::Contragent::Contact>& contacts);

}  // namespace obmen::crm
