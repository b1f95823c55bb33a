#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "catalog_call.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "typed_list.hpp"

namespace obmen::sandbox {

namespace {

/// A small table with the methods add, update, get, list, delete and getFields.
struct Dictionary {
    const char* method;
    const char* one;
    const char* many;
    const char* table;
    TypedFields fields;
    /// Throws if the row, which is about to be stored under this id, cannot be.
    std::function<void(const Call& call, Json& row, std::int64_t id)> check;
};

/// Another row than `id` whose column has this value.
bool is_taken(const Table& table, std::int64_t id, const char* column, const std::string& value) {
    for (const auto& [other, row] : table.rows()) {
        if (other != id && member_text(row, column) == value)
            return true;
    }
    return false;
}

void check_measure(const Call& call, Json& row, std::int64_t id) {
    const Table& table = call.store.table("measure");
    if (is_taken(table, id, "CODE", member_text(row, "CODE")))
        throw catalog_refusal(catalog_error::measure_code_exists, "Measure with this code already exists");
    if (row["IS_DEFAULT"] == "Y" && is_taken(table, id, "IS_DEFAULT", "Y"))
        throw catalog_refusal(catalog_error::default_measure_exists, "Default measure already exists");
}

void check_price_type(const Call& call, Json& row, std::int64_t id) {
    if (row["BASE"] == "Y" && is_taken(call.store.table("price_type"), id, "BASE", "Y"))
        throw catalog_refusal("Base price type already exists");
}

/// The old methods show a rate with two digits.
void check_vat(const Call&, Json& row, std::int64_t) {
    if (!row["RATE"].is_null())
        row["RATE"] = fmt::format("{:.2f}", number_of(text_of(row["RATE"])));
}

const TypedField id_field{.name = "id", .column = "ID", .type = Typed::integer, .read_only = true};

std::vector<Dictionary> dictionaries() {
    return {
        {.method = "measure",
         .one = "measure",
         .many = "measures",
         .table = "measure",
         .fields = {id_field,
                    {.name = "code", .column = "CODE", .type = Typed::integer, .required = true},
                    {.name = "measureTitle", .column = "MEASURE_TITLE", .required = true},
                    {.name = "symbol", .column = "SYMBOL_RUS"},
                    {.name = "symbolIntl", .column = "SYMBOL_INTL"},
                    {.name = "symbolLetterIntl", .column = "SYMBOL_LETTER_INTL"},
                    {.name = "isDefault", .column = "IS_DEFAULT", .type = Typed::flag, .initial = "N"}},
         .check = check_measure},
        {.method = "vat",
         .one = "vat",
         .many = "vats",
         .table = "vat",
         .fields =
             {id_field,
              {.name = "name", .column = "NAME", .required = true},
              {.name = "rate", .column = "RATE", .type = Typed::number, .required = true},
              {.name = "active", .column = "ACTIVE", .type = Typed::flag, .initial = "Y"},
              {.name = "sort", .column = "C_SORT", .type = Typed::integer, .initial = "100"},
              {.name = "timestampX", .column = "TIMESTAMP_X", .type = Typed::datetime, .read_only = true}},
         .check = check_vat},
        {.method = "priceType",
         .one = "priceType",
         .many = "priceTypes",
         .table = "price_type",
         .fields = {id_field,
                    {.name = "name", .column = "NAME", .required = true},
                    {.name = "base", .column = "BASE", .type = Typed::flag, .initial = "N"},
                    {.name = "sort", .column = "SORT", .type = Typed::integer, .initial = "100"},
                    {.name = "xmlId", .column = "XML_ID"}},
         .check = check_price_type}};
}

const Json& row_of(const Call& call, const Dictionary& dictionary, std::int64_t id) {
    const Json* row = call.store.table(dictionary.table).find(id);
    if (row == nullptr)
        throw catalog_refusal(fmt::format("{} does not exist.", dictionary.one));
    return *row;
}

Answer shown(const Call& call, const Dictionary& dictionary, std::int64_t id) {
    return {Json{{dictionary.one, typed_row(dictionary.fields, row_of(call, dictionary, id))}}};
}

Answer add_entry(Call& call, const Dictionary& dictionary) {
    const Json& sent = array_parameter(call);
    check_required(dictionary.fields, sent, true);
    Json row = Json::object();
    put_initial(dictionary.fields, row);
    call.unknown_fields = store_typed(dictionary.fields, row, sent, true);
    dictionary.check(call, row, 0);
    const std::int64_t id = call.store.table(dictionary.table).insert(std::move(row));
    call.wrote(Operation::create, dictionary.table, id);
    return shown(call, dictionary, id);
}

Answer update_entry(Call& call, const Dictionary& dictionary) {
    const std::int64_t id = integer_parameter(call);
    const Json& sent = array_parameter(call);
    Json row = row_of(call, dictionary, id);
    check_required(dictionary.fields, sent, false);
    call.unknown_fields = store_typed(dictionary.fields, row, sent, false);
    dictionary.check(call, row, id);
    call.store.table(dictionary.table).put(id, std::move(row));
    call.wrote(Operation::update, dictionary.table, id);
    return shown(call, dictionary, id);
}

/// The base type of price cannot go; the prices of another type go with it.
Answer remove_entry(Call& call, const Dictionary& dictionary) {
    const std::int64_t id = integer_parameter(call);
    const Json& row = row_of(call, dictionary, id);
    if (dictionary.table == std::string_view("price_type")) {
        if (row.at("BASE") == "Y")
            throw catalog_refusal("Base price type cannot be deleted");
        std::vector<std::int64_t> of_type;
        for (const auto& [price, price_row] : call.store.table("price").rows()) {
            if (member_integer(price_row, "CATALOG_GROUP_ID") == id)
                of_type.push_back(price);
        }
        for (const std::int64_t price : of_type)
            call.store.table("price").erase(price);
    }
    call.wrote(Operation::remove, dictionary.table, id);
    call.store.table(dictionary.table).erase(id);
    return {true};
}

void add_dictionary(MethodTable& methods, const Dictionary& dictionary) {
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, fmt::format("{}.{}", dictionary.method, name), dictionary.table, right,
                           [run, dictionary](Call& call) { return run(call, dictionary); });
    };
    add_method("add", CatalogRight::modify, add_entry);
    add_method("update", CatalogRight::modify, update_entry);
    add_method("delete", CatalogRight::modify, remove_entry);
    add_method("get", CatalogRight::read,
               [](Call& call, const Dictionary& of) { return shown(call, of, integer_parameter(call)); });
    add_method("list", CatalogRight::read, [](Call& call, const Dictionary& of) {
        return typed_list(call, call.store.table(of.table),
                          {.wrapper = of.many, .fields = of.fields, .shown = [&](const Json& row) {
                               return typed_row(of.fields, row);
                           }});
    });
    add_method("getFields", CatalogRight::read, [](Call&, const Dictionary& of) {
        return Answer{Json{{of.one, described(of.fields)}}};
    });
}

