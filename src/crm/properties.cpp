#include "crm/properties.hpp"

#include "crm/flag.hpp"
#include "crm/transforms.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

/// True for `2024-05-06T10:11:12`: the portal's property holds the day alone. Midnight is how 1C writes a
/// day.
bool has_time_of_day(std::string_view text) {
    text = trimmed(text);
    const std::size_t gap = text.find_first_of("T ");
    constexpr std::string_view pattern = "hh:mm:ss";
    const std::string_view time =
        gap == std::string_view::npos ? std::string_view{} : text.substr(gap + 1, pattern.size());
    return time.find_first_of("123456789") != std::string_view::npos;
}

constexpr auto property_fact = References::FactKind::property;
constexpr auto choice_fact = References::FactKind::choice;

/// Whose values a property has, as it is kept.
constexpr const char* of_offers_alone = "offers";
constexpr const char* of_both = "both";

/// The key of what stands for a property in the catalogue of `owner`.
EntityKey key_of(EntityKey property, PropertyOwner owner) {
    if (owner == PropertyOwner::offers) {
        property.id = of_offers(property.id);
    }
    return property;
}

/// Reference commerceml.md §5.
std::string type_of(const commerceml::Property& property) {
    const std::string type = folded(tidied(property.value_type.value_or("")));
    if (type == "справочник" || (type.empty() && !property.variants.empty())) {
        return "list";
    }
    if (type == "число") {
        return "number";
    }
    return type == "время" || type == "дата" ? "date" : "string";
}

/// Of a value that is an Ид and no text: nobody wants to read it in the CRM.
bool looks_like_guid(std::string_view text) {
    constexpr std::size_t size = 36;
    return text.size() == size && std::all_of(text.begin(), text.end(), [&](const char& c) {
               const auto at = static_cast<std::size_t>(&c - text.data());
               const bool mark = at == 8 || at == 13 || at == 18 || at == 23;
               const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
               return mark ? c == '-' : digit;
           });
}

std::string type_by_rule(const FieldRule& rule) {
    for (const Transform& transform : rule.transforms) {
        if (transform.kind == Transform::Kind::number) {
            return "number";
        }
        if (transform.kind == Transform::Kind::date) {
            return "date";
        }
    }
    return "string";
}

/// What people read: as the rule says, else what 1C calls it.
std::string display_name(const FieldRule& rule) {
    if (!rule.property_name.empty()) {
        return rule.property_name;
    }
    const std::vector<const SourcePath*> paths = paths_of(rule);
    if (paths.empty()) {
        return rule.known.field;
    }
    return paths.front()->selector.empty() ? paths.front()->element : paths.front()->selector;
}

}  // namespace

std::string group_of_code(const std::string& code) {
    return "property:" + reference_id("CODE:" + code);
}

void Properties::declare(const commerceml::Property& property, const Origin& origin) {
    if (!m_rules.all_properties && !m_rules.reads(SourceElement::property)) {
        m_context.count_unsent("Свойство", 1);
        return;
    }
    if (property.id.empty()) {
        return;  // `checks/` has reported it
    }
    if (property.marked_deleted) {
        m_context.leave_out(SourceKind::property, origin, {"CRM-PROPERTY-KEPT"});
        return;
    }
    Known& known = find_or_add(reference_id(property.id), property.id);
    if (is_filled(property.name)) {
        known.name = tidied(*property.name);
    }
    const std::string type = type_of(property);
    if (known.type.empty()) {
        known.type = type;
    } else if (known.type != type) {
        m_context.warn_once({"CRM-PROPERTY-TYPE", {quotable(known.name)}}, origin);
    }
    known.multiple = known.multiple || read_flag(property.multiple.value_or("")).value_or(false);
    remember(known);
    for (const commerceml::Property::Variant& variant : property.variants) {
        const std::string text = tidied(variant.value);
        if (!text.empty()) {
            const std::string key = reference_id(variant.id);
            set_choice(known, key.empty() ? folded(text) : key, text);
        }
    }
    if (!m_rules.all_properties) {
        m_context.count_unsent("Свойство", 1);
        return;
    }
    known.origin = origin;
    known.is_declared = true;
    known.products = {true, false};
    m_context.wish(wish_of(known, PropertyOwner::products));
    if (known.of_offers) {
        known.offers = {true, true};
    }
}

