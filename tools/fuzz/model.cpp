#include "fuzz/model.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "support/text.hpp"

namespace obmen::judges {

namespace {

using namespace commerceml;

using Node = const xmlNode*;
using Names = std::initializer_list<std::string_view>;

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(text)};
}

bool is_element(Node node) {
    return node->type == XML_ELEMENT_NODE;
}

bool is_one_of(Node node, Names names) {
    return std::find(names.begin(), names.end(), view(node->name)) != names.end();
}

std::vector<Node> elements_in(Node parent) {
    std::vector<Node> found;
    for (Node child = parent->children; child != nullptr; child = child->next) {
        if (is_element(child)) {
            found.push_back(child);
        }
    }
    return found;
}

std::vector<Node> elements_in(Node parent, Names names) {
    std::vector<Node> found = elements_in(parent);
    found.erase(
        std::remove_if(found.begin(), found.end(), [&](Node node) { return !is_one_of(node, names); }),
        found.end());
    return found;
}

Node first(const std::vector<Node>& nodes) {
    return nodes.empty() ? nullptr : nodes.front();
}
Node last(const std::vector<Node>& nodes) {
    return nodes.empty() ? nullptr : nodes.back();
}

/// The place of an element in the frame around the records.
enum class Part {
    nothing,
    root,
    classifier,
    catalogue,
    package,
    groups,
    group,
    properties,
    units,
    price_types,
    warehouses,
    products,
    offers,
    contragents,
    container,
    property,
    unit,
    price_type,
    warehouse,
    product,
    offer,
    contragent,
    document
};

struct Step {
    Part from;
    std::string_view name;
    Part to;
};

constexpr auto steps = std::to_array<Step>({
    {Part::root, "Классификатор", Part::classifier},
    {Part::root, "Каталог", Part::catalogue},
    {Part::root, "ПакетПредложений", Part::package},
    {Part::root, "ИзмененияПакетаПредложений", Part::package},
    {Part::root, "Контрагенты", Part::contragents},
    {Part::root, "Контейнер", Part::container},
    {Part::root, "Документ", Part::document},
    {Part::container, "Документ", Part::document},
    {Part::contragents, "Контрагент", Part::contragent},
    {Part::classifier, "Группы", Part::groups},
    {Part::groups, "Группа", Part::group},
    {Part::group, "Группы", Part::groups},
    {Part::classifier, "Свойства", Part::properties},
    {Part::properties, "Свойство", Part::property},
    {Part::properties, "СвойствоНоменклатуры", Part::property},
    {Part::classifier, "ЕдиницыИзмерения", Part::units},
    {Part::units, "ЕдиницаИзмерения", Part::unit},
    {Part::classifier, "ТипыЦен", Part::price_types},
    {Part::package, "ТипыЦен", Part::price_types},
    {Part::price_types, "ТипЦены", Part::price_type},
    {Part::classifier, "Склады", Part::warehouses},
    {Part::package, "Склады", Part::warehouses},
    {Part::warehouses, "Склад", Part::warehouse},
    {Part::catalogue, "Товары", Part::products},
    {Part::products, "Товар", Part::product},
    {Part::package, "Предложения", Part::offers},
    {Part::offers, "Предложение", Part::offer},
});

Part part_of(Part parent, Node node) {
    const auto* const found = std::find_if(steps.begin(), steps.end(), [&](const Step& step) {
        return step.from == parent && step.name == view(node->name);
    });
    return found == steps.end() ? Part::nothing : found->to;
}

bool is_frame(Part part) {
    return part >= Part::root && part <= Part::container;
}

class Finder {
  public:
    ExpectedContent find(Node root) {
        if (root == nullptr || view(root->name) != "КоммерческаяИнформация") {
            return std::move(m_content);
        }
        m_content.is_commerceml = true;
        walk(root);
        return std::move(m_content);
    }

