#include "portal/field_values.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using FieldNames = std::map<std::string, std::optional<std::string>>;

/// Reference §5.1 (products), §6 (sections), §8.2, §8.3 (contacts, companies), §8.8 (requisites), §9.1
/// (deals).
const FieldNames& field_names(EntityKind kind, ApiFamily family) {
    static const FieldNames catalog_section{
        {"name", "NAME"},          {"parent", "SECTION_ID"},       {"section", "SECTION_ID"},
        {"active", "ACTIVE"},      {"description", "DESCRIPTION"}, {"description_type", "DESCRIPTION_TYPE"},
        {"deleted", std::nullopt},
    };
    static const FieldNames section{
        {"name", "NAME"},          {"parent", "SECTION_ID"},      {"section", "SECTION_ID"},
        {"active", std::nullopt},  {"description", std::nullopt}, {"description_type", std::nullopt},
        {"deleted", std::nullopt},
    };
    static const FieldNames product{
        {"name", "NAME"},
        {"description", "DESCRIPTION"},
        {"description_type", "DESCRIPTION_TYPE"},
        {"section", "SECTION_ID"},
        {"price", "PRICE"},
        {"currency", "CURRENCY_ID"},
        {"measure", "MEASURE"},
        {"vat", "VAT_ID"},
        {"vat_included", "VAT_INCLUDED"},
        {"active", "ACTIVE"},
        {"deleted", std::nullopt},
    };
    static const FieldNames offer = [] {
        FieldNames names = product;
        names.emplace("parent", "PARENT_ID");
        return names;
    }();
    static const FieldNames company{
        {"title", "TITLE"},      {"phones", "PHONE"},      {"emails", "EMAIL"},
        {"comment", "COMMENTS"}, {"active", std::nullopt}, {"deleted", std::nullopt},
    };
    static const FieldNames contact{
        {"first_name", "NAME"},     {"second_name", "SECOND_NAME"},
        {"last_name", "LAST_NAME"}, {"phones", "PHONE"},
        {"emails", "EMAIL"},        {"comment", "COMMENTS"},
        {"company", "COMPANY_ID"},  {"active", std::nullopt},
        {"deleted", std::nullopt},
    };
    static const FieldNames deal{
        {"title", "TITLE"},          {"opportunity", "OPPORTUNITY"}, {"currency", "CURRENCY_ID"},
        {"company", "COMPANY_ID"},   {"contacts", "CONTACT_IDS"},    {"comment", "COMMENTS"},
        {"category", "CATEGORY_ID"}, {"stage", "STAGE_ID"},          {"active", std::nullopt},
        {"deleted", std::nullopt},
    };
    static const FieldNames requisite{
        {"owner", "ENTITY_ID"}, {"entity_type", "ENTITY_TYPE_ID"}, {"preset", "PRESET_ID"}, {"name", "NAME"},
        {"active", "ACTIVE"},   {"deleted", std::nullopt},
    };
    static const FieldNames bank_account{
        {"owner", "ENTITY_ID"},
        {"name", "NAME"},
        {"active", "ACTIVE"},
        {"deleted", std::nullopt},
    };
    switch (kind) {
        case EntityKind::section:
            return family == ApiFamily::catalog ? catalog_section : section;
        case EntityKind::product:
            return product;
        case EntityKind::offer:
            return offer;
        case EntityKind::company:
            return company;
        case EntityKind::contact:
            return contact;
        case EntityKind::deal:
            return deal;
        case EntityKind::requisite:
            return requisite;
        case EntityKind::bank_account:
            return bank_account;
        default:
            break;
    }
    throw std::logic_error("the crm family does not write this kind");
}

