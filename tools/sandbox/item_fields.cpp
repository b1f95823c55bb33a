#include "item_fields.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "links.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

constexpr ItemKind kinds[] = {{owner_type_deal, "deal", "CRM_DEAL"},
                              {owner_type_contact, "contact", "CRM_CONTACT"},
                              {owner_type_company, "company", "CRM_COMPANY"}};

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

std::vector<std::string> parts_of(std::string_view name) {
    std::vector<std::string> parts(1);
    for (const char letter : name) {
        if (letter == '_')
            parts.emplace_back();
        else
            parts.back() += letter;
    }
    return parts;
}

/// Names that are no mere change of case.
std::string item_name(const ItemKind& kind, const std::string& column) {
    static const std::map<std::string, std::string> names{
        {"DATE_CREATE", "createdTime"}, {"DATE_MODIFY", "updatedTime"}, {"CREATED_BY_ID", "createdBy"},
        {"MODIFY_BY_ID", "updatedBy"},  {"MOVED_BY_ID", "movedBy"},     {"COMPANY_TYPE", "typeId"}};
    if (kind.type == owner_type_company && column == "CONTACT_ID")
        return "contactIds";
    const auto found = names.find(column);
    return found == names.end() ? camel_name(column) : found->second;
}

/// Multi-fields come as `fm`, and the obsolete addresses not at all.
bool is_hidden(const std::string& column) {
    return column.starts_with("ADDRESS") || column.starts_with("REG_ADDRESS") || column == "TRACE" ||
           std::find(std::begin(multifield_types), std::end(multifield_types), column) !=
               std::end(multifield_types);
}

Typed type_of(const std::string& name, bool multiple) {
    static const std::map<std::string, Typed> types{
        {"integer", Typed::integer}, {"double", Typed::number},     {"char", Typed::flag},
        {"date", Typed::date},       {"datetime", Typed::datetime}, {"product_file", Typed::picture}};
    if (multiple)
        return Typed::ids;
    const auto found = types.find(name);
    return found == types.end() ? Typed::text : found->second;
}

Typed user_field_type(const Json& field) {
    const std::string type = member_text(field, "USER_TYPE_ID");
    if (field.at("MULTIPLE") == "Y")
        return Typed::structure;
    if (type == "integer")
        return Typed::integer;
    if (type == "boolean")
        return Typed::flag;
    return type == "double" ? Typed::number : Typed::text;
}

std::vector<std::int64_t> linked_ids(const Json& row, const LinkKind& links) {
    std::vector<std::int64_t> ids;
    const Json all = links_of(row, links);
    for (const Json& link : all)
        ids.push_back(link.at(links.field).get<std::int64_t>());
    return ids;
}

std::vector<std::int64_t> contacts_of_company(const Store& store, std::int64_t company) {
    std::vector<std::int64_t> ids;
    for (const auto& [id, row] : store.table("contact").rows()) {
        const std::vector<std::int64_t> companies = linked_ids(row, companies_of_contact);
        if (std::find(companies.begin(), companies.end(), company) != companies.end())
            ids.push_back(id);
    }
    return ids;
}

Json multifields(const Json& row) {
    Json all = Json::array();
    for (const char* type : multifield_types) {
        const Json* values = member(row, type);
        for (const auto& [index, value] : entries(values))
            all.push_back(Json{{"id", member_integer(*value, "ID")},
                               {"valueType", member_text(*value, "VALUE_TYPE")},
                               {"value", member_text(*value, "VALUE")},
                               {"typeId", type}});
    }
    return all;
}

}  // namespace

const ItemKind& item_kind(std::int64_t entity_type) {
    const auto found = std::find_if(std::begin(kinds), std::end(kinds),
                                    [&](const ItemKind& kind) { return kind.type == entity_type; });
    if (found == std::end(kinds))
        throw Refusal(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
    return *found;
}

const char* item_table(const Json& parameters) {
    const std::int64_t type = member_integer(parameters, "entityTypeId");
    const auto found = std::find_if(std::begin(kinds), std::end(kinds),
                                    [&](const ItemKind& kind) { return kind.type == type; });
    return found == std::end(kinds) ? nullptr : found->element;
}

std::string camel_name(std::string_view upper) {
    const std::vector<std::string> parts = parts_of(folded(upper));
    std::string name = parts.front();
    for (std::size_t index = 1; index < parts.size(); ++index) {
        std::string part = parts[index];
        if (part.empty())
            continue;
        // UF_CRM_1639 keeps its line, UF_CRM_5_1639 only the second one.
        const bool number_of_type = index == 2 && name == "ufCrm" && parts.size() > 3 && !parts[3].empty() &&
                                    is_digit(parts[3].front());
        if (is_digit(part.front()))
            name += number_of_type ? part : "_" + part;
        else
            name += static_cast<char>(part.front() >= 'a' && part.front() <= 'z' ? part.front() - 'a' + 'A'
                                                                                 : part.front()) +
                    part.substr(1);
    }
    return name;
}

std::string upper_name(std::string_view camel) {
    std::string name;
    for (const char letter : camel) {
        if (letter >= 'A' && letter <= 'Z')
            name += '_';
        name += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return name;
}

Json answer_of(const Call& call, const std::string& method, const Json& parameters) {
    Call inner{method, parameters, call.store, call.settings, call.methods, call.now, call.user};
    return call.methods.find(method)->run(inner).result;
}

TypedFields item_fields(const Call& call, const ItemKind& kind, bool original_names) {
    TypedFields fields;
    const Json described = answer_of(call, std::string("crm.") + kind.element + ".fields", Json::object());
    for (const auto& [column, field] : entries(described)) {
        if (is_hidden(column) || field->value("isDynamic", false))  // user fields: below
            continue;
        const bool multiple = field->at("isMultiple").get<bool>() || item_name(kind, column) == "contactIds";
        fields.push_back(
            {.name = item_name(kind, column),
             .column = column,
             // The old methods describe it as a text.
             .type = column == "CATEGORY_ID" ? Typed::integer : type_of(text_of(field->at("type")), multiple),
             .read_only = field->at("isReadOnly").get<bool>()});
    }
    for (const auto& [id, field] : call.store.table("user_field").rows()) {
        const std::string name = member_text(field, "FIELD_NAME");
        if (field.at("ENTITY_ID") == kind.user_fields)
            fields.push_back({.name = original_names ? name : camel_name(name),
                              .column = name,
                              .type = user_field_type(field)});
    }
    return fields;
}

Json shown_item(const Store& store, const ItemKind& kind, const TypedFields& fields, const Json& row) {
    Json item = Json::object();
    for (const TypedField& field : fields) {
        item[field.name] = typed_value(field, row);
        if (field.place().starts_with("UF_") && field.type == Typed::flag)
            item[field.name] = member_text(row, field.place()) == "1" ? "Y" : "N";
        else if (field.type == Typed::structure && item[field.name].is_null())
            item[field.name] = Json::array();
    }
    item["entityTypeId"] = kind.type;
    if (kind.type == owner_type_deal) {
        item["contactIds"] = linked_ids(row, contacts_of_deal);
        return item;
    }
    if (kind.type == owner_type_contact)
        item["companyIds"] = linked_ids(row, companies_of_contact);
    else
        item["contactIds"] = contacts_of_company(store, member_integer(row, "ID"));
    item["fm"] = multifields(row);
    return item;
}

}  // namespace obmen::sandbox
