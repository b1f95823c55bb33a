#include "crm/product_wish.hpp"

#include "crm/characteristics.hpp"
#include "crm/flag.hpp"
#include "crm/html.hpp"
#include "crm/units.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

bool strips_html(const FieldRule& rule) {
    return std::any_of(rule.transforms.begin(), rule.transforms.end(), [](const Transform& transform) {
        return transform.kind == Transform::Kind::strip_html;
    });
}

/// An offer that only adds to what the catalogue has brought must not make half a value of it.
bool speaks_of(const ProductRule& rule, OfferVoice voice) {
    if (voice == OfferVoice::whole || rule.reads_offer) {
        return true;
    }
    return !rule.reads_product && !rule.reads_several && !rule.rule->sources.empty();
}

}  // namespace

ProductWish::ProductWish(ProductTools& tools, Wish begun, const SourceValues& source, const Origin& origin,
                         std::string parent)
    : wish(std::move(begun)),
      m_tools(tools),
      m_source(source),
      m_origin(origin),
      m_notes(tools.context.notes_for(origin)),
      m_parent(std::move(parent)) {}

bool ProductWish::add_name(const std::vector<commerceml::Product::Characteristic>& characteristics) {
    const ProductRule& rule = m_tools.rules.name;
    const std::string name = joined(texts(rule).value_or(std::vector<std::string>{}));
    if (trimmed(name).empty()) {
        return false;
    }
    FittedName fitted_name = name_with_characteristics(name, characteristics);
    if (fitted_name.grown_to != 0) {
        m_tools.context.warn(
            {"CML-LENGTH",
             {"Наименование", std::to_string(fitted_name.grown_to), std::to_string(longest_name)}},
            m_origin);
    } else if (rule.reads_several && character_count(name) > longest_name) {
        m_notes(
            {"CRM-VALUE-CUT", {"NAME", std::to_string(character_count(name)), std::to_string(longest_name)}});
    }
    add(single_field("name", std::move(fitted_name.text)), rule);
    return true;
}

void ProductWish::add_description(bool is_html) {
    const ProductRule& rule = m_tools.rules.description;
    const std::optional<std::vector<std::string>> values = texts(rule);
    if (!values || (values->empty() && rule.rule->when_empty == WhenEmpty::ignore)) {
        return;
    }
    std::string text = joined(*values);
    const bool html = !text.empty() && !strips_html(*rule.rule) && (is_html || looks_like_html(text));
    add({"description",
         {{"description", std::move(text)}, {"description_type", std::string(html ? "html" : "text")}}},
        rule);
}

void ProductWish::add_section(const std::string& section) {
    const ProductRule& rule = m_tools.rules.section;
    if (applies(rule)) {
        add(single_field("section", link_to_section(m_tools.context, section, m_origin)), rule);
    }
}

std::optional<std::string> ProductWish::add_measure(const std::optional<commerceml::BaseUnit>& unit) {
    const ProductRule& rule = m_tools.rules.measure;
    std::optional<std::string> code;
    if (rule && is_natural(*rule.rule, SourceElement::unit)) {
        code = applies(rule) ? unit_code(m_tools.context, unit, m_origin) : std::nullopt;
    } else if (const std::optional<std::vector<std::string>> values = texts(rule);
               values && !values->empty()) {
        code =
            unit_code(m_tools.context, commerceml::BaseUnit{values->front(), values->front(), {}}, m_origin);
    }
    if (code) {
        add(single_field("measure", MeasureCode{*code}), rule);
    }
    return code;
}

std::optional<VatRate> ProductWish::add_vat() {
    const ProductRule& rule = m_tools.rules.vat;
    const std::optional<std::vector<std::string>> values = texts(rule);
    if (!values || values->empty()) {
        return std::nullopt;
    }
    const std::optional<VatRate> rate = vat_rate(values->front());
    if (rate) {
        add(single_field("vat", *rate), rule);
    } else {
        m_tools.context.warn_once({"CRM-VAT-NAME", {quotable(values->front())}}, m_origin);
    }
    return rate;
}

void ProductWish::add_active(bool marked_deleted) {
    const ProductRule& rule = m_tools.rules.active;
    if (rule && is_natural(*rule.rule, SourceElement::deletion_mark)) {
        if (applies(rule)) {
            add(single_field("active", !marked_deleted), rule);
        }
    } else if (marked_deleted && rule) {
        add(single_field("active", false), rule);
    } else if (const std::optional<bool> active = flag(rule)) {
        add(single_field("active", *active), rule);
    }
}

void ProductWish::add_price(const PriceOutcome& price) {
    const ProductRules& rules = m_tools.rules;
    const bool sends = price.price && rules.price && applies(rules.price);
    // Apart, the prices are an object of their own beside this one (`prices_wish`).
    if (sends && !m_tools.context.mapping().product.prices_apart) {
        add({"price", {{"price", *price.price}, {"currency", Currency{price.currency}}}}, rules.price);
    }
    if (rules.vat_included && is_natural(*rules.vat_included.rule, SourceElement::price)) {
        if (sends && price.vat_included && applies(rules.vat_included)) {
            add(single_field("vat_included", *price.vat_included), rules.vat_included);
        }
    }
}