/// A list of rows that are reckoned and not stored.
Answer list_made(Call& call, const std::vector<Json>& rows, const char* wrapper, const TypedFields& fields) {
    std::vector<const Json*> pointers;
    for (const Json& row : rows)
        pointers.push_back(&row);
    return typed_list(call, std::move(pointers),
                      {.wrapper = wrapper, .fields = fields, .shown = [&](const Json& row) {
                           return typed_row(fields, row);
                       }});
}

const TypedFields& catalogue_fields() {
    static const TypedFields fields{id_field,
                                    {.name = "iblockId", .column = "ID", .type = Typed::integer},
                                    {.name = "iblockTypeId"},
                                    {.name = "lid"},
                                    {.name = "name"},
                                    {.name = "productIblockId", .type = Typed::reference},
                                    {.name = "skuPropertyId", .type = Typed::reference},
                                    {.name = "subscription", .type = Typed::flag, .initial = "N"},
                                    {.name = "vatId", .type = Typed::reference}};
    return fields;
}

/// Number of the property that ties an offer to its product; it is shown as `parentId` only.
constexpr const char* link_property = "97";

/// The catalogue of products and that of their offers.
std::vector<Json> catalogues(const Store& store) {
    const Json* products = store.table("catalogue").find(store.catalogues().products);
    return {Json{{"ID", std::to_string(store.catalogues().products)},
                 {"iblockTypeId", "CRM_PRODUCT_CATALOG"},
                 {"lid", "s1"},
                 {"name", products == nullptr ? Json(nullptr) : products->at("NAME")}},
            Json{{"ID", std::to_string(store.catalogues().offers)},
                 {"iblockTypeId", "CRM_PRODUCT_CATALOG"},
                 {"lid", "s1"},
                 {"name", "Торговые предложения"},
                 {"productIblockId", std::to_string(store.catalogues().products)},
                 {"skuPropertyId", link_property}}};
}

Answer get_catalogue(Call& call) {
    const std::int64_t id = integer_parameter(call);
    for (const Json& row : catalogues(call.store)) {
        if (member_integer(row, "ID") == id)
            return {Json{{"catalog", typed_row(catalogue_fields(), row)}}};
    }
    throw catalog_refusal("catalog does not exist.");
}

const TypedFields& store_product_fields() {
    static const TypedFields fields{id_field,
                                    {.name = "storeId", .type = Typed::integer},
                                    {.name = "productId", .column = "ID", .type = Typed::integer},
                                    {.name = "amount", .column = "quantity", .type = Typed::number},
                                    {.name = "quantityReserved", .type = Typed::number, .initial = "0"}};
    return fields;
}

/// The quantities of all products, as if they lay in one store.
std::vector<Json> stored_products(const Store& store) {
    std::vector<Json> rows;
    for (const char* table : {"product", "offer"}) {
        for (const auto& [id, row] : store.table(table).rows()) {
            if (member_text(row, "quantity").empty())
                continue;
            rows.push_back(Json{{"ID", std::to_string(id)},
                                {"storeId", "1"},
                                {"quantity", row.at("quantity")},
                                {"quantityReserved", member_text(row, "quantityReserved")}});
        }
    }
    return rows;
}

}  // namespace

void add_catalog_dictionary_methods(MethodTable& methods) {
    for (const Dictionary& dictionary : dictionaries())
        add_dictionary(methods, dictionary);
    add_catalog_method(methods, "catalog.list", "", CatalogRight::read, [](Call& call) {
        return list_made(call, catalogues(call.store), "catalogs", catalogue_fields());
    });
    add_catalog_method(methods, "catalog.get", "", CatalogRight::read, get_catalogue);
    add_catalog_method(methods, "storeProduct.list", "", CatalogRight::read, [](Call& call) {
        return list_made(call, stored_products(call.store), "storeProducts", store_product_fields());
    });
}

}  // namespace obmen::sandbox
