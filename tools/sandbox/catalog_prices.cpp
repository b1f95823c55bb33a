#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog_call.hpp"
#include "catalog_fields.hpp"
#include "currencies.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "typed_list.hpp"

namespace obmen::sandbox {

namespace {

constexpr const char* second_of_type =
    "Validate price error. Catalog product is allowed has only single price without ranges in price group";

const Json& price_row(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("price").find(id);
    // Without a code (reference bitrix24-rest.md §5.3).
    if (row == nullptr)
        throw Refusal("Price does not exist");
    return *row;
}

void check_currency(const Call& call, const Json& sent) {
    const std::string code = member_text(sent, "currency");
    if (find_currency(call.store, code) == nullptr)
        throw catalog_refusal(fmt::format("currency {} does not exist.", code));
}

void check_type(const Call& call, std::int64_t type) {
    if (call.store.table("price_type").find(type) == nullptr)
        throw catalog_refusal(fmt::format("price type with id = {} does not exist.", type));
}

void check_product(const Call& call, std::int64_t product) {
    if (find_product(call.store, product).row == nullptr)
        throw catalog_refusal(fmt::format("product with id = {} does not exist.", product));
}

/// The key of the product and the type, so that the journal tells whose price it was.
std::string key_of(const Call& call, const Json& price) {
    const Json* product = find_product(call.store, member_integer(price, "PRODUCT_ID")).row;
    const std::string key = product == nullptr ? std::string() : external_key(*product);
    return key.empty() ? key : key + "/" + member_text(price, "CATALOG_GROUP_ID");
}

void changed(Call& call, Operation operation, std::int64_t id) {
    const Json& price = price_row(call, id);
    call.wrote(operation, "price", id, key_of(call, price));
    if (operation != Operation::remove)
        base_price_to_product(call.store, member_integer(price, "PRODUCT_ID"));
}

std::int64_t inserted(Call& call, const Json& sent, std::int64_t product) {
    Json row{{"ID", nullptr}};
    put_initial(catalog_price_fields(), row);
    store_typed(catalog_price_fields(), row, sent, true);
    row["PRODUCT_ID"] = std::to_string(product);
    row["TIMESTAMP_X"] = call.now;
    const std::int64_t id = call.store.table("price").insert(std::move(row));
    changed(call, Operation::create, id);
    return id;
}

void put_price(Call& call, const Json& sent, std::int64_t id) {
    Json row = price_row(call, id);
    store_typed(catalog_price_fields(), row, sent, false);
    row["TIMESTAMP_X"] = call.now;
    call.store.table("price").put(id, std::move(row));
    changed(call, Operation::update, id);
}

void erase_price(Call& call, std::int64_t id) {
    const std::int64_t product = member_integer(price_row(call, id), "PRODUCT_ID");
    changed(call, Operation::remove, id);
    call.store.table("price").erase(id);
    base_price_to_product(call.store, product);
}

Answer shown_price(const Call& call, std::int64_t id) {
    return {Json{{"price", typed_row(catalog_price_fields(), price_row(call, id))}}};
}

void note_unknown(Call& call, const Json& sent, const TypedFields& fields) {
    for (const auto& [name, value] : entries(sent)) {
        if (find_field(fields, name) == nullptr)
            call.unknown_fields.push_back(name);
    }
}

Answer add_price(Call& call) {
    const Json& sent = array_parameter(call);
    check_required(catalog_price_fields(), sent, true);
    const std::int64_t product = member_integer(sent, "productId");
    const std::int64_t type = member_integer(sent, "catalogGroupId");
    check_product(call, product);
    check_type(call, type);
    check_currency(call, sent);
    if (price_of(call.store, product, type) != 0)
        throw catalog_refusal(second_of_type);
    note_unknown(call, sent, catalog_price_fields());
    return shown_price(call, inserted(call, sent, product));
}

Answer update_price(Call& call) {
    const std::int64_t id = integer_parameter(call);
    const Json& sent = array_parameter(call);
    static_cast<void>(price_row(call, id));
    for (const char* name : {"price", "currency"}) {
        if (member_text(sent, name).empty())
            throw catalog_refusal(fmt::format("Required fields: {}", name));
    }
    check_currency(call, sent);
    note_unknown(call, sent, catalog_price_fields());
    put_price(call, sent, id);
    return shown_price(call, id);
}

Answer remove_price(Call& call) {
    const std::int64_t id = integer_parameter(call);
    erase_price(call, id);
    return {true};
}

/// All prices of the call are good before the first is touched: each of the product and a type of its own.
void check_prices(const Call& call, const Json& prices, std::int64_t product) {
    std::set<std::int64_t> types;
    for (const auto& [index, price] : entries(prices)) {
        for (const char* name : {"catalogGroupId", "price", "currency"}) {
            if (member_text(*price, name).empty())
                throw catalog_refusal(fmt::format("Required fields: prices[{}][{}]", index, name));
        }
        check_type(call, member_integer(*price, "catalogGroupId"));
        check_currency(call, *price);
        if (!types.insert(member_integer(*price, "catalogGroupId")).second)
            throw catalog_refusal(second_of_type);
        const std::int64_t id = member_integer(*price, "id");
        if (id != 0 && member_integer(price_row(call, id), "PRODUCT_ID") != product)
            throw Refusal("Price does not exist");
    }
}

/// The prices of the product are those of the call and no others (reference bitrix24-rest.md §5.3).
Answer modify(Call& call) {
    const Json& sent = array_parameter(call);
    const Json* of_product = member(sent, "product");
    const Json* prices = of_product == nullptr ? nullptr : member(*of_product, "prices");
    if (prices == nullptr || !prices->is_structured())
        throw catalog_refusal("Required fields: product[id], product[prices]");
    const std::int64_t product = member_integer(*of_product, "id");
    check_product(call, product);
    check_prices(call, *prices, product);

    std::set<std::int64_t> kept;
    for (const auto& [index, price] : entries(*prices))
        kept.insert(member_integer(*price, "id"));
    for (const std::int64_t id : call.store.table("price").ids_with_key(std::to_string(product))) {
        if (!kept.contains(id))
            erase_price(call, id);
    }
    Json shown_prices = Json::array();
    for (const auto& [index, price] : entries(*prices)) {
        std::int64_t id = member_integer(*price, "id");
        if (id == 0) {
            id = inserted(call, *price, product);
        } else {
            Json row = price_row(call, id);
            row["CATALOG_GROUP_ID"] = std::to_string(member_integer(*price, "catalogGroupId"));
            call.store.table("price").put(id, std::move(row));
            put_price(call, *price, id);
        }
        shown_prices.push_back(typed_row(catalog_price_fields(), price_row(call, id)));
    }
    return {Json{{"prices", std::move(shown_prices)}}};
}

Answer list_prices(Call& call) {
    return typed_list(call, call.store.table("price"),
                      {.wrapper = "prices", .fields = catalog_price_fields(), .shown = [](const Json& row) {
                           return typed_row(catalog_price_fields(), row);
                       }});
}

}  // namespace

void add_catalog_price_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, std::string("price.") + name, "price", right, run);
    };
    add_method("add", CatalogRight::modify, add_price);
    add_method("update", CatalogRight::modify, update_price);
    add_method("modify", CatalogRight::modify, modify);
    add_method("delete", CatalogRight::modify, remove_price);
    add_method("get", CatalogRight::read,
               [](Call& call) { return shown_price(call, integer_parameter(call)); });
    add_method("list", CatalogRight::read, list_prices);
    add_method("getFields", CatalogRight::read, [](Call&) {
        return Answer{Json{{"price", described(catalog_price_fields())}}};
    });
}

}  // namespace obmen::sandbox
