#pragma once

#include <pugixml.hpp>

#include "commerceml/records.hpp"

/// One function per kind of record: a parsed element becomes a plain struct. Children nobody knows are passed
/// over, with all that is in them.
namespace obmen::commerceml {

[[nodiscard]] Property read_property(pugi::xml_node element);
[[nodiscard]] Unit read_unit(pugi::xml_node element);
[[nodiscard]] PriceType read_price_type(pugi::xml_node element);
[[nodiscard]] Warehouse read_warehouse(pugi::xml_node element);
[[nodiscard]] Product read_product(pugi::xml_node element);
[[nodiscard]] Offer read_offer(pugi::xml_node element);
[[nodiscard]] Contragent read_contragent(pugi::xml_node element);
[[nodiscard]] Document read_document(pugi::xml_node element);

}  // namespace obmen::commerceml
