#include <utility>

#include "commerceml/fields.hpp"
#include "commerceml/record_readers.hpp"

namespace obmen::commerceml {

namespace {

/// Справочник(ИдЗначения, Значение) since 2.05; ВариантЗначения(Ид, Значение) and bare Значение before.
void read_variants(Element list, std::vector<Property::Variant>& variants) {
    for (const Element item : list.children()) {
        const std::string_view name = item.name();
        if (name == "Справочник" || name == "ВариантЗначения") {
            Text id = child_text(item, "ИдЗначения");
            variants.push_back(
                {.id = id ? std::move(*id) : child_id(item), .value = child_id(item, "Значение")});
        } else if (name == "Значение") {
            variants.push_back({.id = {}, .value = text_of(item)});
        }
    }
}

}  // namespace

Property read_property(Element element, std::vector<Element>& unread) {
    Property property;
    property.marked_deleted = has_deletion_attribute(element);
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (name == "Ид") {
            property.id = text_of(child);
        } else if (name == "Наименование") {
            property.name = text_of(child);
        } else if (name == "ТипЗначений") {
            property.value_type = text_of(child);
        } else if (name == "Множественное") {
            property.multiple = text_of(child);
        } else if (name == "ВариантыЗначений") {
            read_variants(child, property.variants);
        } else if (!take_deletion_mark(name, child, property.marked_deleted)) {
            unread.push_back(child);
        }
    }
    return property;
}

Unit read_unit(Element element) {
    return {.id = child_id(element),
            .code = child_text(element, "Код"),
            .full_name = child_text(element, "НаименованиеПолное"),
            .short_name = child_text(element, "НаименованиеКраткое")};
}

PriceType read_price_type(Element element) {
    PriceType type{.id = child_id(element),
                   .name = child_text(element, "Наименование"),
                   .currency = child_text(element, "Валюта"),
                   .tax_name = std::nullopt,
                   .tax_included = std::nullopt};
    if (const Element tax = element.child("Налог")) {
        type.tax_name = child_text(tax, "Наименование");
        type.tax_included = child_text(tax, "УчтеноВСумме");
    }
    return type;
}

Warehouse read_warehouse(Element element) {
    return {.id = child_id(element), .name = child_text(element, "Наименование")};
}

}  // namespace obmen::commerceml
