#include "exchange/portal_names.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "crm/nearest_names.hpp"
#include "portal/command.hpp"

namespace obmen::exchange {

namespace {

/// The start-up batch asks for the stages of no more funnels than these and the general one.
constexpr std::size_t most_funnels_known = 10;

Finding lacking(const crm::Mapping& mapping, std::size_t line, const std::string& what, std::string nearest) {
    return {.severity = Severity::warning,
            .message = Message{"MAP-PORTAL-NAME",
                               {mapping.file, std::to_string(line), what, nearest.empty() ? "—" : nearest}}};
}

// ---- stages -------------------------------------------------------------------------------------------

void check_stages(const crm::Mapping& mapping, const portal::PortalFacts& facts,
                  std::vector<Finding>& findings) {
    const bool all_known = !facts.stages.empty() && facts.stages.size() <= most_funnels_known;
    if (!all_known) {
        return;
    }
    std::vector<std::string> funnels;
    std::vector<std::string> stages;
    for (const auto& [funnel, its_stages] : facts.stages) {
        funnels.push_back(std::to_string(funnel));
        for (const portal::DealStage& stage : its_stages) {
            stages.push_back(stage.status_id);
        }
    }
    const crm::DealMapping& deal = mapping.deal;
    if (deal.category_line != 0 && facts.stages.count(deal.category) == 0) {
        const std::string name = std::to_string(deal.category);
        findings.push_back(
            lacking(mapping, deal.category_line, "category = " + name, crm::nearest_names(name, funnels)));
    }
    for (const crm::DealMapping::Stage& stage : deal.stages) {
        if (stage.line != 0 && std::find(stages.begin(), stages.end(), stage.stage_id) == stages.end()) {
            findings.push_back(lacking(mapping, stage.line, "stage = \"" + stage.stage_id + '"',
                                       crm::nearest_names(stage.stage_id, stages)));
        }
    }
}

// ---- fields -------------------------------------------------------------------------------------------

/// Rules of one kind that name what only the portal knows.
struct NamedFields {
    portal::Command question;  ///< describes the fields of the kind
    std::vector<const crm::FieldRule*> rules;
};

bool is_user_field(const crm::FieldRule& rule) {
    return rule.line != 0 && rule.target.starts_with("UF_");
}

/// The id in `PROPERTY_118`; empty for all other targets.
std::string property_id(const crm::FieldRule& rule) {
    constexpr std::string_view prefix = "PROPERTY_";
    if (rule.line == 0 || !rule.target.starts_with(prefix)) {
        return {};
    }
    std::string id = rule.target.substr(prefix.size());
    return id.find_first_not_of("0123456789") == std::string::npos ? id : std::string{};
}

/// A kind by the method of either family that describes its fields.
struct DescribedKind {
    const char* crm_method;
    const char* entity_type_id;  ///< of `crm.item.fields`; empty: the other family has no method for it
    bool in_both;                ///< both families ask by the first method
    const crm::FieldRules* rules;
};

std::vector<NamedFields> user_fields(const crm::Mapping& mapping, portal::ApiFamily family) {
    const DescribedKind kinds[] = {{"crm.productsection.fields", "", false, &mapping.section.fields},
                                   {"crm.product.fields", "", false, &mapping.product.fields},
                                   {"crm.company.fields", "4", false, &mapping.contragent.company},
                                   {"crm.contact.fields", "3", false, &mapping.contragent.contact},
                                   {"crm.requisite.fields", "", true, &mapping.contragent.requisite},
                                   {"crm.deal.fields", "2", false, &mapping.deal.fields}};
    std::vector<NamedFields> named;
    for (const auto& [method, entity_type_id, in_both, rules] : kinds) {
        NamedFields of_kind{{method, {}}, {}};
        if (family == portal::ApiFamily::catalog && !in_both) {
            if (std::string_view(entity_type_id).empty()) {
                continue;  // the catalogue has no fields of users' making beside its properties
            }
            of_kind.question = {"crm.item.fields",
                                {{"entityTypeId", {entity_type_id}}, {"useOriginalUfNames", {"Y"}}}};
        }
        for (const crm::FieldRule& rule : *rules) {
            if (is_user_field(rule)) {
                of_kind.rules.push_back(&rule);
            }
        }
        if (!of_kind.rules.empty()) {
            named.push_back(std::move(of_kind));
        }
    }
    return named;
}

/// Nothing is said of fields that the portal does not describe.
void check_fields(const crm::Mapping& mapping, const NamedFields& named, const portal::CommandAnswer& answer,
                  std::vector<Finding>& findings) {
    const auto* done = std::get_if<portal::Done>(&answer);
    if (done == nullptr || !done->result.is_object() || done->result.empty()) {
        return;
    }
    // `crm.item.fields` wraps them.
    const nlohmann::json& fields = done->result.contains("fields") && done->result.at("fields").is_object()
                                       ? done->result.at("fields")
                                       : done->result;
    std::vector<std::string> known;
    for (const auto& [name, description] : fields.items()) {
        if (name.starts_with("UF_")) {
            known.push_back(name);
        }
    }
    for (const crm::FieldRule* rule : named.rules) {
        if (std::find(known.begin(), known.end(), rule->target) == known.end()) {
            findings.push_back(
                lacking(mapping, rule->line, rule->target, crm::nearest_names(rule->target, known)));
        }
    }
}

void check_property(const crm::Mapping& mapping, const crm::FieldRule& rule,
                    const portal::CommandAnswer& answer, std::vector<Finding>& findings) {
    const auto* refused = std::get_if<portal::Refused>(&answer);
    if (refused != nullptr && !refused->temporary && refused->code.find("METHOD") == std::string::npos) {
        findings.push_back(lacking(mapping, rule.line, rule.target, {}));
    }
}

}  // namespace

std::vector<Finding> names_lacking_in_portal(const crm::Mapping& mapping, const portal::PortalFacts& facts,
                                             PortalSession& session) {
    std::vector<Finding> findings;
    check_stages(mapping, facts, findings);
    const std::vector<NamedFields> fields = user_fields(mapping, facts.family);
    std::vector<const crm::FieldRule*> properties;
    std::vector<portal::Command> commands;
    for (const NamedFields& of_kind : fields) {
        commands.push_back(of_kind.question);
    }
    for (const crm::FieldRule& rule : mapping.product.fields) {
        if (const std::string id = property_id(rule);
            !id.empty() && commands.size() < portal::batch_commands) {
            properties.push_back(&rule);
            commands.push_back({facts.family == portal::ApiFamily::catalog ? "catalog.productProperty.get"
                                                                           : "crm.product.property.get",
                                {{"id", {id}}}});
        }
    }
    if (commands.empty()) {
        return findings;
    }
    const auto answers = session.ask(commands);
    if (const auto* all = std::get_if<std::vector<portal::CommandAnswer>>(&answers)) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            check_fields(mapping, fields[i], (*all)[i], findings);
        }
        for (std::size_t i = 0; i < properties.size(); ++i) {
            check_property(mapping, *properties[i], (*all)[fields.size() + i], findings);
        }
    }
    return findings;
}

}  // namespace obmen::exchange
