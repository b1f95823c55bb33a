#include "user_fields.hpp"

#include <fmt/format.h>

#include <map>

#include "listing.hpp"
#include "method.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

constexpr const char* table_name = "user_field";

const Schema& user_field_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "ENTITY_ID", .read_only = true},
        {.name = "FIELD_NAME", .immutable = true, .required = true},
        {.name = "USER_TYPE_ID", .initial = "string", .immutable = true},
        {.name = "XML_ID"},
        {.name = "SORT", .type = FieldType::integer, .initial = "100"},
        {.name = "MULTIPLE", .type = FieldType::flag, .initial = "N", .immutable = true},
        {.name = "MANDATORY", .type = FieldType::flag, .initial = "N"}};
    return schema;
}

const std::map<std::string, FieldType>& field_types() {
    static const std::map<std::string, FieldType> types{
        {"string", FieldType::text},  {"url", FieldType::text},        {"integer", FieldType::integer},
        {"double", FieldType::text},  {"boolean", FieldType::integer}, {"date", FieldType::date},
        {"datetime", FieldType::text}};
    return types;
}

const Json* field_of(const Store& store, const std::string& entity, std::string_view name) {
    const Table& fields = store.table(table_name);
    for (const std::int64_t id : fields.ids_with_key(name)) {
        const Json* field = fields.find(id);
        if (field->at("ENTITY_ID") == entity && field->at("FIELD_NAME") == name)
            return field;
    }
    return nullptr;
}

Answer add_user_field(Call& call, const std::string& entity) {
    Json row = user_field_schema().new_row();
    call.unknown_fields = user_field_schema().store(row, call.fields(), true);
    std::string name = text_of(row["FIELD_NAME"]);
    if (name.empty())
        throw Refusal("The field 'FIELD_NAME' is required.");
    if (!name.starts_with("UF_CRM_"))
        name = "UF_CRM_" + name;
    if (!field_types().contains(text_of(row["USER_TYPE_ID"])))
        throw Refusal(fmt::format("User type '{}' is not supported.", text_of(row["USER_TYPE_ID"])));
    if (field_of(call.store, entity, name) != nullptr)
        throw Refusal(400, "ERROR_CORE",
                      fmt::format("Поле {} для объекта {} уже существует.<br>", name, entity));
    row["FIELD_NAME"] = name;
    row["ENTITY_ID"] = entity;
    const std::int64_t id = call.store.table(table_name).insert(std::move(row));
    call.wrote(Operation::create, table_name, id);
    return {id};
}

Answer remove_user_field(Call& call, const std::string& entity) {
    const std::int64_t id = call.id();
    const Json* row = call.store.table(table_name).find(id);
    if (row == nullptr || row->at("ENTITY_ID") != entity)
        throw Refusal(fmt::format("The entity with ID '{}' is not found", id));
    call.wrote(Operation::remove, table_name, id);
    call.store.table(table_name).erase(id);
    return {true};
}

Answer list_user_fields(Call& call, const std::string& entity) {
    Answer answer = list(call, {.kind = table_name, .schema = user_field_schema()});
    Json own = Json::array();
    for (Json& row : answer.result) {
        if (row.at("ENTITY_ID") == entity)
            own.push_back(std::move(row));
    }
    return {own, static_cast<std::int64_t>(own.size())};
}

}  // namespace

std::optional<FieldType> user_field_type(const Store& store, const std::string& entity,
                                         std::string_view name) {
    const Json* field = field_of(store, entity, name);
    if (field == nullptr)
        return std::nullopt;
    return field_types().at(text_of(field->at("USER_TYPE_ID")));
}

bool store_user_field(const Store& store, Json& row, const std::string& entity, const std::string& name,
                      const Json& sent) {
    const auto type = user_field_type(store, entity, name);
    if (!type)
        return false;
    const Field field{.name = name, .type = *type};
    if (field_of(store, entity, name)->at("MULTIPLE") != "Y") {
        row[name] = stored_value(field, sent);
        return true;
    }
    Json values = Json::array();
    for (const auto& [index, value] : entries(sent)) {
        if (Json stored = stored_value(field, *value); !stored.is_null())
            values.push_back(std::move(stored));
    }
    row[name] = values.empty() ? Json(nullptr) : std::move(values);
    return true;
}

void show_user_fields(const Store& store, const Json& row, const std::string& entity, Json& shown) {
    for (const auto& [id, field] : store.table(table_name).rows()) {
        if (field.at("ENTITY_ID") != entity)
            continue;
        const std::string name = field.at("FIELD_NAME").get<std::string>();
        const Json* value = member(row, name);
        if (value != nullptr && !value->is_null())
            shown[name] = *value;
        else
            shown[name] = field.at("MULTIPLE") == "Y" ? Json(false) : Json(nullptr);
    }
}

void add_user_field_methods(MethodTable& methods) {
    for (const auto& [method, entity] : {std::pair{"company", "CRM_COMPANY"},
                                         {"contact", "CRM_CONTACT"},
                                         {"deal", "CRM_DEAL"},
                                         {"requisite", "CRM_REQUISITE"}}) {
        const auto add_method = [&](const char* name, Caller caller, auto run) {
            methods.add({.name = std::string("crm.") + method + ".userfield." + name,
                         .scope = "crm",
                         .caller = caller,
                         .kind = table_name,
                         .run = [run, of = std::string(entity)](Call& call) { return run(call, of); }});
        };
        add_method("add", Caller::administrator, add_user_field);
        add_method("delete", Caller::administrator, remove_user_field);
        add_method("list", Caller::anyone, list_user_fields);
    }
}

}  // namespace obmen::sandbox