  private:
    /// All elements in the order of their start tags. Groups are nested thousands deep: no recursion.
    void walk(Node root) {
        std::vector<Part> parts{Part::root};
        std::size_t element = 0;
        take(root, Part::root, element);
        for (Node node = root;;) {
            Node next = first_element(node->children);
            if (next != nullptr) {
                parts.push_back(part_of(parts.back(), next));
            } else {
                while (node != root && first_element(node->next) == nullptr) {
                    node = node->parent;
                    parts.pop_back();
                }
                if (node == root) {
                    return;
                }
                next = first_element(node->next);
                parts.pop_back();
                parts.push_back(part_of(parts.back(), next));
            }
            node = next;
            take(node, parts.back(), ++element);
        }
    }

    static Node first_element(Node node) {
        while (node != nullptr && !is_element(node)) {
            node = node->next;
        }
        return node;
    }

    void take(Node node, Part part, std::size_t element) {
        if (is_frame(part)) {
            m_content.text_between = m_content.text_between || has_text(node);
        }
        std::optional<Record> record = record_of(node, part);
        if (record) {
            const bool one_line = node->properties == nullptr && node->nsDef == nullptr;
            m_content.records.push_back({.record = std::move(*record),
                                         .element = element,
                                         .line = static_cast<std::size_t>(xmlGetLineNo(node)),
                                         .one_line = one_line});
        }
    }

    static bool has_text(Node frame) {
        for (Node child = frame->children; child != nullptr; child = child->next) {
            const bool blank = view(child->content).find_first_not_of(" \t\r\n") == std::string_view::npos;
            if (child->type == XML_CDATA_SECTION_NODE || (child->type == XML_TEXT_NODE && !blank)) {
                return true;
            }
        }
        return false;
    }

    std::optional<Record> record_of(Node node, Part part) {
        switch (part) {
            case Part::classifier:
                return announced<Classifier>(node, part);
            case Part::catalogue:
                return announced<Catalogue>(node, part);
            case Part::package:
                return announced<OfferPackage>(node, part);
            case Part::group:
                return group(node);
            case Part::property:
                return property(node);
            case Part::unit:
                return Unit{.id = id_in(node),
                            .code = first_in(node, "Код"),
                            .full_name = first_in(node, "НаименованиеПолное"),
                            .short_name = first_in(node, "НаименованиеКраткое")};
            case Part::price_type:
                return price_type(node);
            case Part::warehouse:
                return Warehouse{.id = id_in(node), .name = first_in(node, "Наименование")};
            case Part::product:
                return product(node);
            case Part::offer:
                return offer(node);
            case Part::contragent:
                return contragent(node);
            case Part::document:
                return document(node);
            default:
                return std::nullopt;
        }
    }

    // Texts.

