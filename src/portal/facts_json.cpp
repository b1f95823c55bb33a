#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "portal/crm_settings.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "portal/lenient_json.hpp"
#include "portal/remote_rows.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

const std::map<EntityKind, std::string>& kind_texts() {
    static const std::map<EntityKind, std::string> texts{
        {EntityKind::section, "section"},     {EntityKind::product, "product"},
        {EntityKind::offer, "offer"},         {EntityKind::company, "company"},
        {EntityKind::contact, "contact"},     {EntityKind::deal, "deal"},
        {EntityKind::requisite, "requisite"}, {EntityKind::bank_account, "bank_account"},
    };
    return texts;
}

[[noreturn]] void refuse(const std::string& what) {
    throw Error(FailureClass::bad_config, Message{"B24-FACTS", {quotable(what)}});
}

const std::string& text_of_kind(EntityKind kind) {
    static_cast<void>(names_of(kind));
    return kind_texts().at(kind);
}

/// A member that must have `type` if it is there; the empty value of that type if it is not.
json member(const json& object, const char* name, json::value_t type) {
    const auto found = object.find(name);
    if (found == object.end()) {
        return json(type);
    }
    if (found->type() != type) {
        refuse(name);
    }
    return *found;
}

json to_json(const RemoteObject& object) {
    return {{"id", object.id}, {"key", object.key}, {"section_id", object.section_id}};
}

RemoteObject object_from(const json& row) {
    RemoteObject object;
    object.id = text_of_member(row, "id");
    object.key = text_of_member(row, "key");
    object.section_id = text_of_member(row, "section_id");
    if (object.id.empty()) {
        refuse("complete: id");
    }
    return object;
}

void read_vat(const json& list, PortalFacts& facts) {
    for (const json& rate : list) {
        const std::string percent = text_of_member(rate, "percent");
        const std::string id = text_of_member(rate, "id");
        if (id.empty() || (!percent.empty() && !Decimal::parse(percent))) {
            refuse("vat: " + rate.dump());
        }
        facts.vat_ids.emplace_back(Decimal::parse(percent), id);
    }
}

void read_kinds(const json& many_keys, const json& complete, PortalFacts& facts) {
    for (const auto& [kind, text] : kind_texts()) {
        if (many_keys.contains(text)) {
            facts.many_keys[kind] = is_yes(many_keys.at(text));
        }
        if (complete.contains(text)) {
            std::vector<RemoteObject>& objects = facts.complete[kind];
            for (const json& row : member(complete, text.c_str(), json::value_t::array)) {
                objects.push_back(object_from(row));
            }
        }
    }
}

json presets_json(const PortalFacts& facts) {
    json list = json::array();
    for (const RequisiteTemplate& preset : facts.presets) {
        list.push_back({{"id", preset.id},
                        {"country_id", preset.country_id},
                        {"name", preset.name},
                        {"xml_id", preset.xml_id}});
    }
    return list;
}

json price_types_json(const PortalFacts& facts) {
    json list = json::array();
    for (const PriceType& type : facts.price_types) {
        list.push_back({{"id", type.id}, {"name", type.name}, {"xml_id", type.xml_id}, {"base", type.base}});
    }
    return list;
}

json stages_json(const PortalFacts& facts) {
    json funnels = json::object();
    for (const auto& [funnel, stages] : facts.stages) {
        json& list = funnels[std::to_string(funnel)] = json::array();
        for (const DealStage& stage : stages) {
            list.push_back(
                {{"status_id", stage.status_id}, {"sort", stage.sort}, {"semantics", stage.semantics}});
        }
    }
    return funnels;
}

void read_presets_json(const json& list, PortalFacts& facts) {
    for (const json& row : list) {
        RequisiteTemplate preset{text_of_member(row, "id"), text_of_member(row, "country_id"),
                                 text_of_member(row, "name"), text_of_member(row, "xml_id")};
        if (preset.id.empty()) {
            refuse("presets: " + row.dump());
        }
        facts.presets.push_back(std::move(preset));
    }
}

