#include "commerceml/fields.hpp"

#include <algorithm>
#include <utility>

#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

/// What tidied() gives, without a copy where there is nothing to tidy, which is nearly always.
std::string tidy(std::string text) {
    const bool is_tidy = trimmed(text).size() == text.size() && text.find("\xC2\xA0") == std::string::npos;
    return is_tidy ? std::move(text) : tidied(text);
}

}  // namespace

std::string text_of(Element element) {
    return tidy(element.text());
}

Text attribute_of(Element element, std::string_view name) {
    Text value = element.attribute(name);
    return value ? Text{tidy(std::move(*value))} : std::nullopt;
}

Text child_text(Element element, std::string_view name) {
    const Element child = element.child(name);
    return child ? Text{text_of(child)} : std::nullopt;
}

std::string child_id(Element element, std::string_view name) {
    return text_of(element.child(name));
}

bool is_true(std::string_view text) {
    const std::string known = folded(text);
    return known == "true" || known == "1" || known == "да" || known == "истина";
}

bool means_deleted(std::string_view status) {
    const std::string known = folded(status);
    return known == "удален" || known == "удалён" || known == "удалена";
}

bool take_deletion_mark(std::string_view name, Element child, bool& marked) {
    if (name == "ПометкаУдаления") {
        marked = marked || is_true(text_of(child));
        return true;
    }
    if (name == "Статус") {
        marked = marked || means_deleted(text_of(child));
        return true;
    }
    return false;
}

bool has_deletion_attribute(Element element) {
    const Text status = attribute_of(element, "Статус");
    return status && means_deleted(*status);
}

BaseUnit read_base_unit(Element element) {
    BaseUnit unit{.code = attribute_of(element, "Код"),
                  .name = std::nullopt,
                  .full_name = attribute_of(element, "НаименованиеПолное")};
    if (std::string text = text_of(element); !text.empty()) {
        unit.name = std::move(text);
    } else {
        unit.name = attribute_of(element, "НаименованиеКраткое");
    }
    // Documents of 2.09 and later spell the unit out in children.
    if (!unit.code) {
        unit.code = child_text(element, "Код");
    }
    if (!unit.name) {
        unit.name = child_text(element, "НаименованиеКраткое");
    }
    if (!unit.full_name) {
        unit.full_name = child_text(element, "НаименованиеПолное");
    }
    // 3.x refers to ЕдиницаИзмерения by its Ид, which is the code.
    const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
    if (!unit.code && unit.name && !unit.name->empty() &&
        std::all_of(unit.name->begin(), unit.name->end(), is_digit)) {
        unit.code = unit.name;
    }
    return unit;
}

std::vector<Product::Tax> read_taxes(Element list) {
    std::vector<Product::Tax> taxes;
    for (const Element tax : list.children()) {
        const std::string_view name = tax.name();
        if (name == "СтавкаНалога" || name == "Налог") {
            taxes.push_back({.name = child_id(tax, "Наименование"),
                             .rate = child_id(tax, "Ставка"),
                             .sum = child_text(tax, "Сумма"),
                             .included = child_text(tax, "УчтеноВСумме")});
        }
    }
    return taxes;
}

std::vector<Product::Characteristic> read_characteristics(Element list) {
    std::vector<Product::Characteristic> characteristics;
    for (const Element item : list.children("ХарактеристикаТовара")) {
        characteristics.push_back({.id = child_id(item),
                                   .name = child_id(item, "Наименование"),
                                   .value = child_id(item, "Значение")});
    }
    return characteristics;
}

void read_property_values(Element list, std::vector<Product::PropertyValue>& values) {
    for (const Element item : list.children("ЗначенияСвойства")) {
        Product::PropertyValue& value = values.emplace_back();
        for (const Element child : item.children()) {
            const std::string_view name = child.name();
            if (name == "Ид") {
                value.id = text_of(child);
            } else if (name == "Значение") {
                value.values.push_back(text_of(child));
            }
        }
    }
}

void read_picture(Element element, std::vector<Product::Picture>& pictures) {
    std::string path = text_of(element);
    if (!path.empty()) {
        pictures.push_back({.path = std::move(path), .caption = attribute_of(element, "Описание")});
    }
}

std::vector<Product::Requisite> read_requisites(Element list) {
    std::vector<Product::Requisite> requisites;
    for (const Element item : list.children("ЗначениеРеквизита")) {
        Product::Requisite& requisite = requisites.emplace_back();
        for (const Element child : item.children()) {
            const std::string_view name = child.name();
            if (name == "Наименование") {
                requisite.name = text_of(child);
            } else if (name == "Значение") {
                requisite.value = text_of(child);
            }
        }
    }
    return requisites;
}

}  // namespace obmen::commerceml
