#include <fmt/format.h>

#include <string>

#include "currencies.hpp"
#include "files.hpp"
#include "listing.hpp"
#include "method.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "property_values.hpp"
#include "schema.hpp"
#include "sections.hpp"
#include "support/text.hpp"
#include "transliteration.hpp"

namespace obmen::sandbox {

namespace {

const Schema& product_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "CATALOG_ID", .type = FieldType::reference, .immutable = true, .special = true},
        {.name = "PRICE", .type = FieldType::number, .special = true},
        {.name = "CURRENCY_ID", .special = true},
        {.name = "NAME", .required = true, .special = true},
        {.name = "CODE"},
        {.name = "DESCRIPTION"},
        {.name = "DESCRIPTION_TYPE", .initial = "text", .special = true},
        {.name = "ACTIVE", .type = FieldType::flag, .initial = "Y"},
        {.name = "SECTION_ID", .type = FieldType::reference, .special = true},
        {.name = "SORT", .type = FieldType::integer, .initial = "500"},
        {.name = "VAT_ID", .type = FieldType::reference, .special = true},
        {.name = "VAT_INCLUDED", .type = FieldType::flag, .initial = "N"},
        {.name = "MEASURE", .type = FieldType::reference, .special = true},
        {.name = "XML_ID"},
        {.name = "PREVIEW_PICTURE", .type = FieldType::file, .special = true},
        {.name = "DETAIL_PICTURE", .type = FieldType::file, .special = true},
        {.name = "DATE_CREATE", .type = FieldType::datetime, .read_only = true},
        {.name = "TIMESTAMP_X", .type = FieldType::datetime, .read_only = true},
        {.name = "MODIFIED_BY", .type = FieldType::integer, .initial = "1", .read_only = true},
        {.name = "CREATED_BY", .type = FieldType::integer, .initial = "1", .read_only = true},
    };
    return schema;
}

void store_price(const Call& call, Json& row) {
    const Json* price = member(call.fields(), "PRICE");
    const Json* currency = member(call.fields(), "CURRENCY_ID");
    const std::string code = currency == nullptr ? std::string() : text_of(*currency);
    if (!code.empty()) {
        if (find_currency(call.store, code) == nullptr)
            throw Refusal(fmt::format("Currency '{}' is not found", code));
        row["CURRENCY_ID"] = code;
    }
    if (price == nullptr || price->is_null())
        return;
    if (!code.empty())
        row["PRICE"] = fmt::format("{:.2f}", number_of(text_of(*price)));
    else if (call.settings.price_without_currency == Reaction::refuse)
        throw Refusal("Price is set without currency");
}

void store_reference(const Call& call, Json& row, const char* name, const char* kind) {
    const Json* sent = member(call.fields(), name);
    if (sent == nullptr)
        return;
    const std::int64_t id = integer_of(*sent);
    if (id != 0 && call.store.table(kind).find(id) == nullptr)
        throw Refusal(fmt::format("{} '{}' is not found", name, id));
    row[name] = id == 0 ? Json(nullptr) : Json(std::to_string(id));
}

std::vector<std::string> store_fields(const Call& call, Json& row, bool creating) {
    const Json& fields = call.fields();
    if (const Json* name = member(fields, "NAME")) {
        if (trimmed(text_of(*name)).empty())
            throw Refusal("Product name is not specified.");
        row["NAME"] = text_of(*name);
    }
    std::vector<std::string> unknown;
    for (const std::string& name : product_schema().store(row, fields, creating)) {
        if (!store_property(call, row, name, *member(fields, name)))
            unknown.push_back(name);
    }
    if (const Json* type = member(fields, "DESCRIPTION_TYPE"))
        row["DESCRIPTION_TYPE"] = text_of(*type) == "html" ? "html" : "text";
    if (const Json* section = member(fields, "SECTION_ID")) {
        row["SECTION_ID"] = checked_section(call, *section);
        row.erase("iblockSection");  // the further sections that catalog.* gave it
    }
    store_reference(call, row, "MEASURE", "measure");
    store_reference(call, row, "VAT_ID", "vat");
    store_price(call, row);
    for (const char* name : {"PREVIEW_PICTURE", "DETAIL_PICTURE"}) {
        if (const Json* sent = member(fields, name))
            store_file_field(call.store, row, name, *sent);
    }
    row["TIMESTAMP_X"] = call.now;
    row["MODIFIED_BY"] = std::to_string(call.user);
    return unknown;
}

Answer add_old_product(Call& call) {
    const Json& fields = call.fields();
    if (member(fields, "NAME") == nullptr)
        throw Refusal("Product name is not specified.");
    Table& products = call.store.table("product");
    Json row = product_schema().new_row();
    row["CATALOG_ID"] = checked_catalogue(call, member(fields, "CATALOG_ID"));
    row["DATE_CREATE"] = call.now;
    row["type"] = "1";  // a simple product, says catalog.*
    row["CREATED_BY"] = std::to_string(call.user);
    call.unknown_fields = store_fields(call, row, true);
    if (row["CODE"].is_null())
        row["CODE"] = symbolic_code(row["NAME"].get<std::string>());
    if (row["XML_ID"].is_null())
        row["XML_ID"] = std::to_string(products.next_id());
    const std::int64_t id = products.insert(std::move(row));
    base_price_from_product(call.store, id, call.now);
    call.wrote(Operation::create, "product", id);
    return {id};
}

const Json& product_row(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("product").find(id);
    if (row == nullptr)
        throw Refusal("Product is not found");
    return *row;
}

Answer update_old_product(Call& call) {
    const std::int64_t id = call.id();
    Json row = product_row(call, id);
    call.unknown_fields = store_fields(call, row, false);
    call.store.table("product").put(id, std::move(row));
    base_price_from_product(call.store, id, call.now);
    call.wrote(Operation::update, "product", id);
    return {true};
}

Answer remove_old_product(Call& call) {
    const std::int64_t id = call.id();
    forget_files(call.store, product_row(call, id));
    forget_parts(call.store, id);
    call.wrote(Operation::remove, "product", id);
    call.store.table("product").erase(id);
    return {true};
}

Answer list_old_products(Call& call) {
    const Store& store = call.store;
    return list(call, {.kind = "product",
                       .schema = product_schema(),
                       .plain_array = call.settings.in_array,
                       .other_field = [&store](std::string_view name) { return property_type(store, name); },
                       .only_when_named = [](const Field& field) { return field.type == FieldType::file; },
                       .shown = [&store](const Json& row) { return with_properties(store, row); }});
}

}  // namespace

void add_product_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, Caller caller, auto run) {
        methods.add({.name = std::string("crm.product.") + name,
                     .scope = "crm",
                     .caller = caller,
                     .kind = "product",
                     .run = run});
    };
    add_method("add", Caller::administrator, add_old_product);
    add_method("update", Caller::administrator, update_old_product);
    add_method("delete", Caller::administrator, remove_old_product);
    add_method("list", Caller::anyone, list_old_products);
    add_method("get", Caller::anyone,
               [](Call& call) { return Answer{with_properties(call.store, product_row(call, call.id()))}; });
    add_method("fields", Caller::anyone, [](Call&) { return Answer{product_schema().described()}; });
}

}  // namespace obmen::sandbox
