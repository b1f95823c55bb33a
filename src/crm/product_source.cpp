#include "crm/product_source.hpp"

#include "crm/properties.hpp"
#include "support/arithmetic.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using Texts = std::vector<std::string>;

std::optional<Texts> one(const commerceml::Text& text) {
    return text ? std::optional(Texts{*text}) : std::nullopt;
}

std::optional<Texts> unit_text(const std::optional<commerceml::BaseUnit>& unit) {
    if (!unit) {
        return std::nullopt;
    }
    return Texts{is_filled(unit->name)   ? *unit->name
                 : is_filled(unit->code) ? *unit->code
                                         : unit->full_name.value_or("")};
}

std::optional<Texts> characteristic(const std::vector<commerceml::Product::Characteristic>& characteristics,
                                    const SourcePath& path) {
    Texts texts;
    for (const commerceml::Product::Characteristic& characteristic : characteristics) {
        if (path.selector.empty() || folded(tidied(characteristic.name)) == path.folded_selector) {
            texts.push_back(characteristic.value);
        }
    }
    return texts.empty() ? std::nullopt : std::optional(std::move(texts));
}

Texts mark(bool marked_deleted) {
    return {marked_deleted ? "true" : "false"};
}

}  // namespace

std::optional<Texts> ProductSource::values(const SourcePath& path) const {
    switch (path.known) {
        case SourceElement::id:
            return Texts{m_product.id};
        case SourceElement::name:
            return one(m_product.name);
        case SourceElement::full_name:
            return one(m_product.full_name);
        case SourceElement::article:
            return one(m_product.article);
        case SourceElement::barcode:
            return one(m_product.barcode);
        case SourceElement::description:
            return one(m_product.description);
        case SourceElement::requisite:
            return requisite(path);
        case SourceElement::property:
            return property(path);
        case SourceElement::characteristic:
            return characteristic(m_product.characteristics, path);
        case SourceElement::group:
            return group_names();
        case SourceElement::unit:
            return unit_text(m_product.base_unit);
        case SourceElement::vat: {
            const commerceml::Product::Tax* tax = vat_among(m_product.taxes);
            return tax == nullptr ? std::nullopt : std::optional(Texts{tax->rate});
        }
        case SourceElement::picture: {
            Texts paths;
            for (const commerceml::Product::Picture& picture : m_product.pictures) {
                paths.push_back(picture.path);
            }
            return paths.empty() ? std::nullopt : std::optional(std::move(paths));
        }
        case SourceElement::deletion_mark:
            return mark(m_product.marked_deleted);
        default:
            return std::nullopt;
    }
}

std::optional<Texts> ProductSource::property(const SourcePath& path) const {
    for (const commerceml::Product::PropertyValue& value : m_product.property_values) {
        if (m_properties.is_called(value.id, path.folded_selector)) {
            return m_properties.texts_of(value);
        }
    }
    return std::nullopt;
}

std::optional<Texts> ProductSource::requisite(const SourcePath& path) const {
    for (const commerceml::Product::Requisite& requisite : m_product.requisites) {
        if (requisite.value && folded(tidied(requisite.name)) == path.folded_selector) {
            return Texts{*requisite.value};
        }
    }
    return std::nullopt;
}

std::optional<Texts> ProductSource::group_names() const {
    if (!m_product.group_ids) {
        return std::nullopt;
    }
    Texts names;
    for (const std::string& group : *m_product.group_ids) {
        const auto fact = m_context.references().fact(References::FactKind::group, reference_id(group));
        if (fact && !fact->empty() && !fact->front().empty()) {
            names.push_back(fact->front());
        }
    }
    return names;
}

