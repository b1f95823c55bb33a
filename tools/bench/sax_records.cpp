#include "sax_records.hpp"

#include <stdexcept>

#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::bench {

namespace {

using State = SaxRecords::State;

struct Step {
    State from;
    std::string_view name;
    State to;
};

constexpr auto steps = std::to_array<Step>({
    {State::document, "КоммерческаяИнформация", State::root},
    {State::root, "Классификатор", State::classifier},
    {State::root, "Каталог", State::catalogue},
    {State::root, "ПакетПредложений", State::package},

    {State::classifier, "Группы", State::groups},
    {State::classifier, "Свойства", State::properties},
    {State::classifier, "ТипыЦен", State::price_types},
    {State::groups, "Группа", State::group},
    {State::group, "Ид", State::group_id},
    {State::group, "Наименование", State::group_name},
    {State::group, "Группы", State::groups},
    {State::properties, "Свойство", State::property},
    {State::property, "Ид", State::property_id},
    {State::property, "Наименование", State::property_name},
    {State::property, "ТипЗначений", State::property_type},
    {State::property, "ВариантыЗначений", State::variants},
    {State::variants, "Справочник", State::variant},
    {State::variant, "ИдЗначения", State::variant_id},
    {State::variant, "Значение", State::variant_value},
    {State::price_types, "ТипЦены", State::price_type},
    {State::price_type, "Ид", State::price_type_id},
    {State::price_type, "Наименование", State::price_type_name},
    {State::price_type, "Валюта", State::price_type_currency},

    {State::catalogue, "Товары", State::products},
    {State::products, "Товар", State::product},
    {State::product, "Ид", State::product_id},
    {State::product, "Наименование", State::product_name},
    {State::product, "ПолноеНаименование", State::product_full_name},
    {State::product, "Артикул", State::product_article},
    {State::product, "Штрихкод", State::product_barcode},
    {State::product, "Описание", State::product_description},
    {State::product, "Картинка", State::product_picture},
    {State::product, "БазоваяЕдиница", State::product_unit},
    {State::product, "Группы", State::product_groups},
    {State::product_groups, "Ид", State::product_group},
    {State::product, "ЗначенияСвойств", State::property_values},
    {State::property_values, "ЗначенияСвойства", State::property_value},
    {State::property_value, "Ид", State::value_id},
    {State::property_value, "Значение", State::value},
    {State::product, "СтавкиНалогов", State::taxes},
    {State::taxes, "СтавкаНалога", State::tax},
    {State::tax, "Наименование", State::tax_name},
    {State::tax, "Ставка", State::tax_rate},
    {State::product, "ЗначенияРеквизитов", State::requisites},
    {State::requisites, "ЗначениеРеквизита", State::requisite},
    {State::requisite, "Наименование", State::requisite_name},
    {State::requisite, "Значение", State::requisite_value},
    {State::product, "ХарактеристикиТовара", State::characteristics},
    {State::characteristics, "ХарактеристикаТовара", State::characteristic},
    {State::characteristic, "Ид", State::characteristic_id},
    {State::characteristic, "Наименование", State::characteristic_name},
    {State::characteristic, "Значение", State::characteristic_value},

    {State::package, "ТипыЦен", State::price_types},
    {State::package, "Предложения", State::offers},
    {State::offers, "Предложение", State::offer},
    {State::offer, "Ид", State::offer_id},
    {State::offer, "Наименование", State::offer_name},
    {State::offer, "Артикул", State::offer_article},
    {State::offer, "Штрихкод", State::offer_barcode},
    {State::offer, "БазоваяЕдиница", State::offer_unit},
    {State::offer, "ХарактеристикиТовара", State::characteristics},
    {State::offer, "Цены", State::prices},
    {State::prices, "Цена", State::price},
    {State::price, "ИдТипаЦены", State::price_type_of_price},
    {State::price, "ЦенаЗаЕдиницу", State::price_value},
    {State::price, "Валюта", State::price_currency},
    {State::price, "Единица", State::price_unit},
    {State::price, "Коэффициент", State::price_coefficient},
    {State::price, "МинКоличество", State::price_minimum},
    {State::offer, "Количество", State::offer_quantity},
    {State::offer, "Склад", State::offer_stock},
});

std::size_t slot_of(std::string_view name, std::size_t slots) {
    return static_cast<std::size_t>(quick_hash(name)) % slots;
}

}  // namespace

