#include "settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <type_traits>
#include <utility>

#include "portal_clock.hpp"
#include "refusal.hpp"

namespace obmen::sandbox {

// The JSON names of the switches are those of the enumerators.
NLOHMANN_JSON_SERIALIZE_ENUM(ArrayFilter, {{ArrayFilter::on, "on"},
                                           {ArrayFilter::first, "first"},
                                           {ArrayFilter::ignored, "ignored"}})
NLOHMANN_JSON_SERIALIZE_ENUM(EmptyFilter, {{EmptyFilter::everything, "everything"},
                                           {EmptyFilter::empty_rows, "empty_rows"}})
NLOHMANN_JSON_SERIALIZE_ENUM(CatalogueRights, {{CatalogueRights::all, "all"},
                                               {CatalogueRights::read, "read"},
                                               {CatalogueRights::none, "none"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Reaction, {{Reaction::ignore, "ignore"}, {Reaction::refuse, "refuse"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Unmentioned, {{Unmentioned::deleted, "deleted"}, {Unmentioned::kept, "kept"}})

NLOHMANN_JSON_SERIALIZE_ENUM(Family, {{Family::crm_product, "crm.product"},
                                      {Family::crm_item, "crm.item"},
                                      {Family::catalog, "catalog"}})
NLOHMANN_JSON_SERIALIZE_ENUM(InventoryAccounting, {{InventoryAccounting::off, "off"},
                                                   {InventoryAccounting::ignore, "ignore"},
                                                   {InventoryAccounting::refuse, "refuse"}})

namespace {

struct Switch {
    std::function<Json(const Settings&)> read;
    std::function<void(Settings&, const Json&)> write;
};

template <typename Value>
Switch switch_for(Value Settings::*place) {
    return {
        [place](const Settings& settings) { return Json(settings.*place); },
        [place](Settings& settings, const Json& value) {
            auto wished = value.get<Value>();
            // An enumeration takes any text for its first value: only what reads back is meant.
            if ((std::is_enum_v<Value> || std::is_same_v<Value, std::vector<Family>>)&&Json(wished) != value)
                throw Refusal(400, "INVALID_SETTING", fmt::format("Unknown value {}", value.dump()));
            settings.*place = std::move(wished);
        }};
}

const std::map<std::string, Switch>& switches() {
    static const std::map<std::string, Switch> all{
        {"code", switch_for(&Settings::code)},
        {"administrator", switch_for(&Settings::administrator)},
        {"scopes", switch_for(&Settings::scopes)},
        {"rest_in_plan", switch_for(&Settings::rest_in_plan)},
        {"catalogue_rights", switch_for(&Settings::catalogue_rights)},
        {"client_id", switch_for(&Settings::client_id)},
        {"client_secret", switch_for(&Settings::client_secret)},
        {"redirect_uri", switch_for(&Settings::redirect_uri)},
        {"member_id", switch_for(&Settings::member_id)},
        {"consent", switch_for(&Settings::consent)},
        {"code_seconds", switch_for(&Settings::code_seconds)},
        {"token_seconds", switch_for(&Settings::token_seconds)},
        {"refresh_seconds", switch_for(&Settings::refresh_seconds)},
        {"token_requests", switch_for(&Settings::token_requests)},
        {"refresh_once", switch_for(&Settings::refresh_once)},
        {"basic_user", switch_for(&Settings::basic_user)},
        {"basic_password", switch_for(&Settings::basic_password)},
        {"renamed_to", switch_for(&Settings::renamed_to)},
        {"zone", switch_for(&Settings::zone)},
        {"uncounted_total", switch_for(&Settings::uncounted_total)},
        {"families", switch_for(&Settings::families)},
        {"inventory_accounting", switch_for(&Settings::inventory_accounting)},
        {"empty_clears_item", switch_for(&Settings::empty_clears_item)},
        {"bare_choices", switch_for(&Settings::bare_choices)},
        {"catalogue_id", switch_for(&Settings::catalogue_id)},
        {"offers_catalogue_id", switch_for(&Settings::offers_catalogue_id)},
        {"property_mask", switch_for(&Settings::property_mask)},
        {"in_array", switch_for(&Settings::in_array)},
        {"empty_filter", switch_for(&Settings::empty_filter)},
        {"price_without_currency", switch_for(&Settings::price_without_currency)},
        {"unknown_stage", switch_for(&Settings::unknown_stage)},
        {"text_for_number", switch_for(&Settings::text_for_number)},
        {"property_codes", switch_for(&Settings::property_codes)},
        {"unmentioned_choices", switch_for(&Settings::unmentioned_choices)},
        {"unmentioned_files", switch_for(&Settings::unmentioned_files)},
        {"normalised_phones", switch_for(&Settings::normalised_phones)},
        {"fold_keys", switch_for(&Settings::fold_keys)},
        {"operating_in_time", switch_for(&Settings::operating_in_time)},
        {"burst", switch_for(&Settings::burst)},
        {"rate", switch_for(&Settings::rate)},
        {"operating_limit", switch_for(&Settings::operating_limit)},
        {"operating_cost", switch_for(&Settings::operating_cost)},
        {"operating_costs", switch_for(&Settings::operating_costs)},
        {"latency", switch_for(&Settings::latency)},
    };
    return all;
}

}  // namespace

double Settings::cost_of(const std::string& method) const {
    const auto found = operating_costs.find(method);
    return found == operating_costs.end() ? operating_cost : found->second;
}

bool Settings::offers(const std::string& method) const {
    const auto has = [&](Family family) {
        return std::find(families.begin(), families.end(), family) != families.end();
    };
    if (method.starts_with("catalog."))
        return has(Family::catalog);
    if (method.starts_with("crm.item."))
        return has(Family::crm_item);
    if (method.starts_with("crm.product.") || method.starts_with("crm.productsection."))
        return has(Family::crm_product);
    return true;
}

Json settings_as_json(const Settings& settings) {
    Json all = Json::object();
    for (const auto& [name, entry] : switches())
        all[name] = entry.read(settings);
    return all;
}

void apply_settings(Settings& settings, const Json& changes) {
    if (!changes.is_object())
        throw Refusal(400, "INVALID_SETTING", "The settings must be a JSON object");
    Settings changed = settings;
    for (const auto& item : changes.items()) {
        const auto found = switches().find(item.key());
        if (found == switches().end())
            throw Refusal(400, "INVALID_SETTING", fmt::format("There is no setting {}", item.key()));
        try {
            found->second.write(changed, item.value());
        } catch (const nlohmann::json::exception&) {
            throw Refusal(400, "INVALID_SETTING", fmt::format("Setting {}: wrong type of value", item.key()));
        }
    }
    if (!zone_offset(changed.zone))
        throw Refusal(400, "INVALID_SETTING", "Setting zone: a value such as +03:00");
    settings = std::move(changed);
}

}  // namespace obmen::sandbox
