#include "records_digest.hpp"

#include <fmt/format.h>

#include <new>

namespace obmen::bench {

namespace {

constexpr char field_end = '\x1F';
constexpr char list_end = '\x1E';

}  // namespace

RecordsDigest::RecordsDigest(bool with_hash) : m_state(with_hash ? XXH3_createState() : nullptr) {
    if (with_hash && (!m_state || XXH3_64bits_reset(m_state.get()) != XXH_OK)) {
        throw std::bad_alloc();
    }
}

void RecordsDigest::field(const commerceml::Text& value) {
    static const std::string nothing;
    field(value ? *value : nothing);
}

void RecordsDigest::field(const std::string& value) {
    m_bytes += value.size();
    if (m_state) {
        m_record += value;
        m_record += field_end;
    }
}

void RecordsDigest::end_list() {
    if (m_state) {
        m_record += list_end;
    }
}

void RecordsDigest::end_record() {
    if (m_state) {
        m_record += '\n';
        XXH3_64bits_update(m_state.get(), m_record.data(), m_record.size());
        m_record.clear();
    }
}

void RecordsDigest::add_record(const commerceml::Record& record) {
    std::visit(
        [this](const auto& value) {
            if constexpr (requires { add(value); }) {
                add(value);
            }
        },
        record);
}

void RecordsDigest::add(const commerceml::Group& group) {
    ++m_groups;
    field(group.id);
    field(group.name);
    field(group.parent_id);
    end_record();
}

void RecordsDigest::add(const commerceml::Property& property) {
    ++m_properties;
    field(property.id);
    field(property.name);
    field(property.value_type);
    for (const commerceml::Property::Variant& variant : property.variants) {
        field(variant.id);
        field(variant.value);
    }
    end_record();
}

void RecordsDigest::add(const commerceml::PriceType& type) {
    ++m_price_types;
    field(type.id);
    field(type.name);
    field(type.currency);
    end_record();
}

void RecordsDigest::unit(const std::optional<commerceml::BaseUnit>& unit) {
    static const commerceml::BaseUnit none;
    const commerceml::BaseUnit& base = unit ? *unit : none;
    field(base.code);
    field(base.name);
    field(base.full_name);
}

void RecordsDigest::characteristics(const std::vector<commerceml::Product::Characteristic>& all) {
    for (const commerceml::Product::Characteristic& characteristic : all) {
        field(characteristic.id);
        field(characteristic.name);
        field(characteristic.value);
    }
    end_list();
}

void RecordsDigest::add(const commerceml::Product& product) {
    ++m_products;
    field(product.id);
    field(product.name);
    field(product.full_name);
    field(product.article);
    field(product.barcode);
    field(product.description);
    unit(product.base_unit);
    if (product.group_ids) {
        for (const std::string& id : *product.group_ids) {
            field(id);
        }
    }
    end_list();
    for (const commerceml::Product::Tax& tax : product.taxes) {
        field(tax.name);
        field(tax.rate);
    }
    end_list();
    for (const commerceml::Product::PropertyValue& property : product.property_values) {
        field(property.id);
        for (const std::string& value : property.values) {
            field(value);
        }
    }
    end_list();
    for (const commerceml::Product::Requisite& requisite : product.requisites) {
        field(requisite.name);
        field(requisite.value);
    }
    end_list();
    characteristics(product.characteristics);
    for (const commerceml::Product::Picture& picture : product.pictures) {
        field(picture.path);
    }
    end_record();
}

void RecordsDigest::add(const commerceml::Offer& offer) {
    ++m_offers;
    field(offer.id);
    field(offer.name);
    field(offer.article);
    field(offer.barcode);
    unit(offer.base_unit);
    characteristics(offer.characteristics);
    if (offer.prices) {
        for (const commerceml::Offer::Price& price : *offer.prices) {
            field(price.type_id);
            field(price.value);
            field(price.currency);
            field(price.unit);
            field(price.coefficient);
        }
    }
    end_list();
    field(offer.quantity);
    for (const commerceml::Offer::Stock& stock : offer.stock) {
        field(stock.warehouse_id);
        field(stock.quantity);
    }
    end_record();
}

void RecordsDigest::add(const commerceml::Contragent& contragent) {
    ++m_contragents;
    field(contragent.id);
    field(contragent.name);
    field(contragent.official_name);
    field(contragent.inn);
    field(contragent.kpp);
    field(contragent.legal_address ? contragent.legal_address->text : commerceml::Text{});
    if (contragent.contacts) {
        for (const commerceml::Contragent::Contact& contact : *contragent.contacts) {
            field(contact.type);
            field(contact.value);
        }
    }
    end_record();
}

std::string RecordsDigest::text() const {
    const std::uint64_t hash = m_state ? XXH3_64bits_digest(m_state.get()) : 0;
    return fmt::format(
        "groups {} properties {} price_types {} products {} offers {} contragents {} bytes {} hash {:016x}",
        m_groups, m_properties, m_price_types, m_products, m_offers, m_contragents, m_bytes, hash);
}

}  // namespace obmen::bench
