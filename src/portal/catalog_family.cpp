#include "portal/catalog_family.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "portal/adoption.hpp"
#include "portal/catalog_spelling.hpp"
#include "portal/lenient_json.hpp"
#include "portal/measures.hpp"
#include "portal/part_commands.hpp"
#include "portal/remote_rows.hpp"
#include "portal/remote_values.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

bool has_field(const WriteRequest& request, std::string_view name) {
    return std::any_of(request.groups->begin(), request.groups->end(), [&](const crm::FieldGroup& group) {
        return std::any_of(group.fields.begin(), group.fields.end(),
                           [&](const crm::Field& field) { return field.name == name; });
    });
}

/// What `crm.item.productrow.*` calls deals.
constexpr const char* deal_type = "D";

/// Without its last part: `crm.product.add` → `add`.
std::string action_of(const Command& command) {
    return command.method.substr(command.method.rfind('.') + 1);
}

/// What a list is asked for to show an object whole.
Parameter everything_of(EntityKind kind) {
    switch (kind) {
        case EntityKind::section:
            return text_list({"id", "iblockId", "name", "iblockSectionId", "xmlId", "code", "active", "sort",
                              "description", "descriptionType"});
        case EntityKind::product:
        case EntityKind::offer:
            // Both masks are documented; the first alone does not bring properties on every portal.
            return text_list({"id", "iblockId", "*", "property_*"});
        default:
            return text_list({"*", "UF_*"});
    }
}

/// Nothing tells whether a portal takes the masks. A row without a single property, user field or list of
/// phones may have lost all of them, and would look as if people had emptied them: it does not count, and its
/// object is read alone.
bool shows_everything(EntityKind kind, const json& row) {
    const auto has_member = [&](std::string_view prefix) {
        const auto& members = row.get_ref<const json::object_t&>();
        return std::ranges::any_of(members,
                                   [&](const auto& member) { return member.first.starts_with(prefix); });
    };
    switch (kind) {
        case EntityKind::section:
            return true;
        case EntityKind::product:
            return has_member("PROPERTY_") && row.contains("ACTIVE");
        case EntityKind::offer:
            return has_member("PROPERTY_") && row.contains("ACTIVE") && row.contains("PARENT_ID");
        case EntityKind::deal:
            return has_member("UF_") && row.contains("CONTACT_IDS") && row.contains("OPPORTUNITY");
        default:
            return has_member("UF_") && row.contains("PHONE");
    }
}

/// `crm.item.productrow.set`; a deal without rows is emptied by the older method, for a list without members
/// cannot travel.
Command rows_respelled(const Command& command) {
    const Parameter* rows = find_parameter(command.parameters, "rows");
    if (rows == nullptr) {
        return command;
    }
    ParameterList respelled;
    for (const Parameter& row : std::get<ParameterList>(rows->value)) {
        ParameterMap fields;
        for (const auto& [name, value] : std::get<ParameterMap>(row.value)) {
            fields.push_back({catalog_name(EntityKind::deal_rows, name), value});
        }
        respelled.push_back({std::move(fields)});
    }
    return {"crm.item.productrow.set",
            {{"ownerType", {deal_type}},
             {"ownerId", *find_parameter(command.parameters, "id")},
             {"productRows", {std::move(respelled)}}}};
}

}  // namespace

std::string CatalogFamily::catalog_of(EntityKind kind) const {
    if (!is_in_catalogue(kind)) {
        return {};
    }
    const bool of_offers = kind == EntityKind::offer;
    const std::string& id = of_offers ? m_facts.offers_catalog_id : m_facts.catalog_id;
    const char* placeholder = of_offers ? "{{offers catalog}}" : "{{catalog}}";
    return id.empty() && m_facts.placeholders ? placeholder : id;
}

