#include <fmt/format.h>

#include <string>
#include <vector>

#include "listing.hpp"
#include "method.hpp"
#include "php_values.hpp"
#include "schema.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

const Schema& property_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "IBLOCK_ID", .type = FieldType::reference, .initial = "25", .immutable = true},
        {.name = "NAME", .required = true},
        {.name = "ACTIVE", .type = FieldType::flag, .initial = "Y"},
        {.name = "SORT", .type = FieldType::integer, .initial = "500"},
        {.name = "CODE"},
        {.name = "DEFAULT_VALUE", .special = true},
        {.name = "PROPERTY_TYPE", .initial = "S", .immutable = true, .required = true},
        {.name = "ROW_COUNT", .type = FieldType::integer, .initial = "1"},
        {.name = "COL_COUNT", .type = FieldType::integer, .initial = "30"},
        {.name = "LIST_TYPE", .initial = "L"},
        {.name = "MULTIPLE", .type = FieldType::flag, .initial = "N"},
        {.name = "XML_ID"},
        {.name = "FILE_TYPE"},
        {.name = "LINK_IBLOCK_ID", .type = FieldType::reference},
        {.name = "IS_REQUIRED", .type = FieldType::flag, .initial = "N"},
        {.name = "FILTRABLE", .type = FieldType::flag, .initial = "N"},
        {.name = "USER_TYPE"},
        {.name = "USER_TYPE_SETTINGS", .special = true},
        {.name = "VALUES", .special = true},
    };
    return schema;
}

Json stored_list_value(Store& store, std::string id, const Json& sent, const Json* old) {
    if (id.empty())
        id = std::to_string(store.next_number("list value"));
    Json value = old == nullptr
                     ? Json{{"ID", id}, {"VALUE", ""}, {"XML_ID", id}, {"SORT", "500"}, {"DEF", "N"}}
                     : *old;
    for (const char* name : {"VALUE", "XML_ID", "SORT", "DEF"}) {
        if (const Json* part = member(sent, name))
            value[name] = text_of(*part);
    }
    return value;
}

/// Values under their ids stay, those under temporary ones such as `n0` are new, the others go (reference
/// §7).
Json stored_list_values(Store& store, const Json& sent, const Json& old) {
    Json values = Json::object();
    for (const auto& [key, item] : entries(sent)) {
        const Json* existing = index_of(key) ? member(old, key) : nullptr;
        const Json* text = member(*item, "VALUE");
        if (existing == nullptr && (text == nullptr || text_of(*text).empty()))
            continue;
        const Json value = stored_list_value(store, existing == nullptr ? "" : key, *item, existing);
        values[value["ID"].get<std::string>()] = value;
    }
    return values;
}

void store_fields(Call& call, Json& row, bool creating) {
    const Json& fields = call.fields();
    call.unknown_fields = property_schema().store(row, fields, creating);
    if (row["NAME"].is_null() || trimmed(text_of(row["NAME"])).empty())
        throw Refusal("The field 'NAME' is required.");
    const std::string type = text_of(row["PROPERTY_TYPE"]);
    if (type.size() != 1 || std::string_view("SNLFEG").find(type) == std::string_view::npos)
        throw Refusal(fmt::format("Property type '{}' is not supported", type));
    for (const char* name : {"DEFAULT_VALUE", "USER_TYPE_SETTINGS"}) {
        if (const Json* sent = member(fields, name))
            row[name] = *sent;
    }
    if (const Json* values = member(fields, "VALUES"); values != nullptr && type == "L")
        row["VALUES"] = stored_list_values(call.store, *values, row["VALUES"]);
}

Answer add(Call& call) {
    Json row = property_schema().new_row();
    row["VALUES"] = Json::object();
    store_fields(call, row, true);
    const std::int64_t id = call.store.table("property").insert(std::move(row));
    call.wrote(Operation::create, "property", id);
    return {id};
}

const Json& property_row(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("property").find(id);
    if (row == nullptr)
        throw Refusal("Property is not found");
    return *row;
}

Answer update(Call& call) {
    const std::int64_t id = call.id();
    Json row = property_row(call, id);
    store_fields(call, row, false);
    call.store.table("property").put(id, std::move(row));
    call.wrote(Operation::update, "property", id);
    return {true};
}

/// The values of products go with their property.
Answer remove(Call& call) {
    const std::int64_t id = call.id();
    static_cast<void>(property_row(call, id));
    call.wrote(Operation::remove, "property", id);
    call.store.table("property").erase(id);
    Table& products = call.store.table("product");
    std::vector<std::int64_t> holders;
    const std::string field = fmt::format("PROPERTY_{}", id);
    for (const auto& [product, row] : products.rows()) {
        if (row.contains(field))
            holders.push_back(product);
    }
    for (const std::int64_t product : holders) {
        Json row = *products.find(product);
        row.erase(field);
        products.put(product, std::move(row));
    }
    return {true};
}

Answer types(Call&) {
    Json all = Json::array();
    for (const auto& [type, name] : {std::pair{"S", "String"},
                                     {"N", "Number"},
                                     {"L", "List"},
                                     {"F", "File"},
                                     {"E", "Element"},
                                     {"G", "Section"}})
        all.push_back(Json{{"PROPERTY_TYPE", type}, {"USER_TYPE", nullptr}, {"DESCRIPTION", name}});
    return {std::move(all)};
}

}  // namespace

void add_property_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, Caller caller, auto run) {
        methods.add({.name = std::string("crm.product.property.") + name,
                     .scope = "crm",
                     .caller = caller,
                     .kind = "property",
                     .run = run});
    };
    add_method("add", Caller::administrator, add);
    add_method("update", Caller::administrator, update);
    add_method("delete", Caller::administrator, remove);
    add_method("list", Caller::anyone,
               [](Call& call) { return list(call, {.kind = "property", .schema = property_schema()}); });
    add_method("get", Caller::anyone, [](Call& call) { return Answer{property_row(call, call.id())}; });
    add_method("types", Caller::anyone, types);
    add_method("fields", Caller::anyone, [](Call&) { return Answer{property_schema().described()}; });
}

}  // namespace obmen::sandbox
