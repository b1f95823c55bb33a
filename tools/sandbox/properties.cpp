#include <fmt/format.h>

#include <string>
#include <vector>

#include "listing.hpp"
#include "method.hpp"
#include "php_values.hpp"
#include "property_values.hpp"
#include "schema.hpp"
#include "support/text.hpp"
#include "typed_fields.hpp"

namespace obmen::sandbox {

namespace {

const Schema& property_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "IBLOCK_ID", .type = FieldType::reference, .immutable = true},
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

/// What an update leaves of the choices, and which of them are gone.
struct Choices {
    Json values = Json::object();
    std::vector<std::string> removed{};
};

Json new_choice(Store& store) {
    const std::string id = std::to_string(store.next_number("list value"));
    return Json{{"ID", id}, {"VALUE", ""}, {"XML_ID", id}, {"SORT", "500"}, {"DEF", "N"}};
}

/// Choices under their ids stay, those under temporary ones such as `n0` are new, and one without a text
/// counts as left out (reference §7).
Choices stored_choices(Call& call, const Json& sent, const Json& old) {
    Choices choices;
    for (const auto& [key, item] : entries(sent)) {
        if (trimmed(member_text(*item, "VALUE")).empty())
            continue;
        const Json* existing = index_of(key) ? member(old, key) : nullptr;
        Json choice = existing == nullptr ? new_choice(call.store) : *existing;
        for (const char* name : {"VALUE", "XML_ID", "SORT", "DEF"}) {
            if (const std::string part = member_text(*item, name); !part.empty())
                choice[name] = part;
        }
        choices.values[choice["ID"].get<std::string>()] = choice;
    }
    for (const auto& [id, choice] : entries(old)) {
        if (choices.values.contains(id))
            continue;
        if (call.settings.unmentioned_choices == Unmentioned::kept)
            choices.values[id] = *choice;
        else
            choices.removed.push_back(id);
    }
    return choices;
}

/// Products lose the values whose choice is gone.
void store_choices(Call& call, Json& row, const Json& sent) {
    const Choices choices = stored_choices(call, sent, row["VALUES"]);
    row["VALUES"] = choices.values;
    if (const std::int64_t id = member_integer(row, "ID"); id != 0)
        forget_choices(call.store, id, choices.removed);
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
        store_choices(call, row, *values);
}

Answer add_old_property(Call& call) {
    Json row = property_schema().new_row();
    row["IBLOCK_ID"] = std::to_string(call.store.catalogues().products);
    row["VALUES"] = Json::object();
    store_fields(call, row, true);
    if (!call.settings.property_codes)
        row["CODE"] = nullptr;
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

Answer update_old_property(Call& call) {
    const std::int64_t id = call.id();
    Json row = property_row(call, id);
    store_fields(call, row, false);
    call.store.table("property").put(id, std::move(row));
    call.wrote(Operation::update, "property", id);
    return {true};
}

/// The values of products go with their property.
Answer remove_old_property(Call& call) {
    const std::int64_t id = call.id();
    static_cast<void>(property_row(call, id));
    call.wrote(Operation::remove, "property", id);
    call.store.table("property").erase(id);
    forget_values(call.store, id);
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
    add_method("add", Caller::administrator, add_old_property);
    add_method("update", Caller::administrator, update_old_property);
    add_method("delete", Caller::administrator, remove_old_property);
    add_method("list", Caller::anyone, [](Call& call) {
        return list(call, {.kind = "property",
                           .schema = property_schema(),
                           .plain_array = call.settings.in_array,
                           .selectable = false,
                           .shown = old_view,
                           // Properties of offers belong to the other information block.
                           .reached = [products = call.store.catalogues().products](const Json& row) {
                               return member_integer(row, "IBLOCK_ID") == products;
                           }});
    });
    add_method("get", Caller::anyone,
               [](Call& call) { return Answer{old_view(property_row(call, call.id()))}; });
    add_method("types", Caller::anyone, types);
    add_method("fields", Caller::anyone, [](Call&) { return Answer{property_schema().described()}; });
}

}  // namespace obmen::sandbox
