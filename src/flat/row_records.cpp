#include "flat/row_records.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "commerceml/tax_number.hpp"
#include "flat/units.hpp"
#include "flat/values.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

using commerceml::TaxNumber;
using commerceml::Text;

bool is_filled(const Text& text) {
    return text && !text->empty();
}

/// A row seen through its mapping.
class MappedRow {
  public:
    MappedRow(const FlatMapping& mapping, const Row& row) : m_mapping(mapping), m_row(row) {}

    /// The first filled source, else the constant, else an empty text where a source is present.
    [[nodiscard]] Text text(Field field) const {
        Text found;
        for (const Source& source : m_mapping.sources_of(field)) {
            if (const std::string* value = m_row.find(source)) {
                found = *value;
                if (is_filled(found)) {
                    return found;
                }
            }
        }
        const auto constant = m_mapping.constants.find(field);
        return constant == m_mapping.constants.end() ? found : constant->second;
    }

    [[nodiscard]] std::string text_or_empty(Field field) const { return text(field).value_or(""); }

    /// All the filled values of all sources; nothing where none of them is present.
    [[nodiscard]] std::optional<std::vector<std::string>> all(Field field) const {
        std::optional<std::vector<std::string>> found;
        for (const Source& source : m_mapping.sources_of(field)) {
            for (const Row::Value& value : m_row.values) {
                if (value.source != source) {
                    continue;
                }
                found = found ? std::move(found) : std::vector<std::string>{};
                if (!value.text.empty()) {
                    found->push_back(value.text);
                }
            }
        }
        return found;
    }

    [[nodiscard]] Text number(Field field) const {
        Text value = text(field);
        return is_filled(value) ? Text{normal_number(*value, m_mapping.formats)} : value;
    }
    [[nodiscard]] Text date(Field field) const {
        Text value = text(field);
        return is_filled(value) ? Text{normal_date(*value, m_mapping.formats)} : value;
    }
    [[nodiscard]] bool flag(Field field) const { return is_true(text_or_empty(field), m_mapping.formats); }
    [[nodiscard]] Text value_of(const ExtraColumn& column) const {
        const std::string* value = m_row.find(column.source);
        return value != nullptr ? Text{normal_value(*value, column.type, m_mapping.formats)} : std::nullopt;
    }

    [[nodiscard]] const FlatMapping& mapping() const { return m_mapping; }
    [[nodiscard]] const Row& row() const { return m_row; }

  private:
    const FlatMapping& m_mapping;
    const Row& m_row;
};

/// The group that a product stands in: nothing if the row does not say, empty for the top.
Text group_id_of_product(const MappedRow& row) {
    Text found;
    for (const Field field : {Field::group, Field::parent, Field::group_name}) {
        if (const Text id = row.text(field)) {
            found = reference_or_empty(*id);
            if (is_filled(found)) {
                break;
            }
        }
    }
    return found;
}

std::string parent_of_group(const MappedRow& row) {
    const Text parent = row.text(Field::parent);
    return reference_or_empty(parent ? *parent : row.text_or_empty(Field::group));
}

RowGroup group_row(const MappedRow& row) {
    commerceml::Group group;
    const bool own_id = !row.mapping().sources_of(Field::group_id).empty();
    group.id = row.text_or_empty(own_id ? Field::group_id : Field::id);
    group.name = row.text(Field::name);
    group.description = row.text(Field::description);
    group.parent_id = parent_of_group(row);
    if (group.parent_id == group.id) {
        group.parent_id.clear();
    }
    group.marked_deleted = row.flag(Field::deleted);
    return {std::move(group), true};
}

std::optional<RowGroup> group_named_by_product(const MappedRow& row) {
    const Text name = row.text(Field::group_name);
    const Text id = group_id_of_product(row);
    if (!is_filled(name) || !is_filled(id)) {
        return std::nullopt;
    }
    commerceml::Group group;
    group.id = *id;
    group.name = name;
    return RowGroup{std::move(group), false};
}

std::optional<commerceml::BaseUnit> unit_of(const MappedRow& row) {
    commerceml::BaseUnit unit;
    unit.name = row.text(Field::unit);
    unit.code = row.text(Field::unit_code);
    if (!is_filled(unit.name) && !is_filled(unit.code)) {
        return std::nullopt;
    }
    if (!is_filled(unit.code)) {
        const bool digits = unit.name->find_first_not_of("0123456789") == std::string::npos;
        std::string code = digits ? *unit.name : unit_code_of(*unit.name);
        unit.code = code.empty() ? Text{} : Text{std::move(code)};
    }
    return unit;
}

