#include "harness/export_builder.hpp"

#include <fmt/format.h>

namespace obmen::tests {

namespace {

constexpr const char* header =
    "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<КоммерческаяИнформация xmlns=\"urn:1C.ru:commerceml_2\" ВерсияСхемы=\"2.07\" "
    "ДатаФормирования=\"2026-01-15T10:00:00\">\n";

std::string group_xml(const std::vector<SampleGroup>& groups, const SampleGroup& group) {
    std::string children;
    for (const SampleGroup& other : groups) {
        if (other.parent == group.id) {
            children += group_xml(groups, other);
        }
    }
    return fmt::format("<Группа><Ид>{}</Ид><Наименование>{}</Наименование>{}</Группа>\n", group.id,
                       group.name, children.empty() ? "" : "<Группы>" + children + "</Группы>");
}

std::string classifier_xml(const std::vector<SampleGroup>& groups) {
    std::string tree;
    for (const SampleGroup& group : groups) {
        if (group.parent.empty()) {
            tree += group_xml(groups, group);
        }
    }
    return "<Классификатор><Ид>c1</Ид><Наименование>Классификатор</Наименование>\n<Группы>" + tree +
           "</Группы></Классификатор>\n";
}

std::string product_xml(const SampleProduct& product) {
    const std::string group = product.group.empty() ? "" : "<Группы><Ид>" + product.group + "</Ид></Группы>";
    return fmt::format(
        "<Товар><Ид>{}</Ид><Артикул/><Наименование>{}</Наименование>"
        "<БазоваяЕдиница Код=\"796 \" НаименованиеПолное=\"Штука\">шт</БазоваяЕдиница>{}"
        "<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>20</Ставка></СтавкаНалога></"
        "СтавкиНалогов></Товар>\n",
        product.id, product.name, group);
}

std::string offer_xml(const SampleProduct& product) {
    return fmt::format(
        "<Предложение><Ид>{}</Ид><Цены><Цена><Представление>{} RUB за "
        "шт</Представление><ИдТипаЦены>t1</ИдТипаЦены>"
        "<ЦенаЗаЕдиницу>{}</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены><Количество>5</Количество></"
        "Предложение>\n",
        product.id, product.price, product.price);
}

}  // namespace

std::string catalogue_file(const std::vector<SampleGroup>& groups, const std::vector<SampleProduct>& products,
                           bool only_changes) {
    const char* changes = only_changes ? "true" : "false";
    std::string out = header;
    if (!groups.empty()) {
        out += classifier_xml(groups);
    }
    out += fmt::format(
        "<Каталог СодержитТолькоИзменения=\"{}\"><Ид>c1</Ид><ИдКлассификатора>c1</ИдКлассификатора>"
        "<Наименование>Каталог</Наименование><Товары>\n",
        changes);
    for (const SampleProduct& product : products) {
        out += product_xml(product);
    }
    out += fmt::format(
        "</Товары></Каталог>\n<ПакетПредложений "
        "СодержитТолькоИзменения=\"{}\"><Ид>c1#</Ид><ИдКаталога>c1</ИдКаталога>"
        "<ТипыЦен><ТипЦены><Ид>t1</Ид><Наименование>Розничная</Наименование><Валюта>RUB</Валюта></ТипЦены></"
        "ТипыЦен>"
        "<Предложения>\n",
        changes);
    for (const SampleProduct& product : products) {
        if (!product.price.empty()) {
            out += offer_xml(product);
        }
    }
    return out + "</Предложения></ПакетПредложений>\n</КоммерческаяИнформация>\n";
}

std::vector<SampleProduct> sample_products(std::size_t count, std::size_t groups, const std::string& prefix) {
    std::vector<SampleProduct> products;
    products.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        products.push_back({fmt::format("{}{:04}", prefix, i), fmt::format("Товар {} № {}", prefix, i),
                            groups == 0 ? "" : fmt::format("g{}", i % groups), fmt::format("{}.5", 100 + i)});
    }
    return products;
}

std::vector<SampleGroup> sample_groups(std::size_t count) {
    std::vector<SampleGroup> groups;
    groups.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        groups.push_back({fmt::format("g{}", i), fmt::format("Группа {}", i),
                          i == 0 ? "" : fmt::format("g{}", (i - 1) / 2)});
    }
    return groups;
}

std::string contragents_file(const std::vector<SampleContragent>& contragents) {
    std::string out = header;
    out += "<Контрагенты>\n";
    for (const SampleContragent& contragent : contragents) {
        std::string contacts;
        for (const auto& [type, value] : contragent.contacts) {
            contacts += fmt::format("<Контакт><Тип>{}</Тип><Значение>{}</Значение></Контакт>", type, value);
        }
        out += fmt::format(
            "<Контрагент><Ид>{}</Ид><Наименование>{}</Наименование><{}>{}</{}><Контакты>{}</Контакты></"
            "Контрагент>\n",
            contragent.id, contragent.name,
            contragent.legal ? "ОфициальноеНаименование" : "ПолноеНаименование", contragent.name,
            contragent.legal ? "ОфициальноеНаименование" : "ПолноеНаименование", contacts);
    }
    return out + "</Контрагенты>\n</КоммерческаяИнформация>\n";
}

}  // namespace obmen::tests
