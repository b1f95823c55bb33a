#include "crm/mapping_gaps.hpp"

#include "crm/field_rules.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

namespace obmen::crm {

namespace {

bool fills_any(const FieldRules& rules, std::initializer_list<std::string_view> targets) {
    return std::any_of(targets.begin(), targets.end(),
                       [&](std::string_view target) { return rule_for(rules, target) != nullptr; });
}

/// The line of the first rule that stands in the file; the beginning of a file whose list is empty.
std::size_t line_of(const FieldRules& rules) {
    const auto written =
        std::find_if(rules.begin(), rules.end(), [](const FieldRule& rule) { return rule.line > 0; });
    return written == rules.end() ? 1 : written->line;
}

MappingGap gap(const Mapping& mapping, EntityKind kind, const FieldRules& rules, const std::string& field,
               const std::string& section) {
    const std::size_t line = line_of(rules);
    Finding finding{
        .severity = Severity::warning,
        .message = Message{"MAP-DEFAULTS", {mapping.file, std::to_string(line), field, "[" + section + "]"}},
        .file = mapping.file};
    finding.place.line = line;
    return {kind, std::move(finding)};
}

}  // namespace

std::vector<MappingGap> mapping_gaps(const Mapping& mapping) {
    std::vector<MappingGap> gaps;
    const auto demand = [&](EntityKind kind, const FieldRules& rules, const std::string& section,
                            std::initializer_list<std::string_view> targets, const std::string& field) {
        if (!fills_any(rules, targets)) {
            gaps.push_back(gap(mapping, kind, rules, field, section));
        }
    };
    const ContragentMapping& people = mapping.contragent;
    demand(EntityKind::section, mapping.section.fields, "section", {"NAME"}, "NAME");
    demand(EntityKind::product, mapping.product.fields, "product", {"NAME"}, "NAME");
    demand(EntityKind::company, people.company, "company", {"TITLE"}, "TITLE");
    demand(EntityKind::contact, people.contact, "contact", {"LAST_NAME", "NAME", "SECOND_NAME"},
           "LAST_NAME, NAME");
    if (mapping.product.default_currency.empty()) {
        demand(EntityKind::deal, mapping.deal.fields, "deal", {"CURRENCY_ID"}, "CURRENCY_ID");
    }
    return gaps;
}

}  // namespace obmen::crm
