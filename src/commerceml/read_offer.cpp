#include <utility>

#include "commerceml/fields.hpp"
#include "commerceml/record_readers.hpp"

namespace obmen::commerceml {

namespace {

std::vector<Offer::Price> read_prices(Element list) {
    std::vector<Offer::Price> prices;
    for (const Element item : list.children("Цена")) {
        Offer::Price& price = prices.emplace_back();
        for (const Element child : item.children()) {
            const std::string_view name = child.name();
            if (name == "ИдТипаЦены") {
                price.type_id = text_of(child);
            } else if (name == "ЦенаЗаЕдиницу") {
                price.value = text_of(child);
            } else if (name == "Валюта") {
                price.currency = text_of(child);
            } else if (name == "Единица") {
                price.unit = text_of(child);
            } else if (name == "Коэффициент") {
                price.coefficient = text_of(child);
            } else if (name == "МинКоличество") {
                price.minimum_quantity = text_of(child);
            }
        }
    }
    return prices;
}

Text first_of(Text first, Text second) {
    return first ? std::move(first) : std::move(second);
}

/// Склад with attributes (2.06) or children (3.x); as one of Остатки or Склады it may be a bare quantity.
Offer::Stock read_stock(Element element) {
    Offer::Stock stock;
    Text id = first_of(attribute_of(element, "ИдСклада"), child_text(element, "Ид"));
    id = first_of(std::move(id), child_text(element, "ИдСклада"));
    stock.warehouse_id = std::move(id).value_or(std::string{});
    stock.quantity = first_of(attribute_of(element, "КоличествоНаСкладе"), child_text(element, "Количество"));
    stock.quantity = first_of(std::move(stock.quantity), child_text(element, "КоличествоНаСкладе"));
    return stock;
}

/// What stands in Предложение, Склады, Остатки or Остаток. \returns false if the name says nothing of stock
bool read_stocks(std::string_view name, Element element, std::vector<Offer::Stock>& stocks) {
    if (name == "Склад") {
        stocks.push_back(read_stock(element));
        return true;
    }
    if (name != "Склады" && name != "Остатки" && name != "Остаток") {
        return false;
    }
    for (const Element child : element.children()) {
        const std::string_view child_name = child.name();
        if (child_name == "Количество") {
            stocks.push_back({.warehouse_id = {}, .quantity = text_of(child)});
        } else if (child_name == "Склад" || child_name == "Остаток") {
            read_stocks(child_name, child, stocks);
        }
    }
    return true;
}

/// The fast file of 2.07 has the characteristic beside the product instead of after a `#` (reference §2).
void add_characteristic(const std::string& characteristic, std::string& id) {
    if (!characteristic.empty() && !id.empty() && id.find('#') == std::string::npos) {
        id += '#' + characteristic;
    }
}

/// \returns false if the name is none of an offer's texts
bool read_text(std::string_view name, Element child, Offer& offer, std::string& characteristic) {
    if (name == "Ид") {
        offer.id = text_of(child);
    } else if (name == "ИдХарактеристики") {
        characteristic = text_of(child);
    } else if (name == "Наименование") {
        offer.name = text_of(child);
    } else if (name == "Артикул") {
        offer.article = text_of(child);
    } else if (name == "Штрихкод" || name == "ШтрихКод") {
        offer.barcode = text_of(child);
    } else if (name == "Количество") {
        offer.quantity = text_of(child);
    } else {
        return false;
    }
    return true;
}

}  // namespace

Offer read_offer(Element element, std::vector<Element>& unread) {
    Offer offer;
    std::string characteristic;
    offer.marked_deleted = has_deletion_attribute(element);
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (read_text(name, child, offer, characteristic) || read_stocks(name, child, offer.stock)) {
            continue;
        }
        if (name == "Цены") {
            offer.prices = read_prices(child);
        } else if (name == "БазоваяЕдиница") {
            offer.base_unit = read_base_unit(child);
        } else if (name == "ХарактеристикиТовара") {
            offer.characteristics = read_characteristics(child);
        } else if (name == "ЗначенияСвойств") {
            read_property_values(child, offer.property_values);
        } else if (name == "Картинка") {
            read_picture(child, offer.pictures);
        } else if (!take_deletion_mark(name, child, offer.marked_deleted)) {
            unread.push_back(child);
        }
    }
    add_characteristic(characteristic, offer.id);
    return offer;
}

}  // namespace obmen::commerceml
