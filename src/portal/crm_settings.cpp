#include "portal/crm_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "portal/lenient_json.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using nlohmann::json;
using Kind = crm::RequisitePreset::Kind;

/// The funnel that ENTITY_ID names: `DEAL_STAGE`, `DEAL_STAGE_9`.
std::optional<unsigned> funnel_of(std::string_view entity_id) {
    constexpr std::string_view general = "DEAL_STAGE";
    if (!entity_id.starts_with(general)) {
        return std::nullopt;
    }
    entity_id.remove_prefix(general.size());
    if (entity_id.empty()) {
        return 0;
    }
    unsigned number = 0;
    const auto [end, error] =
        std::from_chars(entity_id.data() + 1, entity_id.data() + entity_id.size(), number);
    const bool whole = error == std::errc{} && end == entity_id.data() + entity_id.size();
    return entity_id.front() == '_' && whole ? std::optional(number) : std::nullopt;
}

/// `S`, `F` or nothing; some portals say it in words and in another place (reference §9.2).
std::string semantics_of(const json& row) {
    std::string said = folded(text_of_member(row, "SEMANTICS"));
    if (said.empty() && row.contains("EXTRA")) {
        said = folded(text_of_member(row.at("EXTRA"), "SEMANTICS"));
    }
    if (said == "s" || said == "success") {
        return "S";
    }
    return said == "f" || said == "failure" || said == "apology" ? "F" : "";
}

bool stands_before(const DealStage& a, const DealStage& b) {
    const bool a_ends = !a.semantics.empty();
    const bool b_ends = !b.semantics.empty();
    return a_ends != b_ends ? b_ends : a.sort < b.sort;
}

/// The portal's numbers of countries. Only Russia's is in the reference (§8.8); the others are well known and
/// are used only where a template has no XML_ID to know it by.
std::string_view country_number(std::string_view country) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> numbers{
        {{"RU", "1"}, {"BY", "4"}, {"KZ", "6"}, {"UA", "14"}}};
    const auto found = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const auto& entry) { return entry.first == country; });
    return found == numbers.end() ? std::string_view{} : found->second;
}

std::string standard_xml_id(const crm::RequisitePreset& preset) {
    std::string id = "#CRM_REQUISITE_PRESET_DEF_" + preset.country;
    switch (preset.kind) {
        case Kind::company:
            return id + "_COMPANY#";
        case Kind::sole_trader:
            return id + "_INDIVIDUAL#";
        case Kind::person:
            return id + "_PERSON#";
    }
    return {};
}

bool is_named_after(std::string_view folded_name, Kind kind) {
    constexpr auto companies =
        std::to_array<std::string_view>({"организация", "юр. лицо", "юридическое лицо", "company"});
    constexpr auto traders = std::to_array<std::string_view>(
        {"ип", "индивидуальный предприниматель", "sole proprietor", "individual entrepreneur"});
    constexpr auto persons =
        std::to_array<std::string_view>({"физ. лицо", "физ.лицо", "физлицо", "физическое лицо", "person"});
    const auto among = [&](const auto& names) {
        return std::find(names.begin(), names.end(), folded_name) != names.end();
    };
    switch (kind) {
        case Kind::company:
            return among(companies);
        case Kind::sole_trader:
            return among(traders);
        case Kind::person:
            return among(persons);
    }
    return false;
}

}  // namespace

void read_catalog(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        const bool own =
            text_of_member(*row, "ORIGINATOR_ID").empty() && text_of_member(*row, "ORIGIN_ID").empty();
        if (own && facts.catalog_id.empty()) {
            facts.catalog_id = text_of_member(*row, "ID");
        }
    }
}

void read_presets(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        RequisiteTemplate preset{text_of_member(*row, "ID"), text_of_member(*row, "COUNTRY_ID"),
                                 text_of_member(*row, "NAME"), text_of_member(*row, "XML_ID")};
        const std::string active = text_of_member(*row, "ACTIVE");
        if (!preset.id.empty() && (active.empty() || is_yes(active))) {
            facts.presets.push_back(std::move(preset));
        }
    }
}

bool insert_stage(std::vector<DealStage>& funnel, DealStage stage) {
    const auto same = [&](const DealStage& other) { return other.status_id == stage.status_id; };
    if (std::any_of(funnel.begin(), funnel.end(), same)) {
        return false;
    }
    funnel.insert(std::upper_bound(funnel.begin(), funnel.end(), stage, stands_before), std::move(stage));
    return true;
}

void read_stages(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        const std::optional<unsigned> funnel = funnel_of(text_of_member(*row, "ENTITY_ID"));
        DealStage stage{text_of_member(*row, "STATUS_ID"), 0, semantics_of(*row)};
        if (row->contains("SORT")) {
            stage.sort = whole_number(row->at("SORT")).value_or(0);
        }
        if (funnel && !stage.status_id.empty()) {
            insert_stage(facts.stages[*funnel], std::move(stage));
        }
    }
}

std::optional<int> stage_order(const PortalFacts& facts, const std::string& status_id) {
    for (const auto& [funnel, stages] : facts.stages) {
        for (std::size_t i = 0; i < stages.size(); ++i) {
            if (stages[i].status_id == status_id) {
                return static_cast<int>(i);
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string> preset_id(const PortalFacts& facts, const crm::RequisitePreset& preset) {
    const std::string xml_id = folded(standard_xml_id(preset));
    for (const RequisiteTemplate& known : facts.presets) {
        if (folded(known.xml_id) == xml_id) {
            return known.id;
        }
    }
    const std::string_view country = country_number(preset.country);
    for (const RequisiteTemplate& known : facts.presets) {
        if (!country.empty() && known.country_id == country &&
            is_named_after(folded(tidied(known.name)), preset.kind)) {
            return known.id;
        }
    }
    return std::nullopt;
}

}  // namespace obmen::portal
