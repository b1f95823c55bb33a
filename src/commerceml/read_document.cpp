#include <algorithm>
#include <utility>

#include "commerceml/fields.hpp"
#include "commerceml/record_readers.hpp"
#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

/// \returns false if the name is none of a line's texts
bool read_line_text(std::string_view name, Element child, Document::Line& line) {
    if (name == "Ид") {
        line.product_id = text_of(child);
    } else if (name == "Наименование") {
        line.name = text_of(child);
    } else if (name == "ЦенаЗаЕдиницу") {
        line.price = text_of(child);
    } else if (name == "Количество") {
        line.quantity = text_of(child);
    } else if (name == "Сумма") {
        line.sum = text_of(child);
    } else if (name == "Коэффициент") {
        line.coefficient = text_of(child);
    } else {
        return false;
    }
    return true;
}

std::vector<Document::Discount> read_discounts(Element list) {
    std::vector<Document::Discount> discounts;
    for (const Element item : list.children("Скидка")) {
        discounts.push_back({.name = child_text(item, "Наименование"),
                             .sum = child_text(item, "Сумма"),
                             .percent = child_text(item, "Процент"),
                             .included = child_text(item, "УчтеноВСумме")});
    }
    return discounts;
}

/// What was charged; the product's own rates say only what is not said there.
std::vector<Product::Tax> taxes_of_line(Element line) {
    std::vector<Product::Tax> charged = read_taxes(line.child("Налоги"));
    std::vector<Product::Tax> rates = read_taxes(line.child("СтавкиНалогов"));
    if (charged.empty()) {
        return rates;
    }
    for (Product::Tax& tax : charged) {
        const auto same = std::find_if(rates.begin(), rates.end(),
                                       [&](const Product::Tax& rate) { return rate.name == tax.name; });
        if (tax.rate.empty() && same != rates.end()) {
            tax.rate = same->rate;
        }
    }
    return charged;
}

Document::Line read_line(Element element) {
    Document::Line line;
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (read_line_text(name, child, line)) {
            continue;
        }
        if (name == "БазоваяЕдиница") {
            line.base_unit = read_base_unit(child);
        } else if (name == "Единица") {
            line.unit = read_base_unit(child);
        } else if (name == "Скидки") {
            line.discounts = read_discounts(child);
        } else if (name == "ЗначенияРеквизитов") {
            line.requisites = read_requisites(child);
        }
    }
    if (!line.base_unit) {
        line.base_unit = line.unit;
    }
    if (!line.price) {
        line.price = child_text(element, "Цена");
    }
    line.taxes = taxes_of_line(element);
    return line;
}

/// \returns false if the name is none of a document's texts
bool read_text(std::string_view name, Element child, Document& document) {
    struct Field {
        std::string_view name;
        Text Document::*field;
    };
    static constexpr std::array<Field, 12> fields{{{"Номер", &Document::number},
                                                   {"Дата", &Document::date},
                                                   {"Время", &Document::time},
                                                   {"ХозОперация", &Document::operation},
                                                   {"Роль", &Document::role},
                                                   {"Валюта", &Document::currency},
                                                   {"Сумма", &Document::sum},
                                                   {"Комментарий", &Document::comment},
                                                   {"Курс", &Document::rate},
                                                   {"Номер1С", &Document::number_1c},
                                                   {"Дата1С", &Document::date_1c},
                                                   {"СрокПлатежа", &Document::payment_date}}};
    const auto* const found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
    if (found == fields.end()) {
        return false;
    }
    document.*(found->field) = text_of(child);
    return true;
}

/// \returns false if the name is none of these
bool read_list(std::string_view name, Element child, Document& document) {
    if (name == "Контрагенты") {
        for (const Element contragent : child.children("Контрагент")) {
            std::vector<Element> unread;  // of somebody inside: not worth words
            document.contragents.push_back(read_contragent(contragent, unread));
        }
    } else if (name == "Товары") {
        for (const Element line : child.children("Товар")) {
            document.lines.push_back(read_line(line));
        }
    } else if (name == "Налоги") {
        document.taxes = read_taxes(child);
    } else if (name == "Скидки") {
        document.discounts = read_discounts(child);
    } else if (name == "Склады") {
        for (const Element warehouse : child.children("Склад")) {
            document.warehouses.push_back(read_warehouse(warehouse));
        }
    } else if (name == "ЗначенияРеквизитов") {
        std::vector<Product::Requisite> requisites = read_requisites(child);
        std::move(requisites.begin(), requisites.end(), std::back_inserter(document.requisites));
    } else {
        return false;
    }
    return true;
}

/// Documents carry their state in requisites, as text (reference §8).
bool marks_deletion(const Product::Requisite& requisite) {
    return folded(requisite.name) == "пометкаудаления" && requisite.value && is_true(*requisite.value);
}

}  // namespace

Document read_document(Element element, std::vector<Element>& unread) {
    Document document;
    document.marked_deleted = has_deletion_attribute(element);
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (name == "Ид") {
            document.id = text_of(child);
        } else if (!read_text(name, child, document) && !read_list(name, child, document) &&
                   !take_deletion_mark(name, child, document.marked_deleted)) {
            unread.push_back(child);
        }
    }
    document.marked_deleted =
        document.marked_deleted ||
        std::any_of(document.requisites.begin(), document.requisites.end(), marks_deletion);
    return document;
}

}  // namespace obmen::commerceml