std::optional<Wish> ProductWish::prices_wish(const std::vector<TypedPrice>& prices) const {
    const ProductRule& rule = m_tools.rules.price;
    if (prices.empty() || !rule || !applies(rule)) {
        return std::nullopt;
    }
    Wish apart = new_wish(SourceKind::prices, EntityKind::prices, m_origin);
    apart.owner = wish.key;
    apart.groups.push_back(single_field("owner", Link{wish.key}));
    for (const TypedPrice& price : prices) {
        FieldGroup group{"price:" + reference_id(price.target), {{"price_type", price.target}}};
        if (!price.type_id.empty()) {
            group.fields.push_back({"price_type_id", price.type_id});
        }
        group.fields.push_back({"price", price.price});
        group.fields.push_back({"currency", Currency{price.currency}});
        group.write_once = rule.rule->write_once;
        apart.groups.push_back(std::move(group));
    }
    return apart;
}

void ProductWish::add_texts(OfferVoice voice) {
    const ProductRules& rules = m_tools.rules;
    const ProductRule& vat_included = rules.vat_included;
    if (vat_included && !is_natural(*vat_included.rule, SourceElement::price) &&
        speaks_of(vat_included, voice)) {
        if (const std::optional<bool> included = flag(vat_included)) {
            add(single_field("vat_included", *included), vat_included);
        }
    }
    if (voice == OfferVoice::addition && rules.active && rules.active.reads_offer) {
        if (const std::optional<bool> active = flag(rules.active)) {
            add(single_field("active", *active), rules.active);
        }
    }
    for (const ProductRule& rule : rules.plain) {
        const bool is_property = rule.rule->target.rfind("PROPERTY_", 0) == 0;
        if (!speaks_of(rule, voice)) {
            continue;
        }
        if (is_property && property_owner(wish.entity) == PropertyOwner::offers) {
            m_tools.context.count_unsent("Предложение/Свойства", 1);
            continue;
        }
        const KeptSource kept(m_source, m_tools.context.references(), wish.key.id, m_parent);
        const SourceValues& source = rule.is_kept ? static_cast<const SourceValues&>(kept) : m_source;
        if (std::optional<FieldGroup> group = map_field(*rule.rule, source, m_notes)) {
            put(*std::move(group));
        }
    }
    for (const ProductRule& rule : rules.properties) {
        const auto values = speaks_of(rule, voice) ? texts(rule) : std::nullopt;
        if (values && (!values->empty() || rule.rule->when_empty == WhenEmpty::clear)) {
            put(m_tools.properties.value_by_code(*rule.rule, *values, property_owner(wish.entity), m_origin));
        }
    }
}

void ProductWish::put(FieldGroup group) {
    const auto earlier =
        std::find_if(wish.groups.begin(), wish.groups.end(),
                     [&](const FieldGroup& candidate) { return candidate.name == group.name; });
    if (earlier == wish.groups.end()) {
        wish.groups.push_back(std::move(group));
    } else {
        *earlier = std::move(group);
    }
}

void ProductWish::keep(const ProductRule& rule) const {
    if (rule && rule.is_kept) {
        const KeptSource kept(m_source, m_tools.context.references(), wish.key.id, m_parent);
        for (const SourcePath* path : paths_of(*rule.rule)) {
            static_cast<void>(kept.values(*path));
        }
    }
}

void ProductWish::add(FieldGroup group, const ProductRule& rule) {
    group.write_once = rule.rule->write_once;
    wish.groups.push_back(std::move(group));
}

std::optional<std::vector<std::string>> ProductWish::texts(const ProductRule& rule) const {
    if (!rule) {
        return std::nullopt;
    }
    if (!rule.is_kept) {
        return mapped_values(*rule.rule, m_source, m_notes);
    }
    const KeptSource kept(m_source, m_tools.context.references(), wish.key.id, m_parent);
    return mapped_values(*rule.rule, kept, m_notes);
}

bool ProductWish::applies(const ProductRule& rule) const {
    if (!rule || rule.rule->conditions.empty()) {
        return static_cast<bool>(rule);
    }
    const KeptSource kept(m_source, m_tools.context.references(), wish.key.id, m_parent);
    return holds(rule.rule->conditions, rule.is_kept ? static_cast<const SourceValues&>(kept) : m_source);
}

std::optional<bool> ProductWish::flag(const ProductRule& rule) const {
    const std::optional<std::vector<std::string>> values = texts(rule);
    if (!values || values->empty()) {
        return std::nullopt;
    }
    const std::string text = folded(trimmed(values->front()));
    return text == "y" || text == "n" ? std::optional(text == "y") : read_flag(text);
}

}  // namespace obmen::crm
