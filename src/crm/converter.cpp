#include "crm/converter.hpp"

#include "crm/additions.hpp"
#include "crm/context.hpp"
#include "crm/contragent_conversion.hpp"
#include "crm/document_conversion.hpp"
#include "crm/group_conversion.hpp"
#include "crm/late_groups.hpp"
#include "crm/name_check.hpp"
#include "crm/offer_conversion.hpp"
#include "crm/product_conversion.hpp"
#include "crm/product_tools.hpp"
#include "crm/representative_conversion.hpp"
#include "support/text.hpp"

namespace obmen::crm {

namespace {

void remember_price_type(References& references, const commerceml::PriceType& type) {
    references.remember_price_type(reference_id(type.id), {type.name.value_or(""), type.currency.value_or(""),
                                                           type.tax_included.value_or("")});
}

/// A unit of 2.x has no Ид: then its code stands for it.
void remember_unit(References& references, const commerceml::Unit& unit) {
    const std::string code = unit.code.value_or("");
    const std::string id = reference_id(trimmed(unit.id).empty() ? code : unit.id);
    const commerceml::Text& name = is_filled(unit.short_name) ? unit.short_name : unit.full_name;
    if (!id.empty()) {
        references.remember_unit(id, {code, name.value_or("")});
    }
}

}  // namespace

struct Converter::State {
    Context context;
    ProductTools products;
    NameCheck names;
    LateGroups late_groups;
    bool has_variant_like_product = false;  ///< a Товар whose Ид is a variant's came, and was converted

    State(const Mapping& mapping, References& references, ConversionSinks sinks)
        : context(mapping, references, std::move(sinks)),
          products(context),
          names(context),
          late_groups(context) {}
};

namespace {

/// Hands a record to the conversion of its kind. An object without an Ид has been reported by `checks/`;
/// nothing can be made of it.
struct Dispatch {
    Context& context;
    ProductTools& products;
    NameCheck& names;
    LateGroups& late_groups;
    const std::string& file;
    Place place;

    [[nodiscard]] Origin origin(const std::string& id) const { return {id, file, place}; }

    void operator()(const commerceml::Group& group) const {
        names.saw(group);
        if (!group.id.empty()) {
            convert_group(context, late_groups, group, origin(group.id));
        }
    }
    void operator()(const commerceml::Product& product) const {
        names.saw(product);
        if (!product.id.empty()) {
            convert_product(products, product, origin(product.id));
        }
    }
    void operator()(const commerceml::Offer& offer) const {
        if (!offer.id.empty()) {
            convert_offer(products, offer, origin(offer.id));
        }
    }
    void operator()(const commerceml::Contragent& contragent) const {
        if (!contragent.id.empty()) {
            convert_contragent(context, contragent, origin(contragent.id));
        }
    }
    void operator()(const commerceml::Document& document) const {
        if (!document.id.empty()) {
            convert_document(context, document, origin(document.id));
        }
    }
    void operator()(const commerceml::PriceType& type) const {
        names.saw(type);
        if (!type.id.empty()) {
            remember_price_type(context.references(), type);
        }
    }
    void operator()(const commerceml::Unit& unit) const { remember_unit(context.references(), unit); }
    void operator()(const commerceml::Property& property) const {
        names.saw(property);
        products.properties.declare(property, origin(property.id));
    }
    void operator()(const commerceml::Warehouse& warehouse) const {
        names.saw(warehouse);
        if (!warehouse.id.empty()) {
            context.references().remember_fact(References::FactKind::warehouse, reference_id(warehouse.id),
                                               {tidied(warehouse.name.value_or(""))});
        }
    }
    void operator()(const commerceml::Classifier& /*announcement*/) const {}
    void operator()(const commerceml::Catalogue& catalogue) const { names.saw(catalogue); }
    void operator()(const commerceml::OfferPackage& offers) const {
        products.variants.begin_offers(context.is_whole(offers.only_changes));
    }
};

}  // namespace

Converter::Converter(const Mapping& mapping, References& references, ConversionSinks sinks)
    : m_state(std::make_unique<State>(mapping, references, std::move(sinks))) {}

Converter::~Converter() = default;

void Converter::begin_file(std::string_view schema_version) {
    m_state->context.begin_file(schema_version);
    m_state->products.variants.begin_offers(false);
}

void Converter::convert(const commerceml::LocatedRecord& record, const std::string& file) {
    m_state->context.begin_record();
    if (const auto* product = std::get_if<commerceml::Product>(&record.record)) {
        m_state->has_variant_like_product =
            m_state->has_variant_like_product || product->id.find('#') != std::string::npos;
    }
    std::visit(Dispatch{m_state->context, m_state->products, m_state->names, m_state->late_groups, file,
                        record.place},
               record.record);
}

Converter::Trace Converter::last() const {
    return {m_state->context.is_quiet(), m_state->context.additions()};
}

bool Converter::may_pass_over() const {
    const ProductTools& tools = m_state->products;
    return tools.filter.is_open() && !tools.filter.was_used() && !tools.variants.fold_now() &&
           !tools.rules.keeps_values() && !m_state->names.looks_at_products();
}

bool Converter::pass_over(const commerceml::RecordOutline& outline, const std::vector<bool>& pictures) {
    ProductTools& tools = m_state->products;
    if (!outline.is_offer) {
        if (tools.pictures.are_sent()) {
            tools.pictures.pass_over(outline.id, outline.pictures, pictures);
        }
        return true;
    }
    const std::size_t hash = outline.id.find('#');
    if (hash != std::string::npos && hash != 0 && hash + 1 != outline.id.size()) {
        const std::string parent(trimmed(std::string_view(outline.id).substr(0, hash)));
        // Offers of the portal get what their product says of them with their own records only.
        if (m_state->has_variant_like_product || tools.variants.are_offers() || tools.variants.are_folded() ||
            tools.variants.is_made_by_offer(parent)) {
            return false;
        }
        tools.variants.saw_variant_of(parent);
    }
    tools.variants.saw_offer();
    return true;
}

void Converter::add_again(const std::string& additions, std::uint64_t times, const std::string& id,
                          const std::string& file, const Place& place) {
    read_additions(additions, {[&](std::string_view element, std::uint64_t count) {
                                   m_state->context.count_unsent(element, count * times);
                               },
                               [&](std::string_view property) {
                                   m_state->products.properties.use_again(property, {id, file, place});
                               }});
}

bool Converter::sends_pictures() const {
    return m_state->products.pictures.are_sent();
}

void Converter::settle() {
    m_state->late_groups.settle();
}

void Converter::finish() {
    release_representatives(m_state->context);
    m_state->late_groups.finish(m_state->products);
    m_state->context.tell_unknown_groups();
    m_state->products.properties.finish();
    m_state->products.variants.finish();
    m_state->names.finish();
    m_state->products.prices.tell_not_chosen();
    m_state->products.pictures.tell_missing();
    m_state->context.tell_unsent();
}

}  // namespace obmen::crm