void Properties::append_values(Wish& wish, const std::vector<commerceml::Product::PropertyValue>& values,
                               const Origin& origin) {
    for (const commerceml::Product::PropertyValue& value : values) {
        Known* const property = find(value.id);
        if (property == nullptr) {
            m_context.count_unsent("ЗначенияСвойств", 1);  // `checks/` says which
            continue;
        }
        std::vector<PropertyValues::Entry> entries;
        bool usable = true;
        for (const std::string& text : value.values) {
            const std::string tidy = tidied(text);
            if (tidy.empty()) {
                continue;
            }
            if (std::optional<PropertyValues::Entry> made = entry(*property, tidy, origin)) {
                entries.push_back(*std::move(made));
            } else {
                usable = false;
            }
        }
        // A value that cannot be used is not an empty one: what the CRM has stays.
        if (!entries.empty() || usable) {
            FieldGroup group =
                value_group(*property, std::move(entries), property_owner(wish.entity), origin);
            const auto earlier =
                std::find_if(wish.groups.begin(), wish.groups.end(),
                             [&](const FieldGroup& candidate) { return candidate.name == group.name; });
            if (earlier == wish.groups.end()) {
                wish.groups.push_back(std::move(group));
            } else {
                *earlier = std::move(group);
            }
        }
    }
}

void Properties::append_characteristics(
    Wish& offer, const std::vector<commerceml::Product::Characteristic>& characteristics,
    const Origin& origin) {
    for (const commerceml::Product::Characteristic& characteristic : characteristics) {
        const std::string name = tidied(characteristic.name);
        const std::string value = tidied(characteristic.value);
        if (name.empty() || value.empty() || m_rules.reads(SourceElement::characteristic, folded(name))) {
            continue;
        }
        Known& property = by_characteristic(name);
        FieldGroup group = value_group(property, {{value, {}}}, PropertyOwner::offers, origin);
        const auto earlier =
            std::find_if(offer.groups.begin(), offer.groups.end(),
                         [&](const FieldGroup& candidate) { return candidate.name == group.name; });
        if (earlier == offer.groups.end()) {
            offer.groups.push_back(std::move(group));
        }
    }
}

FieldGroup Properties::value_by_code(const FieldRule& rule, const std::vector<std::string>& texts,
                                     PropertyOwner owner, const Origin& origin) {
    Known*& known = m_by_rule[&rule];
    if (known == nullptr) {
        known = &by_code(rule.known.field, display_name(rule), type_by_rule(rule), origin);
    }
    Known& property = *known;
    std::vector<PropertyValues::Entry> entries;
    for (const std::string& text : texts) {
        entries.push_back({text, {}});
    }
    FieldGroup group = value_group(property, std::move(entries), owner, origin);
    group.write_once = rule.write_once;
    return group;
}

EntityKey Properties::file_property(const std::string& code, const std::string& name, PropertyOwner owner,
                                    const Origin& origin) {
    Known& property = by_code(code, name, "file", origin);
    if (!property.multiple) {
        property.multiple = true;
        remember(property);
    }
    is_used(property, owner, origin);
    return key_of(property.key, owner);
}

bool Properties::is_called(std::string_view id, std::string_view folded_name) const {
    if (reference_id(id) == folded_name) {
        return true;
    }
    const Known* const property = find(id);
    return property != nullptr && m_context.names().means(DataKind::property, folded_name, property->key.id);
}

std::string Properties::name_of(std::string_view id) const {
    const Known* const property = find(id);
    return property == nullptr ? std::string{} : property->name;
}

std::vector<std::string> Properties::texts_of(const commerceml::Product::PropertyValue& value) const {
    const Known* const property = find(value.id);
    std::vector<std::string> texts;
    if (property == nullptr) {
        return value.values;
    }
    for (const std::string& text : value.values) {
        const auto chosen = property->by_key.find(reference_id(text));
        texts.push_back(chosen != property->by_key.end() ? property->choices[chosen->second].text : text);
    }
    return texts;
}

void Properties::finish() {
    for (const std::unique_ptr<Known>& property : m_known) {
        for (const PropertyOwner owner : {PropertyOwner::products, PropertyOwner::offers}) {
            bool& to_wish = (owner == PropertyOwner::offers ? property->offers : property->products).to_wish;
            if (to_wish) {
                to_wish = false;
                m_context.wish(wish_of(*property, owner));
            }
        }
    }
}