std::optional<Texts> OfferSource::values(const SourcePath& path) const {
    const bool whole = m_voice == OfferVoice::whole;
    switch (path.known) {
        case SourceElement::id:
            return whole ? std::optional(Texts{m_offer.id}) : std::nullopt;
        case SourceElement::name:
            return whole ? one(m_offer.name) : std::nullopt;
        case SourceElement::article:
            return own(m_offer.article);
        case SourceElement::barcode:
            return own(m_offer.barcode);
        case SourceElement::characteristic:
            return whole ? characteristic(m_offer.characteristics, path) : std::nullopt;
        case SourceElement::unit:
            return whole ? unit_text(m_offer.base_unit) : std::nullopt;
        case SourceElement::price:
            return price(path);
        case SourceElement::stock:
            return stock(path);
        case SourceElement::deletion_mark:
            return whole ? std::optional(mark(m_offer.marked_deleted)) : std::nullopt;
        default:
            return std::nullopt;
    }
}

/// What the catalogue says is not to be taken away by an offer that leaves it empty.
std::optional<Texts> OfferSource::own(const commerceml::Text& text) const {
    return m_voice == OfferVoice::whole || is_filled(text) ? one(text) : std::nullopt;
}

std::optional<Texts> OfferSource::price(const SourcePath& path) const {
    if (path.selector.empty()) {
        return m_price ? std::optional(Texts{*m_price}) : std::nullopt;
    }
    for (const commerceml::Offer::Price& price :
         m_offer.prices.value_or(std::vector<commerceml::Offer::Price>{})) {
        if (price.value && m_context.names().means(DataKind::price_type, path.folded_selector,
                                                   reference_id(price.type_id))) {
            return Texts{*price.value};
        }
    }
    return std::nullopt;
}

std::optional<Texts> OfferSource::stock(const SourcePath& path) const {
    if (path.selector.empty()) {
        return one(total_stock(m_offer));
    }
    std::optional<Decimal> total;
    for (const commerceml::Offer::Stock& line : m_offer.stock) {
        if (line.quantity && is_warehouse(line.warehouse_id, path)) {
            const Decimal quantity = Decimal::parse(*line.quantity).value_or(Decimal());
            total = total ? sum(*total, quantity) : quantity;
        }
    }
    return total ? std::optional(Texts{total->text()}) : std::nullopt;
}

bool OfferSource::is_warehouse(const std::string& id, const SourcePath& path) const {
    const std::string key = reference_id(id);
    return !key.empty() && m_context.names().means(DataKind::warehouse, path.folded_selector, key);
}

std::optional<Texts> KeptSource::values(const SourcePath& path) const {
    constexpr auto kind = References::FactKind::source_value;
    const std::string name = path.element + "." + path.folded_selector;
    if (std::optional<Texts> said = m_record.values(path)) {
        m_references.remember_fact(kind, m_object + "|" + name, *said);
        return said;
    }
    std::optional<Texts> kept = m_references.fact(kind, m_object + "|" + name);
    if (!kept && !m_parent.empty()) {
        kept = m_references.fact(kind, m_parent + "|" + name);
    }
    return kept;
}

commerceml::Text total_stock(const commerceml::Offer& offer) {
    if (offer.quantity) {
        return offer.quantity;
    }
    if (offer.stock.empty()) {
        return std::nullopt;
    }
    std::optional<Decimal> total;
    for (const commerceml::Offer::Stock& line : offer.stock) {
        const std::optional<Decimal> quantity = line.quantity ? Decimal::parse(*line.quantity) : std::nullopt;
        if (!quantity) {
            continue;
        }
        if (line.warehouse_id.empty()) {
            return quantity->text();
        }
        total = total ? sum(*total, *quantity) : *quantity;
    }
    return total ? total->text() : std::string{};
}

const commerceml::Product::Tax* vat_among(const std::vector<commerceml::Product::Tax>& taxes) {
    const auto named = std::find_if(taxes.begin(), taxes.end(), [](const commerceml::Product::Tax& tax) {
        return folded(trimmed(tax.name)) == "ндс";
    });
    if (named != taxes.end()) {
        return &*named;
    }
    return taxes.size() == 1 ? &taxes.front() : nullptr;
}

std::optional<std::string> section_of(const commerceml::Product& product) {
    if (!product.group_ids) {
        return std::nullopt;
    }
    return product.group_ids->empty() ? std::string{} : product.group_ids->front();
}

}  // namespace obmen::crm
