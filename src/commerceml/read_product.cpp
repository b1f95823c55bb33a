#include <algorithm>
#include <utility>

#include "commerceml/fields.hpp"
#include "commerceml/record_readers.hpp"
#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

std::vector<std::string> read_group_ids(Element list) {
    std::vector<std::string> ids;
    for (const Element item : list.children("Ид")) {
        ids.push_back(text_of(item));
    }
    return ids;
}

/// The requisite that holds the uncut name; Ukrainian bases have it in Ukrainian (reference §6).
bool is_full_name(const Product::Requisite& requisite) {
    constexpr std::size_t shortest = std::string_view{"Повне найменування"}.size();
    if (requisite.name.size() < shortest || !requisite.value || requisite.value->empty()) {
        return false;
    }
    std::string name = folded(requisite.name);
    std::erase(name, ' ');
    return name == "полноенаименование" || name == "повненайменування";
}

/// Lists: what has children of its own. \returns false if the name is none of them
bool read_list(std::string_view name, Element child, Product& product) {
    if (name == "ЗначенияРеквизитов") {
        std::vector<Product::Requisite> requisites = read_requisites(child);
        std::move(requisites.begin(), requisites.end(), std::back_inserter(product.requisites));
    } else if (name == "ЗначенияСвойств") {
        read_property_values(child, product.property_values);
    } else if (name == "Группы") {
        product.group_ids = read_group_ids(child);
    } else if (name == "СтавкиНалогов") {
        product.taxes = read_taxes(child);
    } else if (name == "ХарактеристикиТовара") {
        product.characteristics = read_characteristics(child);
    } else if (name == "БазоваяЕдиница") {
        product.base_unit = read_base_unit(child);
    } else {
        return false;
    }
    return true;
}

/// \returns false if the name is none of a product's texts
bool read_text(std::string_view name, Element child, Product& product) {
    if (name == "Ид") {
        product.id = text_of(child);
    } else if (name == "Наименование") {
        product.name = text_of(child);
    } else if (name == "Артикул") {
        product.article = text_of(child);
    } else if (name == "Штрихкод" || name == "ШтрихКод") {
        product.barcode = text_of(child);
    } else if (name == "ПолноеНаименование") {
        product.full_name = text_of(child);
    } else if (name == "Описание") {
        product.description = text_of(child);
        product.description_is_html = is_true(attribute_of(child, "ФорматHTML").value_or(""));
    } else if (name == "Картинка") {
        read_picture(child, product.pictures);
    } else {
        return false;
    }
    return true;
}

}  // namespace

Product read_product(Element element, std::vector<Element>& unread) {
    Product product;
    product.marked_deleted = has_deletion_attribute(element);
    for (const Element child : element.children()) {
        const std::string_view name = child.name();
        if (!read_text(name, child, product) && !read_list(name, child, product) &&
            !take_deletion_mark(name, child, product.marked_deleted)) {
            unread.push_back(child);
        }
    }
    if (!product.full_name || product.full_name->empty()) {
        const auto found = std::find_if(product.requisites.begin(), product.requisites.end(), is_full_name);
        if (found != product.requisites.end()) {
            product.full_name = found->value;
        }
    }
    return product;
}

}  // namespace obmen::commerceml
