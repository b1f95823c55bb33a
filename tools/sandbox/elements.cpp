#include "elements.hpp"

#include <utility>

#include "files.hpp"
#include "listing.hpp"
#include "multifields.hpp"
#include "php_values.hpp"
#include "user_fields.hpp"

namespace obmen::sandbox {

namespace {

void check_params(const Call& call) {
    const Json* params = parameter(call.parameters, "params");
    if (params != nullptr && !params->is_structured())
        throw Refusal("Parameter 'params' must be array.");
}

void put_if_known(const Schema& schema, Json& row, const char* name, const std::string& value) {
    if (schema.find(name) != nullptr)
        row[name] = value;
}

void note_author(const Call& call, const Schema& schema, Json& row, bool creating) {
    const std::string user = std::to_string(call.user);
    if (creating) {
        put_if_known(schema, row, "DATE_CREATE", call.now);
        put_if_known(schema, row, "CREATED_BY_ID", user);
        put_if_known(schema, row, "ASSIGNED_BY_ID", user);
    }
    put_if_known(schema, row, "DATE_MODIFY", call.now);
    put_if_known(schema, row, "MODIFY_BY_ID", user);
}

void store_contacts_and_files(Call& call, const Schema& schema, Json& row) {
    const Json& fields = call.fields();
    for (const Field& field : schema.fields()) {
        const Json* sent = member(fields, field.name);
        if (sent != nullptr && field.type == FieldType::multifield)
            store_multifield(call.store, row, field.name, *sent);
    }
    for (const Field& field : schema.fields()) {
        const Json* sent = member(fields, field.name);
        if (sent != nullptr && field.type == FieldType::file)
            store_file_field(call.store, row, field.name, *sent);
    }
    if (schema.find("PHONE") != nullptr) {
        row["HAS_PHONE"] = row["PHONE"].is_null() ? "N" : "Y";
        row["HAS_EMAIL"] = row["EMAIL"].is_null() ? "N" : "Y";
    }
}

void store_fields(Call& call, const ElementKind& kind, Json& row, std::int64_t id, bool creating) {
    const Json& fields = call.fields();
    check_params(call);
    note_author(call, kind.schema, row, creating);
    for (const std::string& name : kind.schema.store(row, fields, creating)) {
        if (!store_user_field(call.store, row, kind.user_fields, name, *member(fields, name)))
            call.unknown_fields.push_back(name);
    }
    if (kind.store_own)
        kind.store_own(call, row, id, creating);
    store_contacts_and_files(call, kind.schema, row);
}

Answer add_element(Call& call, const ElementKind& kind) {
    Table& table = call.store.table(kind.table);
    Json row = kind.schema.new_row();
    store_fields(call, kind, row, table.next_id(), true);
    const std::int64_t id = table.insert(std::move(row));
    if (kind.after_write)
        kind.after_write(call, id);
    call.wrote(Operation::create, kind.table, id);
    return {id};
}

const Json& row_of(const Call& call, const ElementKind& kind, std::int64_t id) {
    const Json* row = call.store.table(kind.table).find(id);
    if (row == nullptr)
        throw kind.not_found(id);
    return *row;
}

Answer update_element(Call& call, const ElementKind& kind) {
    const std::int64_t id = call.id();
    Json row = row_of(call, kind, id);
    store_fields(call, kind, row, id, false);
    call.store.table(kind.table).put(id, std::move(row));
    if (kind.after_write)
        kind.after_write(call, id);
    call.wrote(Operation::update, kind.table, id);
    return {true};
}

Answer delete_element(Call& call, const ElementKind& kind) {
    const std::int64_t id = call.id();
    if (call.store.table(kind.table).find(id) == nullptr)
        throw kind.not_found_to_delete ? kind.not_found_to_delete(id) : kind.not_found(id);
    remove_element(call, kind, id);
    return {true};
}

/// Multi-fields that are empty, lists of ids and the links are not shown (reference bitrix24-rest.md §8.4).
Json shown(const Store& store, const ElementKind& kind, const Json& row) {
    Json visible = Json::object();
    for (const Field& field : kind.schema.fields()) {
        const Json* value = member(row, field.name);
        const bool hidden = field.type == FieldType::list ||
                            (field.type == FieldType::multifield && (value == nullptr || value->is_null()));
        if (!hidden)
            visible[field.name] = value == nullptr ? Json(nullptr) : *value;
    }
    show_user_fields(store, row, kind.user_fields, visible);
    return visible;
}

Answer list_elements(Call& call, const ElementKind& kind) {
    const Store& store = call.store;
    return list(
        call,
        {.kind = kind.table,
         .schema = kind.schema,
         .knows_in_prefix = true,
         .other_field = [&](std::string_view name) { return user_field_type(store, kind.user_fields, name); },
         .only_when_named = [](const Field& field) { return field.type == FieldType::multifield; },
         .shown = [&](const Json& row) { return shown(store, kind, row); }});
}

}  // namespace

void remove_element(Call& call, const ElementKind& kind, std::int64_t id) {
    if (kind.before_removal)
        kind.before_removal(call, id);
    call.wrote(Operation::remove, kind.table, id);
    forget_files(call.store, *call.store.table(kind.table).find(id));
    call.store.table(kind.table).erase(id);
}

void add_element_methods(MethodTable& methods, const ElementKind& kind) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = "crm." + kind.method + "." + name,
                     .scope = "crm",
                     .kind = kind.table,
                     .run = [kind, run](Call& call) { return run(call, kind); }});
    };
    add_method("add", add_element);
    add_method("update", update_element);
    add_method("delete", delete_element);
    add_method("list", list_elements);
    add_method("get", [](Call& call, const ElementKind& of) {
        return Answer{shown(call.store, of, row_of(call, of, call.id()))};
    });
    add_method("fields", [](Call& call, const ElementKind& of) {
        Json all = Json::object();
        show_user_fields(call.store, Json::object(), of.user_fields, all);
        for (auto& field : all)
            field = Json{{"isDynamic", true}};
        all.update(of.schema.described());
        return Answer{std::move(all)};
    });
}

}  // namespace obmen::sandbox
