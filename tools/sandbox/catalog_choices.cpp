#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>
#include <vector>

#include "catalog_call.hpp"
#include "catalog_properties.hpp"
#include "php_values.hpp"
#include "property_values.hpp"
#include "typed_list.hpp"

/// catalog.productPropertyEnum.*: the choices of list properties, which stand in the row of their property.
namespace obmen::sandbox {

namespace {

const TypedFields& choice_fields() {
    static const TypedFields fields{
        {.name = "id", .column = "ID", .type = Typed::integer, .read_only = true},
        {.name = "propertyId",
         .column = "PROPERTY_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true},
        {.name = "value", .column = "VALUE", .required = true},
        {.name = "xmlId", .column = "XML_ID", .required = true},
        {.name = "sort", .column = "SORT", .type = Typed::integer, .initial = "500"},
        {.name = "def", .column = "DEF", .type = Typed::flag, .initial = "N"},
    };
    return fields;
}

/// The choice as its row looks, with the property that it belongs to.
Json choice_row(Json choice, std::int64_t property) {
    choice["PROPERTY_ID"] = std::to_string(property);
    return choice;
}

std::vector<Json> all_choices(const Store& store) {
    std::vector<Json> rows;
    for (const auto& [id, property] : store.table("property").rows()) {
        for (const auto& [key, choice] : entries(property.at("VALUES")))
            rows.push_back(choice_row(*choice, id));
    }
    return rows;
}

Json found_choice(const Call& call, std::int64_t id) {
    for (Json& row : all_choices(call.store)) {
        if (member_integer(row, "ID") == id)
            return std::move(row);
    }
    throw Refusal("productPropertyEnum does not exist.");
}

void check_unique(const Json& property, const Json& row) {
    for (const auto& [key, other] : entries(property.at("VALUES"))) {
        if (key != member_text(row, "ID") && member_text(*other, "XML_ID") == member_text(row, "XML_ID"))
            throw Refusal(400, "BX_INVALID_VALUE",
                          fmt::format("Значение с внешним кодом «{}» уже есть у этого свойства",
                                      member_text(row, "XML_ID")));
    }
}

Answer put_choice(Call& call, Json row, Operation operation) {
    const std::int64_t property_id = member_integer(row, "PROPERTY_ID");
    Json property = catalog_property(call, property_id);
    check_unique(property, row);
    const Json shown = typed_row(choice_fields(), row);
    row.erase("PROPERTY_ID");
    const std::string id = member_text(row, "ID");
    const std::string key = external_key(property) + "/" + member_text(row, "XML_ID");
    property["VALUES"][id] = std::move(row);
    call.store.table("property").put(property_id, std::move(property));
    call.wrote(operation, "choice", integer_of(Json(id)), key);
    return {Json{{"productPropertyEnum", shown}}};
}

void check_sent(const Json& sent, bool creating) {
    if (const auto names = missing_fields(choice_fields(), sent, creating); !names.empty())
        throw property_refusal(fmt::format("Required fields: {}", fmt::join(names, ", ")));
}

Answer add_choice(Call& call) {
    const Json& sent = array_parameter(call);
    check_sent(sent, true);
    if (catalog_property(call, member_integer(sent, "propertyId")).at("PROPERTY_TYPE") != "L")
        throw property_refusal("The property is not a list");
    Json row{{"ID", nullptr}};
    put_initial(choice_fields(), row);
    call.unknown_fields = store_typed(choice_fields(), row, sent, true);
    row["ID"] = std::to_string(call.store.next_number("list value"));
    return put_choice(call, std::move(row), Operation::create);
}

Answer update_choice(Call& call) {
    Json row = found_choice(call, integer_parameter(call));
    const Json& sent = array_parameter(call);
    check_sent(sent, false);
    call.unknown_fields = store_typed(choice_fields(), row, sent, false);
    return put_choice(call, std::move(row), Operation::update);
}

/// Products lose the value.
Answer remove_choice(Call& call) {
    const Json row = found_choice(call, integer_parameter(call));
    const std::int64_t property_id = member_integer(row, "PROPERTY_ID");
    Json property = catalog_property(call, property_id);
    property["VALUES"].erase(member_text(row, "ID"));
    const std::string key = external_key(property) + "/" + member_text(row, "XML_ID");
    call.store.table("property").put(property_id, std::move(property));
    forget_choices(call.store, property_id, {member_text(row, "ID")});
    call.wrote(Operation::remove, "choice", member_integer(row, "ID"), key);
    return {true};
}

Answer list_choices(Call& call) {
    const std::vector<Json> rows = all_choices(call.store);
    std::vector<const Json*> pointers;
    for (const Json& row : rows)
        pointers.push_back(&row);
    return typed_list(call, std::move(pointers),
                      {.wrapper = "productPropertyEnums",
                       .fields = choice_fields(),
                       .shown = [](const Json& row) { return typed_row(choice_fields(), row); }});
}

}  // namespace

void add_catalog_choice_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, std::string("productPropertyEnum.") + name, "", right, run);
    };
    add_method("add", CatalogRight::modify, add_choice);
    add_method("update", CatalogRight::modify, update_choice);
    add_method("delete", CatalogRight::modify, remove_choice);
    add_method("get", CatalogRight::read, [](Call& call) {
        const Json row = found_choice(call, integer_parameter(call));
        return Answer{Json{{"productPropertyEnum", typed_row(choice_fields(), row)}}};
    });
    add_method("list", CatalogRight::read, list_choices);
    add_method("getFields", CatalogRight::read, [](Call&) {
        return Answer{Json{{"productPropertyEnum", described(choice_fields())}}};
    });
}

}  // namespace obmen::sandbox