/// `SORT`, `RQ_INN`, `UF_CRM_1C`: Bitrix24's own name.
bool is_own_name(std::string_view name) {
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
           name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

/// `PROPERTY_ARTICLE`: a property by its code, which the portal's fields do not know (`PROPERTY_118` they
/// do).
bool names_property_by_code(std::string_view name) {
    return name.starts_with(property_prefix) && name.size() > property_prefix.size() &&
           name.substr(property_prefix.size()).find_first_not_of("0123456789") != std::string_view::npos;
}

Message no_property(const std::string& property) {
    return {"B24-NO-PROPERTY", {property, ""}};
}

const char* template_name(crm::RequisitePreset::Kind kind) {
    switch (kind) {
        case crm::RequisitePreset::Kind::company:
            return "«Организация»";
        case crm::RequisitePreset::Kind::sole_trader:
            return "«ИП»";
        case crm::RequisitePreset::Kind::person:
            return "«Физ. лицо»";
    }
    throw std::logic_error("no such kind of requisites");
}

/// Turns one kind of value after the other into the portal's parameter.
class RestValue {
  public:
    using Result = std::variant<Parameter, Message>;

    RestValue(const PortalFacts& facts, const Resolver& resolver) : m_facts(facts), m_resolver(resolver) {}

    Result operator()(const std::string& value) const { return text(value); }
    Result operator()(const Decimal& number) const { return text(number.text()); }
    Result operator()(bool yes) const { return text(yes ? "Y" : "N"); }
    Result operator()(const crm::Link& link) const { return text(m_resolver.link(link)); }

    Result operator()(const crm::MeasureCode& measure) const {
        const std::string code = plain_measure_code(measure.okei);
        const auto known = m_facts.measure_ids.find(code);
        if (known != m_facts.measure_ids.end()) {
            return text(known->second);
        }
        if (m_facts.placeholders) {
            return text("{{measure " + code + "}}");
        }
        return Message{"B24-NO-MEASURE", {measure.okei, ""}};
    }

    Result operator()(const crm::VatRate& rate) const {
        const auto known = std::ranges::find(
            m_facts.vat_ids, rate.percent, [](const auto& row) -> const auto& { return row.first; });
        if (known != m_facts.vat_ids.end()) {
            return text(known->second);
        }
        if (m_facts.placeholders) {
            return text("{{vat " + (rate.percent ? rate.percent->text() : "none") + "}}");
        }
        return Message{"B24-NO-VAT", {rate.percent ? rate.percent->text() + "%" : "«без НДС» (no VAT)", ""}};
    }

    Result operator()(const crm::Currency& currency) const {
        if (m_facts.placeholders || m_facts.currencies.contains(currency.code)) {
            return text(currency.code);
        }
        return Message{"B24-NO-CURRENCY", {currency.code, ""}};
    }

    /// The portal replaces the whole set; a list without entries would vanish from the form and leave it as
    /// it is, so no one is said by the number that is nobody's.
    Result operator()(const crm::Links& links) const {
        ParameterList ids;
        for (const crm::EntityKey& target : links.targets) {
            ids.push_back({m_resolver.link(crm::Link{target})});
        }
        if (ids.empty()) {
            ids.push_back({"0"});
        }
        return Parameter{std::move(ids)};
    }

    Result operator()(const crm::PropertyValues& values) const {
        ParameterList list;
        for (const crm::PropertyValues::Entry& entry : values.entries) {
            Result value = entry.choice.empty() ? text(entry.text) : choice(values.property, entry);
            if (std::holds_alternative<Message>(value)) {
                return value;
            }
            list.push_back(std::get<Parameter>(std::move(value)));
        }
        if (list.empty()) {
            list.push_back({""});  // an empty list would vanish, and the old value stay
        }
        return values.multiple ? Parameter{std::move(list)} : std::move(list.front());
    }

    Result operator()(const crm::RequisitePreset& preset) const {
        if (std::optional<std::string> id = preset_id(m_facts, preset)) {
            return text(*std::move(id));
        }
        const std::string name = preset.country + " " + template_name(preset.kind);
        if (m_facts.placeholders) {
            return text("{{preset " + name + "}}");
        }
        return Message{"B24-NO-PRESET", {name, ""}};
    }

    Result operator()(const crm::ContactValues& /*values*/) const {
        throw std::logic_error("a multi-field has no single value");
    }
    template <typename Structured>
    Result operator()(const Structured& /*value*/) const {
        throw std::logic_error("this value belongs to a part, not to a field");
    }

  private:
    static Parameter text(std::string value) { return {std::move(value)}; }

    [[nodiscard]] Result choice(const crm::EntityKey& property,
                                const crm::PropertyValues::Entry& entry) const {
        std::optional<std::string> id =
            m_resolver.choice ? m_resolver.choice(property, entry.choice) : std::nullopt;
        if (id) {
            return text(*std::move(id));
        }
        const std::string& shown = entry.text.empty() ? entry.choice : entry.text;
        if (m_facts.placeholders) {
            return text("{{choice " + shown + "}}");
        }
        return Message{"B24-NO-CHOICE", {quotable(shown), ""}};
    }

    const PortalFacts& m_facts;
    const Resolver& m_resolver;
};

}  // namespace

std::optional<std::string> property_field(const crm::EntityKey& property, const PortalFacts& facts,
                                          const Resolver& resolver) {
    std::optional<std::string> id = resolver.property ? resolver.property(property) : std::nullopt;
    if (!id && facts.placeholders) {
        id = "{{property " + property.id + "}}";
    }
    return id ? std::optional(std::string(property_prefix) + *id) : std::nullopt;
}

RestName rest_name(EntityKind kind, const crm::Field& field, const PortalFacts& facts,
                   const Resolver& resolver) {
    const auto* values = std::get_if<crm::PropertyValues>(&field.value);
    const bool by_key = field.name == "property" && values != nullptr;
    if (by_key || names_property_by_code(field.name)) {
        const crm::EntityKey key =
            by_key ? values->property : crm::make_key(crm::SourceKind::property, field.name);
        std::optional<std::string> name = property_field(key, facts, resolver);
        return name ? RestName(std::move(name)) : RestName(no_property(by_key ? key.id : field.name));
    }
    if (is_own_name(field.name)) {
        return std::optional(field.name);
    }
    const FieldNames& names = field_names(kind, facts.family);
    const auto found = names.find(field.name);
    if (found == names.end()) {
        throw std::logic_error("entity kind " + std::to_string(static_cast<int>(kind)) + " has no field " +
                               field.name);
    }
    return found->second;
}

bool is_multi_field(const crm::Field& field) {
    return std::holds_alternative<crm::ContactValues>(field.value);
}

std::variant<Parameter, Message> rest_value(const crm::Field& field, const PortalFacts& facts,
                                            const Resolver& resolver) {
    return std::visit(RestValue(facts, resolver), field.value);
}

ParameterList new_entries(const std::string& field, const crm::ContactValues& values) {
    const auto nothing_is_ours = [](const std::string&) { return false; };
    return changed_entries(contact_changes(field, {}, values, nothing_is_ours));
}

ParameterList changed_entries(const std::vector<ContactChange>& changes) {
    ParameterList entries;
    for (const ContactChange& change : changes) {
        ParameterMap entry;
        if (!change.id.empty()) {
            entry.push_back({"ID", {change.id}});
        }
        if (change.value.empty()) {
            entry.push_back({"DELETE", {"Y"}});
        } else {
            entry.push_back({"VALUE", {change.value}});
            entry.push_back({"VALUE_TYPE", {change.type}});
        }
        entries.push_back({std::move(entry)});
    }
    return entries;
}

}  // namespace obmen::portal
