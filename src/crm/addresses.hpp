#pragma once

#include "commerceml/records.hpp"
#include "crm/entity.hpp"

#include <optional>

namespace obmen::crm {

/// The group `address`: `ADDRESS_1` (street, house), `ADDRESS_2` (flat), `CITY`, `POSTAL_CODE`, `REGION`
/// (Район), `PROVINCE` (Регион) and `COUNTRY`, always all of them: a part left over from the former address
/// would make one nobody lives at. From АдресноеПоле; where these say neither city nor street, Представление
/// stands in `ADDRESS_1`. A postcode that stands for the country is taken for what it is (reference
/// commerceml.md §9). Nothing for an address that says nothing.
[[nodiscard]] std::optional<FieldGroup> address_group(const commerceml::Contragent::Address& address);

}  // namespace obmen::crm
