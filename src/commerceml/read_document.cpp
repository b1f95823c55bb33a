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
    } else {
        return false;
    }
    return true;
}

Document::Line read_line(Element element) {
    Document::Line line;
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (read_line_text(name, child, line)) {
            continue;
        }
        if (name == "БазоваяЕдиница" || (name == "Единица" && !line.base_unit)) {
            line.base_unit = read_base_unit(child);
        } else if (name == "Налоги") {
            // What was charged; the product's own rates count only where nothing else is said.
            if (std::vector<Product::Tax> taxes = read_taxes(child); !taxes.empty()) {
                line.taxes = std::move(taxes);
            }
        } else if (name == "СтавкиНалогов" && line.taxes.empty()) {
            line.taxes = read_taxes(child);
        }
    }
    if (!line.price) {
        line.price = child_text(element, "Цена");
    }
    return line;
}

/// \returns false if the name is none of a document's texts
bool read_text(std::string_view name, Element child, Document& document) {
    struct Field {
        std::string_view name;
        Text Document::*field;
    };
    static constexpr std::array<Field, 8> fields{{{"Номер", &Document::number},
                                                  {"Дата", &Document::date},
                                                  {"Время", &Document::time},
                                                  {"ХозОперация", &Document::operation},
                                                  {"Роль", &Document::role},
                                                  {"Валюта", &Document::currency},
                                                  {"Сумма", &Document::sum},
                                                  {"Комментарий", &Document::comment}}};
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
