#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "portal/catalog_family.hpp"
#include "portal/catalog_spelling.hpp"
#include "portal/lenient_json.hpp"
#include "portal/measures.hpp"

namespace obmen::portal {

using crm::EntityKind;
using nlohmann::json;

std::string CatalogFamily::catalog_of(crm::PropertyOwner owner) const {
    return catalog_of(owner == crm::PropertyOwner::offers ? EntityKind::offer : EntityKind::product);
}

Command CatalogFamily::property_list_command(crm::PropertyOwner owner, std::uint64_t start) const {
    return {"catalog.productProperty.list",
            {{"order", {ParameterMap{{"id", {"ASC"}}}}},
             {"filter", {ParameterMap{{"iblockId", {catalog_of(owner)}}}}},
             {"start", {std::to_string(start)}}}};
}

std::optional<PropertyPage> CatalogFamily::read_property_page(crm::PropertyOwner owner,
                                                              const Done& answer) const {
    std::optional<PropertyPage> page =
        portal::read_property_page(crm_dictionary(answer, "productProperties"));
    if (!page) {
        return std::nullopt;
    }
    for (RemoteProperty& property : page->properties) {
        const bool is_of_offers = property.catalog_id.empty()
                                      ? owner == crm::PropertyOwner::offers
                                      : property.catalog_id == m_facts.offers_catalog_id;
        property.owner = is_of_offers ? crm::PropertyOwner::offers : crm::PropertyOwner::products;
    }
    return page;
}

std::optional<Command> CatalogFamily::choice_list_command(std::uint64_t start) const {
    return Command{"catalog.productPropertyEnum.list",
                   {{"order", {ParameterMap{{"id", {"ASC"}}}}}, {"start", {std::to_string(start)}}}};
}

std::optional<Family::ChoicePage> CatalogFamily::read_choice_page(const Done& answer) const {
    const Done list = crm_dictionary(answer, "productPropertyEnums");
    const auto rows = rows_of(list.result);
    if (!rows) {
        return std::nullopt;
    }
    ChoicePage page;
    page.more = answer.more;
    for (const json* row : *rows) {
        page.choices.emplace_back(
            text_of_member(*row, "PROPERTY_ID"),
            RemoteProperty::Choice{text_of_member(*row, "ID"), text_of_member(*row, "XML_ID"),
                                   text_of_member(*row, "VALUE"), text_of_member(*row, "SORT"),
                                   row->contains("DEF") && is_yes(row->at("DEF"))});
    }
    return page;
}

Command CatalogFamily::property_add_command(const crm::EntityKey& key, const std::string& source_id,
                                            const std::vector<crm::FieldGroup>& groups) const {
    const Command command = portal::property_add_command(key, source_id, groups, m_facts);
    ParameterMap fields{{"iblockId", {catalog_of(crm::owner_of(key))}}};
    for (const auto& [name, value] : map_in(command, "fields")) {
        // The choices follow when the property is there: each is an object of its own.
        if (name != "VALUES" && name != "IBLOCK_ID") {
            fields.push_back({catalog_name(EntityKind::property, name), value});
        }
    }
    return {"catalog.productProperty.add", {{"fields", {std::move(fields)}}}};
}

std::vector<Command> CatalogFamily::property_update_commands(
    const RemoteProperty& now, const std::vector<crm::FieldGroup>& groups) const {
    const Command command = portal::property_update_command(now, groups);
    std::vector<Command> commands;
    ParameterMap changed;
    const ParameterMap* choices = nullptr;
    const ParameterMap& all = map_in(command, "fields");
    for (const auto& [name, value] : all) {
        if (name == "VALUES") {
            choices = &std::get<ParameterMap>(value.value);
        } else if (name != "PROPERTY_TYPE") {
            changed.push_back({catalog_name(EntityKind::property, name), value});
        }
    }
    if (!changed.empty()) {
        commands.push_back(
            {"catalog.productProperty.update", {{"id", {now.id}}, {"fields", {std::move(changed)}}}});
    }
    for (const auto& [id, choice] : choices == nullptr ? ParameterMap{} : *choices) {
        const auto& said = std::get<ParameterMap>(choice.value);
        ParameterMap fields;
        for (const auto& [name, value] : said) {
            if (name != "ID") {
                fields.push_back({catalog_name(EntityKind::property, name), value});
            }
        }
        const auto known = std::find_if(now.choices.begin(), now.choices.end(),
                                        [&, key = &id](const auto& one) { return one.id == *key; });
        if (known == now.choices.end()) {
            fields.insert(fields.begin(), {"propertyId", {now.id}});
            commands.push_back({"catalog.productPropertyEnum.add", {{"fields", {std::move(fields)}}}});
        } else if (std::get<std::string>(find_parameter(said, "VALUE")->value) != known->text) {
            commands.push_back(
                {"catalog.productPropertyEnum.update", {{"id", {id}}, {"fields", {std::move(fields)}}}});
        }
        if (commands.size() == batch_commands) {
            break;
        }
    }
    return commands;
}

Command CatalogFamily::measure_add_command(const std::string& okei, const std::string& name) const {
    const Command command = portal::measure_add_command(okei, name);
    ParameterMap fields;
    for (const auto& [field, value] : map_in(command, "fields")) {
        fields.push_back(
            {field == "SYMBOL_RUS" ? "symbol" : catalog_name(EntityKind::property, field), value});
    }
    return {"catalog.measure.add", {{"fields", {std::move(fields)}}}};
}

}  // namespace obmen::portal