SaxRecords::SaxRecords(RecordsDigest& digest) : m_digest(digest), m_names(1), m_open{State::document} {
    for (const Step& step : steps) {
        learn(step.from, step.name, step.to);
    }
}

void SaxRecords::learn(State from, std::string_view name, State to) {
    std::uint8_t number = number_of(name);
    if (number == 0) {
        if (m_names.size() == most_names) {
            throw std::logic_error("more names than SaxRecords has room for");
        }
        std::size_t slot = slot_of(name, slots);
        while (m_slots.at(slot) != 0) {
            slot = (slot + 1) % slots;
        }
        number = static_cast<std::uint8_t>(m_names.size());
        m_slots.at(slot) = number;
        m_names.push_back(name);
    }
    m_meanings.at(static_cast<std::size_t>(from)).at(number) = to;
}

std::uint8_t SaxRecords::number_of(std::string_view name) const {
    for (std::size_t slot = slot_of(name, slots); m_slots[slot] != 0; slot = (slot + 1) % slots) {
        if (m_names[m_slots[slot]] == name) {
            return m_slots[slot];
        }
    }
    return 0;
}

void SaxRecords::begin(std::string_view name) {
    const State parent = m_open.back();
    // Nothing inside an unknown element means anything: its row of the table is empty.
    const State state = parent == State::ignored
                            ? State::ignored
                            : m_meanings[static_cast<std::size_t>(parent)][number_of(name)];
    m_open.push_back(state);
    m_text.clear();
    if (state >= State::offers) {
        m_target = begin_offer(state);
    } else if (state >= State::products) {
        m_target = begin_product(state);
    } else {
        m_target = begin_classifier(state);
    }
}

std::string* SaxRecords::begin_classifier(State state) {
    switch (state) {
        case State::groups:
            if (!m_groups.empty()) {
                give_group();
            }
            return nullptr;
        case State::group: {
            commerceml::Group group;
            group.parent_id = m_groups.empty() ? std::string{} : m_groups.back().group.id;
            group.depth = static_cast<std::uint32_t>(m_groups.size());
            m_groups.push_back({.group = std::move(group)});
            return nullptr;
        }
        case State::group_id:
            return &m_groups.back().group.id;
        case State::group_name:
            return &m_groups.back().group.name.emplace();
        case State::property:
            m_property = {};
            return nullptr;
        case State::property_id:
            return &m_property.id;
        case State::property_name:
            return &m_property.name.emplace();
        case State::property_type:
            return &m_property.value_type.emplace();
        case State::variant:
            m_property.variants.emplace_back();
            return nullptr;
        case State::variant_id:
            return &m_property.variants.back().id;
        case State::variant_value:
            return &m_property.variants.back().value;
        case State::price_type:
            m_price_type = {};
            return nullptr;
        case State::price_type_id:
            return &m_price_type.id;
        case State::price_type_name:
            return &m_price_type.name.emplace();
        case State::price_type_currency:
            return &m_price_type.currency.emplace();
        default:
            return nullptr;
    }
}

std::string* SaxRecords::begin_product(State state) {
    switch (state) {
        case State::product:
            m_product = {};
            m_in_offer = false;
            return nullptr;
        case State::product_id:
            return &m_product.id;
        case State::product_name:
            return &m_product.name.emplace();
        case State::product_full_name:
            return &m_product.full_name.emplace();
        case State::product_article:
            return &m_product.article.emplace();
        case State::product_barcode:
            return &m_product.barcode.emplace();
        case State::product_description:
            return &m_product.description.emplace();
        case State::product_picture:
            return &m_product.pictures.emplace_back().path;
        case State::product_unit:
            return &m_product.base_unit.emplace().name.emplace();
        case State::product_groups:
            m_product.group_ids.emplace();
            return nullptr;
        case State::product_group:
            return &m_product.group_ids->emplace_back();
        case State::property_value:
            m_product.property_values.emplace_back();
            return nullptr;
        case State::value_id:
            return &m_product.property_values.back().id;
        case State::value:
            return &m_product.property_values.back().values.emplace_back();
        case State::tax:
            m_product.taxes.emplace_back();
            return nullptr;
        case State::tax_name:
            return &m_product.taxes.back().name;
        case State::tax_rate:
            return &m_product.taxes.back().rate;
        case State::requisite:
            m_product.requisites.emplace_back();
            return nullptr;
        case State::requisite_name:
            return &m_product.requisites.back().name;
        case State::requisite_value:
            return &m_product.requisites.back().value.emplace();
        case State::characteristic:
            (m_in_offer ? m_offer.characteristics : m_product.characteristics).emplace_back();
            return nullptr;
        case State::characteristic_id:
            return &(m_in_offer ? m_offer.characteristics : m_product.characteristics).back().id;
        case State::characteristic_name:
            return &(m_in_offer ? m_offer.characteristics : m_product.characteristics).back().name;
        case State::characteristic_value:
            return &(m_in_offer ? m_offer.characteristics : m_product.characteristics).back().value;
        default:
            return nullptr;
    }
}

