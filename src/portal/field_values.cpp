#include "portal/field_values.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace obmen::portal {

namespace {

using crm::EntityKind;
using FieldNames = std::map<std::string, std::optional<std::string>>;

/// Reference §5.1 (products), §6 (sections), §8.2, §8.3 (contacts, companies).
const FieldNames& field_names(EntityKind kind) {
    static const FieldNames section{
        {"name", "NAME"},         {"parent", "SECTION_ID"},      {"section", "SECTION_ID"},
        {"active", std::nullopt}, {"description", std::nullopt}, {"description_type", std::nullopt},
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
    };
    static const FieldNames company{
        {"title", "TITLE"},      {"phones", "PHONE"},      {"emails", "EMAIL"},
        {"comment", "COMMENTS"}, {"active", std::nullopt},
    };
    static const FieldNames contact{
        {"first_name", "NAME"},     {"second_name", "SECOND_NAME"},
        {"last_name", "LAST_NAME"}, {"phones", "PHONE"},
        {"emails", "EMAIL"},        {"comment", "COMMENTS"},
        {"active", std::nullopt},
    };
    switch (kind) {
        case EntityKind::section:
            return section;
        case EntityKind::product:
            return product;
        case EntityKind::company:
            return company;
        case EntityKind::contact:
            return contact;
        default:
            break;
    }
    throw std::logic_error("the crm family does not write this kind");
}

/// Turns one kind of value after the other into the portal's text.
class RestValue {
  public:
    using Result = std::variant<std::string, Message>;

    RestValue(const PortalFacts& facts, const Resolver& resolver) : m_facts(facts), m_resolver(resolver) {}

    Result operator()(const std::string& text) const { return text; }
    Result operator()(const Decimal& number) const { return number.text(); }
    Result operator()(bool yes) const { return std::string(yes ? "Y" : "N"); }
    Result operator()(const crm::Link& link) const { return m_resolver.link(link); }

    Result operator()(const crm::MeasureCode& measure) const {
        const std::string code = plain_measure_code(measure.okei);
        const auto known = m_facts.measure_ids.find(code);
        if (known != m_facts.measure_ids.end()) {
            return known->second;
        }
        if (m_facts.placeholders) {
            return "{{measure " + code + "}}";
        }
        return Message{"B24-NO-MEASURE", {measure.okei, ""}};
    }

    Result operator()(const crm::VatRate& rate) const {
        const auto known = std::ranges::find(
            m_facts.vat_ids, rate.percent, [](const auto& row) -> const auto& { return row.first; });
        if (known != m_facts.vat_ids.end()) {
            return known->second;
        }
        if (m_facts.placeholders) {
            return "{{vat " + (rate.percent ? rate.percent->text() : "none") + "}}";
        }
        return Message{"B24-NO-VAT", {rate.percent ? rate.percent->text() + "%" : "«без НДС» (no VAT)", ""}};
    }

    Result operator()(const crm::Currency& currency) const {
        if (m_facts.placeholders || m_facts.currencies.contains(currency.code)) {
            return currency.code;
        }
        return Message{"B24-NO-CURRENCY", {currency.code, ""}};
    }

    Result operator()(const crm::ContactValues& /*values*/) const {
        throw std::logic_error("a multi-field has no single value");
    }
    template <typename Structured>
    Result operator()(const Structured& /*value*/) const {
        throw std::logic_error("a structured value has no single text");
    }

  private:
    const PortalFacts& m_facts;
    const Resolver& m_resolver;
};

}  // namespace

std::optional<std::string> rest_name(EntityKind kind, const std::string& field) {
    const FieldNames& names = field_names(kind);
    const auto found = names.find(field);
    if (found == names.end()) {
        throw std::logic_error("entity kind " + std::to_string(static_cast<int>(kind)) + " has no field " +
                               field);
    }
    return found->second;
}

bool is_multi_field(const crm::Field& field) {
    return std::holds_alternative<crm::ContactValues>(field.value);
}

std::variant<std::string, Message> rest_value(const crm::Field& field, const PortalFacts& facts,
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
