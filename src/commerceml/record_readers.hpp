#pragma once

#include <vector>

#include "commerceml/element_tree.hpp"
#include "commerceml/records.hpp"

/// One function per kind of record: a parsed element becomes a plain struct. Children nobody knows are passed
/// over, with all that is in them; those that take `unread` name the direct ones there.
namespace obmen::commerceml {

[[nodiscard]] Property read_property(Element element, std::vector<Element>& unread);
[[nodiscard]] Unit read_unit(Element element);
[[nodiscard]] PriceType read_price_type(Element element);
[[nodiscard]] Warehouse read_warehouse(Element element);
[[nodiscard]] Product read_product(Element element, std::vector<Element>& unread);
[[nodiscard]] Offer read_offer(Element element, std::vector<Element>& unread);
[[nodiscard]] Contragent read_contragent(Element element, std::vector<Element>& unread);
[[nodiscard]] Document read_document(Element element, std::vector<Element>& unread);

}  // namespace obmen::commerceml
