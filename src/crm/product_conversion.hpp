#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// Товар → product, and what its variants take over from it into the reference data.
void convert_product(Context& context, const commerceml::Product& product, const Origin& origin);

/// The `name` group of a product or a variant; reports a name that the characteristics have made too long.
[[nodiscard]] FieldGroup product_name(const Context& context, std::string_view name,
                                      const std::vector<commerceml::Product::Characteristic>& characteristics,
                                      const Origin& origin);

/// VAT as References::Inherited keeps it, and back.
[[nodiscard]] std::string inherited_vat(const VatRate& rate);
[[nodiscard]] std::optional<VatRate> vat_from_inherited(std::string_view text);

}  // namespace obmen::crm