    std::string text_of(Node node) {
        std::string text;
        bool elements = false;
        for (Node child = node->children; child != nullptr; child = child->next) {
            elements = elements || is_element(child);
            if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
                text += view(child->content);
            }
        }
        std::string tidy = tidied(text);
        m_content.mixed_text = m_content.mixed_text || (elements && !tidy.empty());
        return tidy;
    }

    Text maybe_text(Node node) { return node == nullptr ? std::nullopt : Text{text_of(node)}; }
    /// What is said last counts.
    Text last_in(Node parent, Names names) { return maybe_text(last(elements_in(parent, names))); }
    Text first_in(Node parent, std::string_view name) {
        return parent == nullptr ? std::nullopt : maybe_text(first(elements_in(parent, {name})));
    }
    std::string id_in(Node parent, std::string_view name = "Ид") {
        return first_in(parent, name).value_or("");
    }
    std::string last_id_in(Node parent) { return last_in(parent, {"Ид"}).value_or(""); }

    static Text attribute(Node node, std::string_view name) {
        for (const xmlAttr* one = node->properties; one != nullptr; one = one->next) {
            if (one->ns == nullptr && view(one->name) == name) {
                xmlChar* const value = xmlNodeListGetString(node->doc, one->children, 1);
                Text text{tidied(view(value))};
                xmlFree(value);
                return text;
            }
        }
        return std::nullopt;
    }

    static bool is_true(std::string_view text) {
        const std::string small = folded(text);
        return small == "true" || small == "1" || small == "да" || small == "истина";
    }
    static bool means_deleted(std::string_view text) {
        const std::string small = folded(text);
        return small == "удален" || small == "удалён" || small == "удалена";
    }
    bool is_marked_deleted(Node node) {
        bool marked = means_deleted(attribute(node, "Статус").value_or(""));
        for (const Node child : elements_in(node, {"ПометкаУдаления"})) {
            marked = is_true(text_of(child)) || marked;
        }
        for (const Node child : elements_in(node, {"Статус"})) {
            marked = means_deleted(text_of(child)) || marked;
        }
        return marked;
    }

    // Frames.

    static bool holds_record(Node node, Part part) {
        const std::vector<Node> children = elements_in(node);
        return std::any_of(children.begin(), children.end(), [&](Node child) {
            const Part inner = part_of(part, child);
            return inner == Part::group || inner > Part::container;
        });
    }

    /// What stands before the first object counts.
    template <typename Announced>
    Record announced(Node node, Part part) {
        Announced record;
        record.only_changes = attribute(node, "СодержитТолькоИзменения");
        for (const Node child : elements_in(node)) {
            if (is_frame(part_of(part, child))) {
                if (holds_record(child, part_of(part, child))) {
                    break;
                }
                continue;
            }
            const std::string_view name = view(child->name);
            if (name == "Ид") {
                record.id = text_of(child);
            } else if (name == "Наименование") {
                record.name = text_of(child);
            } else if (name == "СодержитТолькоИзменения") {
                record.only_changes = text_of(child);
            }
            if constexpr (!std::is_same_v<Announced, Classifier>) {
                if (name == "ИдКлассификатора") {
                    record.classifier_id = text_of(child);
                }
            }
            if constexpr (std::is_same_v<Announced, OfferPackage>) {
                if (name == "ИдКаталога") {
                    record.catalogue_id = text_of(child);
                }
            }
        }
        return record;
    }

    Record group(Node node) {
        Group record{.id = last_id_in(node),
                     .name = last_in(node, {"Наименование"}),
                     .description = last_in(node, {"Описание"}),
                     .parent_id = {},
                     .depth = 0,
                     .marked_deleted = is_marked_deleted(node)};
        m_content.changing_groups = m_content.changing_groups || elements_in(node, {"Ид"}).size() > 1;
        for (Node outer = node->parent->parent; is_one_of(outer, {"Группа"}); outer = outer->parent->parent) {
            if (record.depth++ == 0) {
                record.parent_id = last_id_in(outer);
            }
        }
        return record;
    }

    // Records.

    Record property(Node node) {
        Property record;
        record.id = last_id_in(node);
        record.name = last_in(node, {"Наименование"});
        record.value_type = last_in(node, {"ТипЗначений"});
        record.multiple = last_in(node, {"Множественное"});
        for (const Node list : elements_in(node, {"ВариантыЗначений"})) {
            for (const Node item : elements_in(list, {"Справочник", "ВариантЗначения", "Значение"})) {
                if (is_one_of(item, {"Значение"})) {
                    record.variants.push_back({.id = {}, .value = text_of(item)});
                } else {
                    Text id = first_in(item, "ИдЗначения");
                    record.variants.push_back(
                        {.id = id ? *id : id_in(item), .value = id_in(item, "Значение")});
                }
            }
        }
        record.marked_deleted = is_marked_deleted(node);
        return record;
    }

    Record price_type(Node node) {
        const Node tax = first(elements_in(node, {"Налог"}));
        return PriceType{.id = id_in(node),
                         .name = first_in(node, "Наименование"),
                         .currency = first_in(node, "Валюта"),
                         .tax_name = first_in(tax, "Наименование"),
                         .tax_included = first_in(tax, "УчтеноВСумме")};
    }

    std::optional<BaseUnit> base_unit(Node node) {
        if (node == nullptr) {
            return std::nullopt;
        }
        const auto either = [&](const char* name) {
            Text said = attribute(node, name);
            return said ? said : first_in(node, name);
        };
        BaseUnit unit{
            .code = either("Код"), .name = text_of(node), .full_name = either("НаименованиеПолное")};
        if (unit.name->empty()) {
            unit.name = either("НаименованиеКраткое");
        }
        const bool number = unit.name && !unit.name->empty() &&
                            unit.name->find_first_not_of("0123456789") == std::string::npos;
        if (!unit.code && number) {
            unit.code = unit.name;
        }
        return unit;
    }

    std::vector<Product::Tax> taxes(Node list) {
        std::vector<Product::Tax> found;
        if (list != nullptr) {
            for (const Node item : elements_in(list, {"СтавкаНалога", "Налог"})) {
                found.push_back({.name = id_in(item, "Наименование"), .rate = id_in(item, "Ставка")});
            }
        }
        return found;
    }

    std::vector<Product::Requisite> requisites(Node parent) {
        std::vector<Product::Requisite> found;
        for (const Node list : elements_in(parent, {"ЗначенияРеквизитов"})) {
            for (const Node item : elements_in(list, {"ЗначениеРеквизита"})) {
                found.push_back({.name = last_in(item, {"Наименование"}).value_or(""),
                                 .value = last_in(item, {"Значение"})});
            }
        }
        return found;
    }

    std::vector<Product::Characteristic> characteristics(Node list) {
        std::vector<Product::Characteristic> found;
        if (list != nullptr) {
            for (const Node item : elements_in(list, {"ХарактеристикаТовара"})) {
                found.push_back({.id = id_in(item),
                                 .name = id_in(item, "Наименование"),
                                 .value = id_in(item, "Значение")});
            }
        }
        return found;
    }

    Record product(Node node) {
        Product record;
        record.id = last_id_in(node);
        record.name = last_in(node, {"Наименование"});
        record.article = last_in(node, {"Артикул"});
        record.barcode = last_in(node, {"Штрихкод", "ШтрихКод"});
        if (const Node description = last(elements_in(node, {"Описание"}))) {
            record.description = text_of(description);
            record.description_is_html = is_true(attribute(description, "ФорматHTML").value_or(""));
        }
        record.base_unit = base_unit(last(elements_in(node, {"БазоваяЕдиница"})));
        if (const Node groups = last(elements_in(node, {"Группы"}))) {
            record.group_ids.emplace();
            for (const Node item : elements_in(groups, {"Ид"})) {
                record.group_ids->push_back(text_of(item));
            }
        }
        record.taxes = taxes(last(elements_in(node, {"СтавкиНалогов"})));
        add_property_values(node, record);
        record.requisites = requisites(node);
        record.characteristics = characteristics(last(elements_in(node, {"ХарактеристикиТовара"})));
        for (const Node picture : elements_in(node, {"Картинка"})) {
            if (std::string path = text_of(picture); !path.empty()) {
                record.pictures.push_back(
                    {.path = std::move(path), .caption = attribute(picture, "Описание")});
            }
        }
        record.full_name = full_name(node, record.requisites);
        record.marked_deleted = is_marked_deleted(node);
        return record;
    }

    void add_property_values(Node node, Product& record) {
        for (const Node list : elements_in(node, {"ЗначенияСвойств"})) {
            for (const Node item : elements_in(list, {"ЗначенияСвойства"})) {
                Product::PropertyValue& value = record.property_values.emplace_back();
                value.id = last_id_in(item);
                for (const Node one : elements_in(item, {"Значение"})) {
                    value.values.push_back(text_of(one));
                }
            }
        }
    }

    Text full_name(Node node, const std::vector<Product::Requisite>& requisites) {
        Text said = last_in(node, {"ПолноеНаименование"});
        if (said && !said->empty()) {
            return said;
        }
        for (const Product::Requisite& requisite : requisites) {
            const std::string name = squeezed_name(requisite.name);
            if ((name == "полноенаименование" || name == "повненайменування") &&
                !requisite.value.value_or("").empty()) {
                return requisite.value;
            }
        }
        return said;
    }

    static std::string squeezed_name(std::string_view name) {
        std::string small = folded(name);
        small.erase(std::remove(small.begin(), small.end(), ' '), small.end());
        return small;
    }

    Record offer(Node node) {
        Offer record;
        record.id = last_id_in(node);
        const std::string characteristic = last_in(node, {"ИдХарактеристики"}).value_or("");
        if (!record.id.empty() && !characteristic.empty() && record.id.find('#') == std::string::npos) {
            record.id += "#" + characteristic;
        }
        record.name = last_in(node, {"Наименование"});
        record.article = last_in(node, {"Артикул"});
        record.barcode = last_in(node, {"Штрихкод", "ШтрихКод"});
        record.base_unit = base_unit(last(elements_in(node, {"БазоваяЕдиница"})));
        record.characteristics = characteristics(last(elements_in(node, {"ХарактеристикиТовара"})));
        if (const Node prices = last(elements_in(node, {"Цены"}))) {
            record.prices.emplace();
            for (const Node item : elements_in(prices, {"Цена"})) {
                record.prices->push_back({.type_id = last_in(item, {"ИдТипаЦены"}).value_or(""),
                                          .value = last_in(item, {"ЦенаЗаЕдиницу"}),
                                          .currency = last_in(item, {"Валюта"}),
                                          .unit = last_in(item, {"Единица"}),
                                          .coefficient = last_in(item, {"Коэффициент"}),
                                          .minimum_quantity = last_in(item, {"МинКоличество"})});
            }
        }
        record.quantity = last_in(node, {"Количество"});
        for (const Node child : elements_in(node, {"Склад", "Склады", "Остатки", "Остаток"})) {
            add_stock(child, record.stock);
        }
        record.marked_deleted = is_marked_deleted(node);
        return record;
    }

    void add_stock(Node node, std::vector<Offer::Stock>& stock) {
        if (is_one_of(node, {"Склад"})) {
            Text id = attribute(node, "ИдСклада");
            id = id ? id : first_in(node, "Ид");
            id = id ? id : first_in(node, "ИдСклада");
            Text quantity = attribute(node, "КоличествоНаСкладе");
            quantity = quantity ? quantity : first_in(node, "Количество");
            quantity = quantity ? quantity : first_in(node, "КоличествоНаСкладе");
            stock.push_back({.warehouse_id = id.value_or(""), .quantity = quantity});
            return;
        }
        for (const Node child : elements_in(node, {"Количество", "Склад", "Остаток"})) {
            if (is_one_of(child, {"Количество"})) {
                stock.push_back({.warehouse_id = {}, .quantity = text_of(child)});
            } else {
                add_stock(child, stock);
            }
        }
    }

    Contragent contragent(Node node) {
        Contragent record;
        record.id = last_id_in(node);
        record.name = last_in(node, {"Наименование"});
        record.official_name = last_in(node, {"ОфициальноеНаименование"});
        record.full_name = last_in(node, {"ПолноеНаименование"});
        record.last_name = last_in(node, {"Фамилия"});
        record.first_name = last_in(node, {"Имя"});
        record.second_name = last_in(node, {"Отчество"});
        record.birth_date = last_in(node, {"ДатаРождения"});
        record.inn = last_in(node, {"ИНН"});
        record.kpp = last_in(node, {"КПП"});
        for (const Node child : elements_in(node, {"ОКПО", "КодПоОКПО", "ЕГРПО"})) {
            std::string okpo = text_of(child);
            if (record.okpo.value_or("").empty()) {
                record.okpo = std::move(okpo);
            }
        }
        record.comment = last_in(node, {"Комментарий"});
        record.role = first_in(node, "Роль");
        const Node legal = last(elements_in(node, {"ЮридическийАдрес"}));
        record.legal_address =
            address(legal != nullptr ? legal : first(elements_in(node, {"АдресРегистрации"})));
        record.address = address(last(elements_in(node, {"Адрес"})));
        add_contacts(node, record);
        add_people_and_banks(node, record);
        record.marked_deleted = is_marked_deleted(node);
        return record;
    }

    std::optional<Contragent::Address> address(Node node) {
        if (node == nullptr) {
            return std::nullopt;
        }
        Contragent::Address found{.text = first_in(node, "Представление"), .fields = {}};
        for (const Node field : elements_in(node, {"АдресноеПоле"})) {
            found.fields.push_back({.type = id_in(field, "Тип"), .value = id_in(field, "Значение")});
        }
        return found;
    }

    void add_contacts(Node node, Contragent& record) {
        if (const Node list = last(elements_in(node, {"Контакты"}))) {
            record.contacts.emplace();
            for (const Node item : elements_in(list, {"Контакт"})) {
                record.contacts->push_back({.type = id_in(item, "Тип"), .value = id_in(item, "Значение")});
            }
        }
    }

    void add_people_and_banks(Node node, Contragent& record) {
        if (const Node list = last(elements_in(node, {"Представители"}))) {
            for (const Node outer : elements_in(list, {"Представитель"})) {
                const Node nested = first(elements_in(outer, {"Контрагент"}));
                const Node person = nested != nullptr ? nested : outer;
                Text relation = first_in(person, "Отношение");
                record.representatives.push_back(
                    {.id = id_in(person),
                     .name = first_in(person, "Наименование"),
                     .relation = relation ? relation : first_in(outer, "Отношение")});
            }
        }
        if (const Node list = last(elements_in(node, {"РасчетныеСчета"}))) {
            for (const Node item : elements_in(list, {"РасчетныйСчет"})) {
                const Node bank = first(elements_in(item, {"Банк"}));
                record.bank_accounts.push_back(
                    {.number = id_in(item, "НомерСчета"),
                     .bank_bic = first_in(bank, "БИК"),
                     .bank_name = first_in(bank, "Наименование"),
                     .correspondent_account = first_in(bank, "СчетКорреспондентский")});
            }
        }
    }

    Record document(Node node) {
        Document record;
        record.id = last_id_in(node);
        record.number = last_in(node, {"Номер"});
        record.date = last_in(node, {"Дата"});
        record.time = last_in(node, {"Время"});
        record.operation = last_in(node, {"ХозОперация"});
        record.role = last_in(node, {"Роль"});
        record.currency = last_in(node, {"Валюта"});
        record.sum = last_in(node, {"Сумма"});
        record.comment = last_in(node, {"Комментарий"});
        for (const Node list : elements_in(node, {"Контрагенты"})) {
            for (const Node item : elements_in(list, {"Контрагент"})) {
                record.contragents.push_back(contragent(item));
            }
        }
        for (const Node list : elements_in(node, {"Товары"})) {
            for (const Node item : elements_in(list, {"Товар"})) {
                record.lines.push_back(line(item));
            }
        }
        record.requisites = requisites(node);
        record.marked_deleted = is_marked_deleted(node);
        for (const Product::Requisite& requisite : record.requisites) {
            const bool mark = folded(requisite.name) == "пометкаудаления";
            record.marked_deleted = record.marked_deleted || (mark && is_true(requisite.value.value_or("")));
        }
        return record;
    }

    Document::Line line(Node node) {
        Document::Line found;
        found.product_id = last_id_in(node);
        found.name = last_in(node, {"Наименование"});
        found.price = last_in(node, {"ЦенаЗаЕдиницу"});
        if (!found.price) {
            found.price = first_in(node, "Цена");
        }
        found.quantity = last_in(node, {"Количество"});
        found.sum = last_in(node, {"Сумма"});
        const Node unit = last(elements_in(node, {"БазоваяЕдиница"}));
        found.base_unit = base_unit(unit != nullptr ? unit : first(elements_in(node, {"Единица"})));
        // What was charged counts more than the product's own rates; of each, the last list that says
        // something.
        const std::vector<Node> charged = elements_in(node, {"Налоги"});
        for (const Node list : charged) {
            if (std::vector<Product::Tax> some = taxes(list); !some.empty()) {
                found.taxes = std::move(some);
            }
        }
        for (const Node list : elements_in(node, {"СтавкиНалогов"})) {
            if (found.taxes.empty()) {
                found.taxes = taxes(list);
            }
        }
        return found;
    }

    ExpectedContent m_content;
};

}  // namespace

ExpectedContent expected_content(const xmlDoc& document) {
    return Finder{}.find(xmlDocGetRootElement(&document));
}

}  // namespace obmen::judges