void read_price_types_json(const json& list, PortalFacts& facts) {
    for (const json& row : list) {
        PriceType type{text_of_member(row, "id"), text_of_member(row, "name"), text_of_member(row, "xml_id"),
                       row.is_object() && row.contains("base") && is_yes(row.at("base"))};
        if (type.id.empty()) {
            refuse("price_types: " + row.dump());
        }
        facts.price_types.push_back(std::move(type));
    }
}

void read_family_json(const json& in, PortalFacts& facts) {
    if (!in.contains("family")) {
        return;
    }
    const std::optional<ApiFamily> family = family_named(text_of(in.at("family")));
    if (!family) {
        refuse("family");
    }
    facts.family = *family;
    facts.offers_catalog_id = text_of_member(in, "offers_catalog_id");
    read_price_types_json(member(in, "price_types", json::value_t::array), facts);
}

void read_stages_json(const json& funnels, PortalFacts& facts) {
    for (const auto& [funnel, list] : funnels.items()) {
        const std::optional<std::int64_t> number = whole_number(json(funnel));
        if (!number || *number < 0 || *number > std::numeric_limits<int>::max() || !list.is_array()) {
            refuse("stages: " + funnel);
        }
        std::vector<DealStage>& stages = facts.stages[static_cast<unsigned>(*number)];
        for (const json& row : list) {
            DealStage stage{text_of_member(row, "status_id"), 0, text_of_member(row, "semantics")};
            if (stage.status_id.empty()) {
                refuse("stages: " + row.dump());
            }
            if (row.contains("sort")) {
                stage.sort = whole_number(row.at("sort")).value_or(0);
            }
            insert_stage(stages, std::move(stage));
        }
    }
}

}  // namespace

std::string facts_to_json(const PortalFacts& facts) {
    json out{{"administrator", facts.administrator}, {"measures", facts.measure_ids},
             {"currencies", facts.currencies},       {"vat", json::array()},
             {"many_keys", json::object()},          {"complete", json::object()},
             {"catalog_id", facts.catalog_id},       {"presets", presets_json(facts)},
             {"stages", stages_json(facts)}};
    for (const auto& [percent, id] : facts.vat_ids) {
        out["vat"].push_back({{"percent", percent ? json(percent->text()) : json(nullptr)}, {"id", id}});
    }
    for (const auto& [kind, many] : facts.many_keys) {
        out["many_keys"][text_of_kind(kind)] = many;
    }
    for (const auto& [kind, objects] : facts.complete) {
        json& rows = out["complete"][text_of_kind(kind)] = json::array();
        for (const RemoteObject& object : objects) {
            rows.push_back(to_json(object));
        }
    }
    if (facts.family == ApiFamily::catalog) {
        out["family"] = std::string(name_of(facts.family));
        out["offers_catalog_id"] = facts.offers_catalog_id;
        out["price_types"] = price_types_json(facts);
    }
    if (facts.placeholders) {
        out["placeholders"] = true;
    }
    return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

PortalFacts facts_from_json(std::string_view text) {
    const json in = parsed_json(text);
    if (!in.is_object()) {
        refuse("JSON");
    }
    PortalFacts facts;
    facts.administrator = in.contains("administrator") && is_yes(in.at("administrator"));
    facts.placeholders = in.contains("placeholders") && is_yes(in.at("placeholders"));
    const json measures = member(in, "measures", json::value_t::object);
    for (const auto& [code, id] : measures.items()) {
        facts.measure_ids.emplace(plain_measure_code(code), text_of(id));
    }
    for (const json& code : member(in, "currencies", json::value_t::array)) {
        facts.currencies.insert(text_of(code));
    }
    read_vat(member(in, "vat", json::value_t::array), facts);
    read_kinds(member(in, "many_keys", json::value_t::object), member(in, "complete", json::value_t::object),
               facts);
    if (in.contains("catalog_id")) {
        facts.catalog_id = text_of(in.at("catalog_id"));
    }
    read_family_json(in, facts);
    read_presets_json(member(in, "presets", json::value_t::array), facts);
    read_stages_json(member(in, "stages", json::value_t::object), facts);
    return facts;
}

}  // namespace obmen::portal