Command CatalogFamily::respelled(EntityKind kind, const Command& command, const json* present) const {
    const CatalogNames* names = catalog_names(kind);
    if (names == nullptr || command.method.empty()) {
        return command;
    }
    const std::string action = action_of(command);
    const bool creating = action == "add";
    Command out{names->method_prefix + "." + action, {}};
    if (!names->entity_type_id.empty()) {
        out.parameters.push_back({"entityTypeId", {names->entity_type_id}});
    }
    if (!creating) {
        out.parameters.push_back({"id", *find_parameter(command.parameters, "id")});
    }
    if (action == "delete" || action == "get") {
        if (action == "get" && !names->entity_type_id.empty()) {
            out.parameters.push_back({"useOriginalUfNames", {"Y"}});
        }
        return out;
    }
    ParameterMap fields = catalog_fields(kind, map_in(command, "fields"), creating);
    const bool section_update = !creating && kind == EntityKind::section;
    if (const std::string catalog = catalog_of(kind); !catalog.empty() && (creating || section_update)) {
        fields.insert(fields.begin(), {"iblockId", {catalog}});
    }
    if (section_update && find_parameter(fields, "name") == nullptr && present != nullptr &&
        present->contains("NAME")) {
        fields.push_back({"name", {text_of_member(*present, "NAME")}});
    }
    out.parameters.push_back({"fields", {std::move(fields)}});
    if (!names->entity_type_id.empty()) {
        out.parameters.push_back({"useOriginalUfNames", {"Y"}});
    }
    return out;
}

BuiltCommand CatalogFamily::create_command(const WriteRequest& request, const Resolver& resolver) const {
    BuiltCommand built = portal::create_command(request, m_facts, resolver);
    built.command = respelled(request.kind, built.command, nullptr);
    return built;
}

BuiltCommand CatalogFamily::update_command(const WriteRequest& request, const std::string& remote_id,
                                           const Resolver& resolver,
                                           const std::map<std::string, std::vector<ContactChange>>& changes,
                                           bool write_key, const json* present) const {
    BuiltCommand built = portal::update_command(request, remote_id, m_facts, resolver, changes, write_key);
    built.command = respelled(request.kind, built.command, present);
    return built;
}

bool CatalogFamily::needs_present(const WriteRequest& request) const {
    if (request.kind == EntityKind::prices) {
        return true;
    }
    // Its name has to be said with every change (reference §5.3).
    return request.kind == EntityKind::section && !has_field(request, "name") &&
           !has_field(request, "deleted");
}

BuiltCommand CatalogFamily::aspect_command(const WriteRequest& request, const std::string& owner_id,
                                           bool written_before, const Resolver& resolver,
                                           const json* present) const {
    if (request.kind == EntityKind::prices) {
        return prices_command(request, owner_id, m_facts, resolver, present);
    }
    BuiltCommand built = portal::aspect_command(request, owner_id, written_before, m_facts, resolver);
    if (built.command.method.empty()) {
        return built;
    }
    if (request.kind == EntityKind::deal_rows) {
        built.command = rows_respelled(built.command);
    } else if (request.kind == EntityKind::pictures) {
        built.command = respelled(request.owner, built.command, nullptr);
    }
    return built;
}

std::string CatalogFamily::result_reference(EntityKind kind, std::size_t index) const {
    const CatalogNames* names = catalog_names(kind);
    const std::string reference = portal::result_reference(index);
    return names == nullptr ? reference : reference + "[" + names->made + "][id]";
}

Command CatalogFamily::get_command(EntityKind kind, const std::string& remote_id) const {
    return respelled(kind, portal::get_command(kind, remote_id), nullptr);
}

json CatalogFamily::row_of(EntityKind kind, const json& result) const {
    const CatalogNames* names = catalog_names(kind);
    if (names == nullptr || !result.is_object()) {
        return result;
    }
    return crm_row(kind, result.contains(names->one) ? result.at(names->one) : result);
}

