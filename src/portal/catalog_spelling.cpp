#include "portal/catalog_spelling.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "portal/field_values.hpp"
#include "portal/lenient_json.hpp"
#include "portal/portal_text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

constexpr std::string_view catalog_property_prefix = "property";
constexpr std::string_view user_field_prefix = "UF_";
constexpr auto multi_fields = std::to_array<std::string_view>({"PHONE", "EMAIL", "WEB", "IM", "LINK"});

/// Names that are not the other one in another case.
struct OtherName {
    std::string_view crm;
    std::string_view catalog;
    bool (*applies)(EntityKind kind);
};
bool is_product(EntityKind kind) {
    return kind == EntityKind::product || kind == EntityKind::offer;
}
bool is_company(EntityKind kind) {
    return kind == EntityKind::company;
}
constexpr auto other_names = std::to_array<OtherName>({
    {"SECTION_ID", "iblockSectionId", is_in_catalogue},
    {"CATALOG_ID", "iblockId", is_in_catalogue},
    {"DESCRIPTION", "detailText", is_product},
    {"DESCRIPTION_TYPE", "detailTextType", is_product},
    {"COMPANY_TYPE", "typeId", is_company},
});

/// `SECOND_NAME` → `secondName`.
std::string camel(std::string_view name) {
    std::string out;
    bool capital = false;
    for (const char c : name) {
        if (c == '_') {
            capital = true;
            continue;
        }
        const bool upper = c >= 'A' && c <= 'Z';
        out += upper && !capital ? static_cast<char>(c - 'A' + 'a') : c;
        capital = false;
    }
    return out;
}

/// `secondName` → `SECOND_NAME`.
std::string snake(std::string_view name) {
    const bool has_small = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!has_small) {
        return std::string(name);  // is spelled so already
    }
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
        }
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

/// Entries of `fm`, which may be a list or a map, under the names that old rows have.
void add_multi_fields(const json& fm, json& row) {
    for (const std::string_view name : multi_fields) {
        row[std::string(name)] = json::array();
    }
    for (const json* entry : rows_of(fm).value_or(std::vector<const json*>{})) {
        const std::string type = text_of_member(*entry, "typeId");
        if (is_multi_field_name(type)) {
            row[type].push_back({{"ID", text_of_member(*entry, "id")},
                                 {"VALUE", text_of_member(*entry, "value")},
                                 {"VALUE_TYPE", text_of_member(*entry, "valueType")},
                                 {"TYPE_ID", type}});
        }
    }
}

json with_crm_names(EntityKind kind, const json& row) {
    json out = json::object();
    for (const auto& [name, value] : row.items()) {
        if (name == "fm") {
            add_multi_fields(value, out);
        } else if (kind == EntityKind::offer && name == "parentId") {
            out[crm_name(kind, name)] =
                value.is_object() && value.contains("value") ? value.at("value") : value;
        } else {
            out[crm_name(kind, name)] = value;
        }
    }
    return out;
}

/// The list inside a result, however it is wrapped.
const json& unwrapped(const json& result, const std::string& wrapper) {
    return result.is_object() && result.contains(wrapper) ? result.at(wrapper) : result;
}

template <typename Respell>
Done respelled(const Done& answer, const std::string& wrapper, const Respell& respell) {
    Done out{json::array(), answer.total, answer.more};
    const json& list = unwrapped(answer.result, wrapper);
    const auto rows = rows_of(list);
    if (!rows) {
        out.result = nullptr;  // no list: whoever reads it must not take it for an empty one
        return out;
    }
    for (const json* row : *rows) {
        out.result.push_back(respell(*row));
    }
    return out;
}

}  // namespace

bool is_multi_field_name(std::string_view name) {
    return std::find(multi_fields.begin(), multi_fields.end(), name) != multi_fields.end();
}

bool is_in_catalogue(EntityKind kind) {
    return kind == EntityKind::section || kind == EntityKind::product || kind == EntityKind::offer;
}

const CatalogNames* catalog_names(EntityKind kind) {
    static const std::map<EntityKind, CatalogNames> names{
        {EntityKind::section, {"catalog.section", "", "section", "section", "sections", false}},
        {EntityKind::product, {"catalog.product", "", "element", "product", "products", true}},
        {EntityKind::offer, {"catalog.product.offer", "", "offer", "offer", "offers", true}},
        {EntityKind::company, {"crm.item", "4", "item", "item", "items", false}},
        {EntityKind::contact, {"crm.item", "3", "item", "item", "items", false}},
        {EntityKind::deal, {"crm.item", "2", "item", "item", "items", false}},
    };
    const auto found = names.find(kind);
    return found == names.end() ? nullptr : &found->second;
}

std::string catalog_name(EntityKind kind, std::string_view crm_name) {
    if (crm_name.starts_with(user_field_prefix) || crm_name == "*") {
        return std::string(crm_name);
    }
    const auto* const other =
        std::find_if(other_names.begin(), other_names.end(),
                     [&](const OtherName& name) { return name.crm == crm_name && name.applies(kind); });
    if (other != other_names.end()) {
        return std::string(other->catalog);
    }
    if (is_product(kind) && crm_name.starts_with(property_prefix)) {
        return std::string(catalog_property_prefix) + std::string(crm_name.substr(property_prefix.size()));
    }
    return camel(crm_name);
}

std::string crm_name(EntityKind kind, std::string_view catalog_name) {
    if (catalog_name.starts_with(user_field_prefix)) {
        return std::string(catalog_name);
    }
    const auto* const other = std::find_if(
        other_names.begin(), other_names.end(),
        [&](const OtherName& name) { return name.catalog == catalog_name && name.applies(kind); });
    if (other != other_names.end()) {
        return std::string(other->crm);
    }
    if (is_product(kind) && catalog_name.starts_with(catalog_property_prefix)) {
        const std::string_view id = catalog_name.substr(catalog_property_prefix.size());
        if (is_digits(id)) {
            return std::string(property_prefix) + std::string(id);
        }
    }
    return snake(catalog_name);
}

json crm_row(EntityKind kind, const json& row) {
    return row.is_object() ? with_crm_names(kind, row) : row;
}

Done crm_list(EntityKind kind, const Done& answer, const std::string& wrapper) {
    return respelled(answer, wrapper, [&](const json& row) { return crm_row(kind, row); });
}

Done crm_dictionary(const Done& answer, const std::string& wrapper) {
    return respelled(answer, wrapper, [](const json& row) {
        json out = json::object();
        for (const auto& [name, value] : row.items()) {
            out[snake(name)] = value;
        }
        return out;
    });
}

}  // namespace obmen::portal
