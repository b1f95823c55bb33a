#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// Документ of an operation that makes deals → deal, with its product rows as a part; before it, its
/// customers as companies and contacts. Others are left out with CRM-OPERATION-NOT-MAPPED.
///
/// The deal's sum is 1C's, whatever its rows come to (IS_MANUAL_OPPORTUNITY): discounts of the whole
/// document, further costs and roundings are in it and in no row, and a portal that sums up the rows again
/// would overwrite it (reference bitrix24-rest.md §9.1). A document without a sum leaves it to the portal.
/// One marked as deleted makes no deal; where there is one, its fields go on being kept, its customers and
/// rows are left as they are.
/// A document of no currency has the mapping's default one; without that it is a row error.
void convert_document(Context& context, const commerceml::Document& document, const Origin& origin);

}  // namespace obmen::crm