std::vector<commerceml::Product::PropertyValue> properties_of(const MappedRow& row) {
    std::vector<commerceml::Product::PropertyValue> values;
    for (const ExtraColumn& column : row.mapping().properties) {
        if (Text value = row.value_of(column)) {
            values.push_back({.id = column.name, .values = {std::move(*value)}});
        }
    }
    return values;
}

std::vector<commerceml::Product::Requisite> requisites_of(const MappedRow& row) {
    std::vector<commerceml::Product::Requisite> requisites;
    for (const ExtraColumn& column : row.mapping().requisites) {
        if (Text value = row.value_of(column)) {
            requisites.push_back({.name = column.name, .value = std::move(value)});
        }
    }
    return requisites;
}

commerceml::Product product_of(const MappedRow& row) {
    commerceml::Product product;
    product.id = row.text_or_empty(Field::id);
    product.name = row.text(Field::name);
    product.full_name = row.text(Field::full_name);
    product.article = row.text(Field::article);
    product.barcode = row.text(Field::barcode);
    product.description = row.text(Field::description);
    product.base_unit = unit_of(row);
    if (Text group = group_id_of_product(row)) {
        product.group_ids.emplace();
        if (!group->empty()) {
            product.group_ids->push_back(std::move(*group));
        }
    }
    if (const Text vat = row.text(Field::vat); is_filled(vat)) {
        product.taxes.push_back({.name = "НДС", .rate = *vat});
    }
    product.property_values = properties_of(row);
    product.requisites = requisites_of(row);
    for (std::string& path : row.all(Field::picture).value_or(std::vector<std::string>{})) {
        product.pictures.push_back({.path = std::move(path), .caption = std::nullopt});
    }
    product.marked_deleted = row.flag(Field::deleted);
    return product;
}

/// The filled prices; nothing where no price is present. An empty price is no price.
std::optional<std::vector<commerceml::Offer::Price>> prices_of(const MappedRow& row) {
    std::optional<std::vector<commerceml::Offer::Price>> prices;
    for (const PriceColumn& column : row.mapping().prices) {
        const std::string* value = row.row().find(column.source);
        if (value == nullptr) {
            continue;
        }
        if (!prices) {
            prices.emplace();
        }
        if (!value->empty()) {
            commerceml::Offer::Price& price = prices->emplace_back();
            price.type_id = column.type;
            price.value = normal_number(*value, row.mapping().formats);
            price.currency = column.currency.empty() ? row.text(Field::currency) : Text{column.currency};
        }
    }
    return prices;
}

commerceml::Offer price_and_stock_of(const MappedRow& row) {
    commerceml::Offer offer;
    offer.id = row.text_or_empty(Field::id);
    offer.prices = prices_of(row);
    offer.quantity = row.number(Field::quantity);
    offer.marked_deleted = row.flag(Field::deleted);
    return offer;
}

commerceml::Offer offer_of(const MappedRow& row) {
    commerceml::Offer offer = price_and_stock_of(row);
    offer.name = row.text(Field::name);
    offer.article = row.text(Field::article);
    offer.barcode = row.text(Field::barcode);
    offer.base_unit = unit_of(row);
    return offer;
}

std::optional<std::vector<commerceml::Contragent::Contact>> contacts_of(const MappedRow& row) {
    // The types as the exchange with the site writes them (reference §9).
    constexpr std::array<std::pair<Field, const char*>, 5> types{{{Field::phone, "Телефон рабочий"},
                                                                  {Field::mobile_phone, "Телефон мобильный"},
                                                                  {Field::fax, "Факс"},
                                                                  {Field::email, "Почта"},
                                                                  {Field::website, "ВебСайт"}}};
    std::optional<std::vector<commerceml::Contragent::Contact>> contacts;
    for (const auto& [field, type] : types) {
        if (auto values = row.all(field)) {
            if (!contacts) {
                contacts.emplace();
            }
            for (std::string& value : *values) {
                contacts->push_back({.type = type, .value = std::move(value)});
            }
        }
    }
    return contacts;
}

std::optional<commerceml::Contragent::Address> address_of(const MappedRow& row, Field field) {
    Text text = row.text(field);
    if (!text) {
        return std::nullopt;
    }
    return commerceml::Contragent::Address{.text = std::move(text), .fields = {}};
}

Text number_of(const MappedRow& row, Field field, TaxNumber number) {
    Text text = row.text(field);
    return text ? Text{commerceml::tidy_number(*std::move(text), number)} : text;
}