Command CatalogFamily::lookup_command(EntityKind kind, const std::string& source_system,
                                      const std::vector<std::string>& keys) const {
    const Command command = portal::lookup_command(kind, source_system, keys);
    return catalog_names(kind) == nullptr ? command : catalog_list(kind, command, catalog_of(kind));
}

LookupResult CatalogFamily::read_lookup(EntityKind kind, const std::vector<std::string>& keys,
                                        const Done& answer) const {
    const CatalogNames* names = catalog_names(kind);
    return portal::read_lookup(kind, keys, names == nullptr ? answer : crm_list(kind, answer, names->many));
}

std::size_t CatalogFamily::objects_per_reading(EntityKind kind) const {
    if (kind == EntityKind::prices) {
        return products_per_price_reading(m_facts);
    }
    return portal::objects_per_reading;
}

Command CatalogFamily::read_many_command(EntityKind kind, const std::vector<std::string>& ids) const {
    if (kind == EntityKind::prices) {
        return price_list_command(ids);
    }
    if (catalog_names(kind) == nullptr) {
        return portal::read_many_command(kind, ids);
    }
    if (ids.size() == 1 && kind != EntityKind::section) {
        return get_command(kind, ids.front());
    }
    Command list = catalog_list(kind, portal::read_many_command(kind, ids), catalog_of(kind));
    for (auto& [name, value] : list.parameters) {
        if (name == "select") {
            value = everything_of(kind);
        }
    }
    return list;
}

std::map<std::string, json> CatalogFamily::rows_by_id(EntityKind kind, const Done& answer) const {
    if (kind == EntityKind::prices) {
        return prices_by_product(answer);
    }
    const CatalogNames* names = catalog_names(kind);
    if (names == nullptr) {
        return portal::rows_by_id(answer);
    }
    if (answer.result.is_object() && answer.result.contains(names->one)) {
        json row = row_of(kind, answer.result);
        const std::string id = text_of_member(row, "ID");
        return id.empty() ? std::map<std::string, json>{} : std::map<std::string, json>{{id, std::move(row)}};
    }
    auto rows = portal::rows_by_id(crm_list(kind, answer, names->many));
    std::erase_if(rows, [&](const auto& row) { return !shows_everything(kind, row.second); });
    return rows;
}

Command CatalogFamily::read_deal_rows_command(const std::string& deal, bool all) const {
    // The list comes in pages; the older method shows every row.
    const Command whole = portal::read_deal_rows_command(deal);
    return all ? whole
               : Command{"crm.item.productrow.list",
                         {{"filter", {ParameterMap{{"=ownerType", {deal_type}}, {"=ownerId", {deal}}}}},
                          {"order", {ParameterMap{{"id", {"ASC"}}}}}}};
}

std::optional<json> CatalogFamily::deal_rows_in(const Done& answer) const {
    constexpr const char* wrapper = "productRows";
    if (!answer.result.is_object() || !answer.result.contains(wrapper)) {
        return answer.result;
    }
    json rows = crm_list(EntityKind::deal_rows, answer, wrapper).result;
    const bool has_all = rows.is_array() && !is_page_missing(answer, rows.size());
    return has_all ? std::optional(std::move(rows)) : std::nullopt;
}

std::optional<Command> CatalogFamily::read_deal_contacts_command(const std::string& /*deal*/) const {
    return std::nullopt;
}

Command CatalogFamily::products_by_name_command(const std::string& name) const {
    return catalog_list(EntityKind::product, portal::products_by_name_command(name),
                        catalog_of(EntityKind::product));
}

Command CatalogFamily::products_by_property_command(const std::string& property_id,
                                                    const std::string& value) const {
    return catalog_list(EntityKind::product, portal::products_by_property_command(property_id, value),
                        catalog_of(EntityKind::product));
}

Done CatalogFamily::product_rows(const Done& answer) const {
    return crm_list(EntityKind::product, answer, catalog_names(EntityKind::product)->many);
}

}  // namespace obmen::portal
