#pragma once

#include "crm/product_tools.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace obmen::crm {

/// Товар → product and its pictures, and what its variants take over from it into the reference data.
void convert_product(ProductTools& tools, const commerceml::Product& product, const Origin& origin);

/// The wish that takes the object out of the CRM.
[[nodiscard]] Wish removal_wish(SourceKind kind, const Origin& origin);

/// VAT as References::Inherited keeps it, and back.
[[nodiscard]] std::string inherited_vat(const VatRate& rate);
[[nodiscard]] std::optional<VatRate> vat_from_inherited(std::string_view text);

}  // namespace obmen::crm