/// Да, and the names of the enumerations that configurations use: ЮрЛицо, ЮридическоеЛицо, Организация.
bool means_company(const MappedRow& row) {
    const std::string kind = folded(row.text_or_empty(Field::is_company));
    return row.flag(Field::is_company) || kind.starts_with("юр") || kind.starts_with("организац") ||
           kind.starts_with("компани") || kind == "company" || kind.starts_with("legal");
}

commerceml::Contragent contragent_of(const MappedRow& row) {
    commerceml::Contragent contragent;
    contragent.id = row.text_or_empty(Field::id);
    contragent.name = row.text(Field::name);
    contragent.official_name = row.text(Field::official_name);
    contragent.full_name = row.text(Field::full_name);
    if (!is_filled(contragent.official_name) && means_company(row)) {
        contragent.official_name =
            is_filled(contragent.full_name) ? std::exchange(contragent.full_name, {}) : contragent.name;
    }
    contragent.last_name = row.text(Field::last_name);
    contragent.first_name = row.text(Field::first_name);
    contragent.second_name = row.text(Field::second_name);
    contragent.birth_date = row.date(Field::birth_date);
    contragent.inn = number_of(row, Field::inn, TaxNumber::inn);
    contragent.kpp = number_of(row, Field::kpp, TaxNumber::kpp);
    contragent.okpo = number_of(row, Field::okpo, TaxNumber::okpo);
    contragent.comment = row.text(Field::comment);
    contragent.legal_address = address_of(row, Field::legal_address);
    contragent.address = address_of(row, Field::address);
    contragent.contacts = contacts_of(row);
    if (std::string number = row.text_or_empty(Field::account); !number.empty()) {
        contragent.bank_accounts.push_back({.number = std::move(number),
                                            .bank_bic = row.text(Field::bank_bic),
                                            .bank_name = row.text(Field::bank_name),
                                            .correspondent_account = row.text(Field::correspondent_account)});
    }
    contragent.marked_deleted = row.flag(Field::deleted);
    return contragent;
}

const char* value_type_name(ValueType type) {
    switch (type) {
        case ValueType::number:
            return "Число";
        case ValueType::date:
            return "Дата";
        case ValueType::boolean:
            return "Булево";
        case ValueType::text:
            break;
    }
    return "Строка";
}

}  // namespace

std::optional<RowGroup> group_of(const FlatMapping& mapping, const Row& row) {
    const MappedRow mapped(mapping, row);
    if (mapping.record == RecordKind::group) {
        return group_row(mapped);
    }
    if (mapping.record != RecordKind::product) {
        return std::nullopt;
    }
    return mapped.flag(Field::is_group) ? group_row(mapped) : group_named_by_product(mapped);
}

std::vector<commerceml::Record> records_of(const FlatMapping& mapping, const Row& row) {
    const MappedRow mapped(mapping, row);
    std::vector<commerceml::Record> records;
    if (mapping.record == RecordKind::group || mapped.flag(Field::is_group)) {
        return records;
    }
    if (mapping.record == RecordKind::contragent) {
        records.emplace_back(contragent_of(mapped));
        return records;
    }
    if (mapping.record == RecordKind::offer) {
        records.emplace_back(offer_of(mapped));
        return records;
    }
    commerceml::Product product = product_of(mapped);
    commerceml::Offer offer = price_and_stock_of(mapped);
    const bool priced = offer.prices && !offer.prices->empty();
    // A row without a key is one error, not two.
    const bool offered = !product.id.empty() && (priced || is_filled(offer.quantity));
    records.emplace_back(std::move(product));
    if (offered) {
        records.emplace_back(std::move(offer));
    }
    return records;
}

std::vector<commerceml::Record> announcements_of(const FlatMapping& mapping) {
    std::vector<commerceml::Record> records;
    const auto constant = mapping.constants.find(Field::currency);
    for (const PriceColumn& column : mapping.prices) {
        commerceml::PriceType type;
        type.id = column.type;
        type.name = column.type;
        if (!column.currency.empty()) {
            type.currency = column.currency;
        } else if (constant != mapping.constants.end()) {
            type.currency = constant->second;
        }
        records.emplace_back(std::move(type));
    }
    for (const ExtraColumn& column : mapping.properties) {
        commerceml::Property property;
        property.id = column.name;
        property.name = column.name;
        property.value_type = value_type_name(column.type);
        records.emplace_back(std::move(property));
    }
    return records;
}

}  // namespace obmen::flat