std::string* SaxRecords::begin_offer(State state) {
    switch (state) {
        case State::offer:
            m_offer = {};
            m_in_offer = true;
            return nullptr;
        case State::offer_id:
            return &m_offer.id;
        case State::offer_name:
            return &m_offer.name.emplace();
        case State::offer_article:
            return &m_offer.article.emplace();
        case State::offer_barcode:
            return &m_offer.barcode.emplace();
        case State::offer_unit:
            return &m_offer.base_unit.emplace().name.emplace();
        case State::prices:
            m_offer.prices.emplace();
            return nullptr;
        case State::price:
            m_offer.prices->emplace_back();
            return nullptr;
        case State::price_type_of_price:
            return &m_offer.prices->back().type_id;
        case State::price_value:
            return &m_offer.prices->back().value.emplace();
        case State::price_currency:
            return &m_offer.prices->back().currency.emplace();
        case State::price_unit:
            return &m_offer.prices->back().unit.emplace();
        case State::price_coefficient:
            return &m_offer.prices->back().coefficient.emplace();
        case State::price_minimum:
            return &m_offer.prices->back().minimum_quantity.emplace();
        case State::offer_quantity:
            return &m_offer.quantity.emplace();
        case State::offer_stock:
            m_offer.stock.emplace_back();
            return nullptr;
        default:
            return nullptr;
    }
}

void SaxRecords::attribute(std::string_view name, std::string_view value) {
    const State state = m_open.back();
    if (state == State::product_unit || state == State::offer_unit) {
        commerceml::BaseUnit& unit = state == State::product_unit ? *m_product.base_unit : *m_offer.base_unit;
        if (name == "Код") {
            unit.code = tidied(value);
        } else if (name == "НаименованиеПолное") {
            unit.full_name = tidied(value);
        }
    } else if (state == State::offer_stock) {
        if (name == "ИдСклада") {
            m_offer.stock.back().warehouse_id = tidied(value);
        } else if (name == "КоличествоНаСкладе") {
            m_offer.stock.back().quantity = tidied(value);
        }
    } else if (state == State::product_description) {
        if (name == "ФорматHTML") {
            m_product.description_is_html = value == "true";
        }
    }
}

void SaxRecords::end() {
    if (m_target != nullptr) {
        *m_target = tidied(m_text);
        m_target = nullptr;
    } else {
        end_record(m_open.back());
    }
    m_open.pop_back();
}

void SaxRecords::end_record(State state) {
    switch (state) {
        case State::group:
            give_group();
            m_groups.pop_back();
            break;
        case State::property:
            m_digest.add(m_property);
            break;
        case State::price_type:
            m_digest.add(m_price_type);
            break;
        case State::product:
            finish_product();
            m_digest.add(m_product);
            break;
        case State::offer:
            m_digest.add(m_offer);
            break;
        default:
            break;
    }
}

void SaxRecords::give_group() {
    OpenGroup& open = m_groups.back();
    if (!open.given) {
        m_digest.add(open.group);
        open.given = true;
    }
}

void SaxRecords::finish_product() {
    if (m_product.full_name && !m_product.full_name->empty()) {
        return;
    }
    for (const commerceml::Product::Requisite& requisite : m_product.requisites) {
        if (requisite.name == "Полное наименование" && requisite.value && !requisite.value->empty()) {
            m_product.full_name = requisite.value;
            return;
        }
    }
}

}  // namespace obmen::bench
