#include "catalog_properties.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>

#include "catalog_call.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "property_values.hpp"
#include "typed_list.hpp"

namespace obmen::sandbox {

namespace {

const TypedFields& property_fields() {
    static const TypedFields fields{
        {.name = "id", .column = "ID", .type = Typed::integer, .read_only = true},
        {.name = "iblockId",
         .column = "IBLOCK_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true},
        {.name = "name", .column = "NAME", .required = true},
        {.name = "active", .column = "ACTIVE", .type = Typed::flag, .initial = "Y"},
        {.name = "sort", .column = "SORT", .type = Typed::integer, .initial = "500"},
        {.name = "code", .column = "CODE"},
        {.name = "defaultValue", .column = "DEFAULT_VALUE", .type = Typed::structure},
        {.name = "propertyType", .column = "PROPERTY_TYPE", .required = true, .immutable = true},
        {.name = "userType", .column = "USER_TYPE", .immutable = true},
        {.name = "userTypeSettings", .column = "USER_TYPE_SETTINGS", .type = Typed::structure},
        {.name = "rowCount", .column = "ROW_COUNT", .type = Typed::integer, .initial = "1"},
        {.name = "colCount", .column = "COL_COUNT", .type = Typed::integer, .initial = "30"},
        {.name = "listType", .column = "LIST_TYPE", .initial = "L"},
        {.name = "multiple", .column = "MULTIPLE", .type = Typed::flag, .initial = "N"},
        {.name = "multipleCnt", .type = Typed::integer},
        {.name = "xmlId", .column = "XML_ID"},
        {.name = "fileType", .column = "FILE_TYPE"},
        {.name = "linkIblockId", .column = "LINK_IBLOCK_ID", .type = Typed::reference},
        {.name = "isRequired", .column = "IS_REQUIRED", .type = Typed::flag, .initial = "N"},
        {.name = "filtrable", .column = "FILTRABLE", .type = Typed::flag, .initial = "N"},
        {.name = "searchable", .type = Typed::flag, .initial = "N"},
        {.name = "withDescription", .type = Typed::flag, .initial = "N"},
        {.name = "hint"},
        {.name = "timestampX", .type = Typed::datetime, .read_only = true},
    };
    return fields;
}

bool is_code(const std::string& code) {
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_';
    };
    return (code.front() < '0' || code.front() > '9') && std::all_of(code.begin(), code.end(), allowed);
}

void store_fields_of_property(Call& call, Json& row, const Json& sent, bool creating) {
    if (const auto names = missing_fields(property_fields(), sent, creating); !names.empty())
        throw property_refusal(fmt::format("Required fields: {}", fmt::join(names, ", ")));
    call.unknown_fields = store_typed(property_fields(), row, sent, creating);
    row["timestampX"] = call.now;
    const std::int64_t iblock = member_integer(row, "IBLOCK_ID");
    if (iblock != call.store.catalogues().products && iblock != call.store.catalogues().offers)
        throw catalog_refusal(catalog_error::no_iblock, "The specified iblock does not exist");
    const std::string type = member_text(row, "PROPERTY_TYPE");
    if (type.size() != 1 || std::string_view("SNLFEG").find(type) == std::string_view::npos)
        throw property_refusal(fmt::format("Invalid property type {}", type));
    if (const std::string code = member_text(row, "CODE"); !code.empty() && !is_code(code))
        throw property_refusal(fmt::format("Invalid symbolic code {}", code));
}

Answer shown_property(const Call& call, std::int64_t id) {
    return {Json{{"productProperty", typed_row(property_fields(), catalog_property(call, id))}}};
}

Answer add_property(Call& call) {
    const Json& sent = array_parameter(call);
    Json row = Json::object();
    put_initial(property_fields(), row);
    row["VALUES"] = Json::object();
    store_fields_of_property(call, row, sent, true);
    const std::int64_t id = call.store.table("property").insert(std::move(row));
    call.wrote(Operation::create, "property", id);
    return shown_property(call, id);
}

Answer update_property(Call& call) {
    const std::int64_t id = integer_parameter(call);
    const Json& sent = array_parameter(call);
    Json row = catalog_property(call, id);
    store_fields_of_property(call, row, sent, false);
    call.store.table("property").put(id, std::move(row));
    call.wrote(Operation::update, "property", id);
    return shown_property(call, id);
}

Answer remove_property(Call& call) {
    const std::int64_t id = integer_parameter(call);
    static_cast<void>(catalog_property(call, id));
    call.wrote(Operation::remove, "property", id);
    call.store.table("property").erase(id);
    forget_values(call.store, id);
    return {true};
}

}  // namespace

Refusal property_refusal(const std::string& description) {
    return Refusal(400, "0", description);
}

const Json& catalog_property(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("property").find(id);
    if (row == nullptr)
        throw Refusal("productProperty does not exist.");
    return *row;
}

void add_catalog_property_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, std::string("productProperty.") + name, "property", right, run);
    };
    add_method("add", CatalogRight::modify, add_property);
    add_method("update", CatalogRight::modify, update_property);
    add_method("delete", CatalogRight::modify, remove_property);
    add_method("get", CatalogRight::read,
               [](Call& call) { return shown_property(call, integer_parameter(call)); });
    add_method("list", CatalogRight::read, [](Call& call) {
        return typed_list(call, call.store.table("property"),
                          {.wrapper = "productProperties",
                           .fields = property_fields(),
                           .shown = [](const Json& row) { return typed_row(property_fields(), row); }});
    });
    add_method("getFields", CatalogRight::read, [](Call&) {
        return Answer{Json{{"productProperty", described(property_fields())}}};
    });
}

}  // namespace obmen::sandbox
