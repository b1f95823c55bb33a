#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// The product rows of a deal from the lines of its document; their money as `LineAmounts` says. Whether VAT
/// is in the price is said by the line's tax, else by the document's, else it is. A line of the delivery, and
/// one without an Ид or of a product that the mapping keeps back (CRM-ROW-FILTERED), is a row of no product.
/// Discounts of the whole document are in its Сумма alone.
///
/// Nothing, with a finding (CRM-DOCUMENT-LINE), if a number cannot be read: rows are written whole, and one
/// that lacks would be an order nobody gave.
[[nodiscard]] std::optional<ProductRows> product_rows(Context& context, const commerceml::Document& document,
                                                      const Origin& origin);

}  // namespace obmen::crm
