#pragma once

#include "commerceml/records.hpp"
#include "crm/references.hpp"

#include <string_view>
#include <vector>

namespace obmen::crm {

/// Offers of products that the mapping keeps back: when such a product is let in one day, its prices and
/// stock must come with it, though no file brings them again. FactKind::source_value `kept|` and the
/// product's folded Ид: for each offer its folded Ид and its JSON.
///
/// What an offer does not speak of stays as an earlier record of it has said.
void keep_offer(References& references, std::string_view product_id, const commerceml::Offer& offer);

/// The offers that were kept, once.
[[nodiscard]] std::vector<commerceml::Offer> take_kept_offers(References& references,
                                                              std::string_view product_id);

}  // namespace obmen::crm