void Properties::load() const {
    if (m_loaded) {
        return;
    }
    m_loaded = true;
    for (const References::Fact& fact : m_context.references().facts(property_fact)) {
        constexpr std::size_t texts = 5;  // and a sixth where offers have values of it
        if (fact.texts.size() == texts || fact.texts.size() == texts + 1) {
            Known& property = find_or_add(fact.id, fact.texts[3]);
            property.of_offers = fact.texts.size() > texts;
            property.of_products = !property.of_offers || fact.texts.back() != of_offers_alone;
            property.name = fact.texts[0];
            property.type = fact.texts[1];
            property.multiple = !fact.texts[2].empty();
            property.code = fact.texts[4];
        }
    }
    for (const References::Fact& fact : m_context.references().facts(choice_fact)) {
        constexpr std::size_t texts = 3;
        const auto property = fact.texts.size() >= texts ? m_by_id.find(fact.texts[0]) : m_by_id.end();
        if (property == m_by_id.end()) {
            continue;
        }
        Known& known = *property->second;
        const auto same = fact.texts.size() > texts ? known.by_key.find(fact.texts[3]) : known.by_key.end();
        if (same != known.by_key.end()) {
            known.by_key.emplace(fact.texts[1], same->second);
        } else {
            set_choice(known, fact.texts[1], fact.texts[2]);
        }
    }
}

Properties::Known* Properties::find(std::string_view id) const {
    load();
    const std::string written(id);
    const auto met = m_by_id.find(written);
    if (met != m_by_id.end()) {
        return met->second;
    }
    const auto known = m_by_id.find(reference_id(id));
    if (known == m_by_id.end()) {
        return nullptr;
    }
    return m_by_id.emplace(written, known->second).first->second;
}

Properties::Known& Properties::find_or_add(const std::string& key_id, const std::string& source_id) const {
    load();
    const auto known = m_by_id.find(key_id);
    if (known != m_by_id.end()) {
        return *known->second;
    }
    m_known.push_back(std::make_unique<Known>());
    Known& property = *m_known.back();
    property.key = {SourceKind::property, key_id};
    property.source_id = source_id;
    m_by_id.emplace(key_id, &property);
    return property;
}

Properties::Known& Properties::by_code(const std::string& code, const std::string& name,
                                       const std::string& type, const Origin& origin) {
    const std::string source_id = "CODE:" + code;
    Known& property = find_or_add(reference_id(source_id), source_id);
    if (property.type.empty()) {
        property.type = type;
    } else if (property.type != type) {
        m_context.warn_once({"CRM-PROPERTY-TYPE", {quotable(name)}}, origin);
    }
    if (property.name != name || property.code != code) {
        property.name = name;
        property.code = code;
        remember(property);
    }
    return property;
}

Properties::Known& Properties::by_characteristic(const std::string& name) {
    const std::string source_id = "CHARACTERISTIC:" + name;
    const std::string key = reference_id(source_id);
    Known& property = find_or_add(key, source_id);
    if (property.type.empty()) {
        property.type = "string";
        property.name = name;
        property.of_products = false;
    }
    return property;
}

void Properties::remember(const Known& property) const {
    std::vector<std::string> texts{property.name, property.type, property.multiple ? "1" : "",
                                   property.source_id, property.code};
    if (property.of_offers) {
        texts.emplace_back(property.of_products ? of_both : of_offers_alone);
    }
    m_context.references().remember_fact(property_fact, property.key.id, texts);
}

void Properties::set_choice(Known& property, const std::string& key, const std::string& text) const {
    auto known = property.by_key.find(key);
    if (known == property.by_key.end()) {
        // A value that a product had before it was declared is a choice already, with its text for a key: its
        // Ид means that very choice, or people would see it twice.
        const auto earlier = property.by_key.find(folded(text));
        const bool is_new =
            earlier == property.by_key.end() || property.choices[earlier->second].key != earlier->first;
        known = property.by_key.emplace(key, is_new ? property.choices.size() : earlier->second).first;
        if (is_new) {
            property.choices.push_back({key, text});
        }
    } else if (property.choices[known->second].text == text) {
        return;
    }
    PropertyChoices::Choice& choice = property.choices[known->second];
    choice.text = text;
    property.by_text.emplace(folded(text), known->second);
    m_context.references().remember_fact(choice_fact, property.key.id + "|" + choice.key,
                                         {property.key.id, choice.key, text});
    if (choice.key != key) {
        m_context.references().remember_fact(choice_fact, property.key.id + "|" + key,
                                             {property.key.id, key, text, choice.key});
    }
}

std::optional<PropertyValues::Entry> Properties::entry(Known& property, const std::string& value,
                                                       const Origin& origin) {
    if (property.type == "list") {
        return choice(property, value, origin);
    }
    // The type stays what it was when 1C makes a list of it: the text of the choice goes there.
    const auto chosen = property.by_key.find(reference_id(value));
    const std::string& text = chosen != property.by_key.end() ? property.choices[chosen->second].text : value;
    if (property.type == "number") {
        const std::optional<Decimal> number = Decimal::parse(text);
        if (!number) {
            m_context.warn_once({"CRM-VALUE-NUMBER", {quotable(property.name), quotable(text)}}, origin);
            return std::nullopt;
        }
        return PropertyValues::Entry{number->text(), {}};
    }
    if (property.type == "date") {
        const std::optional<std::string> date = iso_date(text);
        if (!date || date->empty()) {
            m_context.warn_once({"CRM-VALUE-DATE", {quotable(property.name), quotable(text)}}, origin);
            return std::nullopt;
        }
        if (has_time_of_day(text)) {
            m_context.warn_once({"CRM-VALUE-CUT",
                                 {quotable(property.name), std::to_string(character_count(trimmed(text))),
                                  std::to_string(date->size())}},
                                origin);
        }
        return PropertyValues::Entry{*date, {}};
    }
    return PropertyValues::Entry{text, {}};
}

std::optional<PropertyValues::Entry> Properties::choice(Known& property, const std::string& value,
                                                        const Origin& origin) {
    const std::string key = reference_id(value);
    const auto by_key = property.by_key.find(key);
    const auto by_text = by_key != property.by_key.end() ? by_key : property.by_text.find(key);
    if (by_key != property.by_key.end() || by_text != property.by_text.end()) {
        const PropertyChoices::Choice& known = property.choices[by_text->second];
        return PropertyValues::Entry{known.text, known.key};
    }
    if (looks_like_guid(value)) {
        m_context.count_unsent("ЗначенияСвойств", 1);  // `checks/` says which
        return std::nullopt;
    }
    set_choice(property, key, value);
    has_grown(property, origin);
    return PropertyValues::Entry{value, key};
}

void Properties::use_again(std::string_view property_id, const Origin& origin) {
    if (Known* const property = find(property_id)) {
        is_used(*property, PropertyOwner::products, origin);
    }
}

void Properties::is_used(Known& property, PropertyOwner owner, const Origin& origin) {
    if (owner == PropertyOwner::offers) {
        // Offers are never passed over: nobody need use it again for them.
        if (!property.of_offers) {
            property.of_offers = true;
            remember(property);
        }
        if (!property.offers.is_in_package) {
            begin_use(property, property.offers, origin);
        }
        return;
    }
    if (!property.is_declared) {
        m_context.add_property_use(property.key.id);
    }
    if (!property.products.is_in_package) {
        begin_use(property, property.products, origin);
    }
}

void Properties::begin_use(Known& property, Use& use, const Origin& origin) {
    if (!property.products.is_in_package && !property.offers.is_in_package) {
        property.origin = origin;
    }
    use = {true, true};
}

void Properties::has_grown(Known& property, const Origin& origin) {
    if (property.of_products) {
        begin_use(property, property.products, origin);
    }
    if (property.of_offers) {
        begin_use(property, property.offers, origin);
    }
}

FieldGroup Properties::value_group(Known& property, std::vector<PropertyValues::Entry> entries,
                                   PropertyOwner owner, const Origin& origin) {
    if (entries.size() > 1 && !property.multiple) {
        property.multiple = true;
        remember(property);
        has_grown(property, origin);
    }
    if (!entries.empty()) {
        is_used(property, owner, origin);
    }
    EntityKey key = key_of(property.key, owner);
    FieldGroup group{"property:" + key.id, {}};
    group.fields.push_back(
        {"property", PropertyValues{std::move(key), property.multiple, std::move(entries)}});
    return group;
}

Wish Properties::wish_of(const Known& property, PropertyOwner owner) const {
    const bool is_of_offers = owner == PropertyOwner::offers;
    const Origin origin{is_of_offers ? of_offers(property.source_id) : property.source_id,
                        property.origin.file, property.origin.place};
    Wish wish = new_wish(SourceKind::property, EntityKind::property, origin);
    const std::string& name = property.name.empty() ? property.source_id : property.name;
    wish.groups.push_back(single_field("name", name));
    wish.groups.push_back(
        {"property_type", {{"property_type", property.type}, {"multiple", property.multiple}}});
    if (!property.code.empty()) {
        wish.groups.push_back(single_field("code", property.code));
    }
    if (property.type == "list") {
        wish.groups.push_back(single_field("choices", PropertyChoices{property.choices}));
    }
    return wish;
}

}  // namespace obmen::crm
