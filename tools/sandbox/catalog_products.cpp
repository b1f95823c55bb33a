#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "catalog_call.hpp"
#include "catalog_fields.hpp"
#include "catalog_product_values.hpp"
#include "files.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "typed_list.hpp"

namespace obmen::sandbox {

namespace {

/// One of the groups of methods for products: which rows it sees and what it calls them.
struct Group {
    const char* method;  ///< `product.sku` of catalog.product.sku.add
    const char* written;
    const char* one;
    const char* many;
    const char* types;  ///< digits of the types that it reaches
    const char* new_type;
};

// Type 3 is a product with offers, 4 an offer, 5 an offer without a product, 6 a product whose offers are to
// come, 7 a service (reference bitrix24-rest.md §5.3).
constexpr Group groups[] = {{"product", "element", "product", "products", "134567", "1"},
                            {"product.sku", "sku", "sku", "skus", "36", "6"},
                            {"product.offer", "offer", "offer", "offers", "45", "5"},
                            {"product.service", "service", "service", "services", "7", "7"}};

std::string product_type_of(const Json& row) {
    const std::string type = member_text(row, "type");
    return type.empty() ? "1" : type;
}

ProductPlace product_of(const Call& call, const Group& group, std::int64_t id) {
    const ProductPlace place = find_product(call.store, id);
    if (place.row == nullptr ||
        std::string_view(group.types).find(product_type_of(*place.row)) == std::string::npos)
        throw catalog_refusal("product does not exist.");
    return place;
}

/// The information block of a new product, or of a list. Throws if there is none of this number, or if the
/// group does not belong to it.
std::int64_t checked_iblock(const Call& call, const Group& group, std::int64_t id) {
    const bool offers = group.new_type == std::string_view("5");
    const bool any = group.one == std::string_view("product");
    const CatalogueIds& catalogues = call.store.catalogues();
    const bool exists =
        (id == catalogues.products && !offers) || (id == catalogues.offers && (offers || any));
    if (!exists)
        throw catalog_refusal(catalog_error::no_iblock, "The specified iblock does not exist");
    return id;
}

Json shown(const Store& store, const Json& row) {
    return shown_catalog_product(catalog_product_fields(store, member_integer(row, "CATALOG_ID")), row);
}

Answer add_product(Call& call, const Group& group) {
    const Json& sent = array_parameter(call);
    const Json* iblock_sent = member(sent, "iblockId");
    if (iblock_sent == nullptr)
        check_required(catalog_product_fields(call.store, call.store.catalogues().products), sent, true);
    const std::int64_t iblock = checked_iblock(call, group, integer_of(*iblock_sent));
    const char* table = iblock == call.store.catalogues().offers ? "offer" : "product";
    Table& rows = call.store.table(table);
    const std::int64_t id = rows.next_id();
    // ID first, and what the old methods show of a product.
    Json row{{"ID", nullptr},
             {"CATALOG_ID", std::to_string(iblock)},
             {"PRICE", nullptr},
             {"CURRENCY_ID", nullptr}};
    put_initial(catalog_product_fields(call.store, iblock), row);
    row["iblockSection"] = Json::array();
    row["type"] = iblock == call.store.catalogues().offers ? "5" : group.new_type;
    store_catalog_product(call, row, table, id, true);
    if (row["XML_ID"].is_null())
        row["XML_ID"] = std::to_string(id);
    rows.insert(std::move(row));
    note_offers(call.store, parent_of(*rows.find(id)), true);
    call.wrote(Operation::create, table, id);
    return {Json{{group.written, shown(call.store, *rows.find(id))}}};
}

Answer update_product(Call& call, const Group& group) {
    const std::int64_t id = integer_parameter(call);
    static_cast<void>(array_parameter(call));
    const ProductPlace place = product_of(call, group, id);
    Json row = *place.row;
    const std::int64_t old_parent = parent_of(row);
    store_catalog_product(call, row, place.table, id, false);
    Table& rows = call.store.table(place.table);
    rows.put(id, std::move(row));
    if (const std::int64_t parent = parent_of(*rows.find(id)); parent != old_parent) {
        note_offers(call.store, old_parent, has_offers(call.store, old_parent));
        note_offers(call.store, parent, true);
    }
    call.wrote(Operation::update, place.table, id);
    return {Json{{group.written, shown(call.store, *rows.find(id))}}};
}

Answer get_product(Call& call, const Group& group) {
    const ProductPlace place = product_of(call, group, integer_parameter(call));
    return {Json{{group.one, shown(call.store, *place.row)}}};
}

Answer remove_product(Call& call, const Group& group) {
    const std::int64_t id = integer_parameter(call);
    const ProductPlace place = product_of(call, group, id);
    const std::int64_t parent = parent_of(*place.row);
    forget_files(call.store, *place.row);
    forget_parts(call.store, id);
    call.wrote(Operation::remove, place.table, id);
    call.store.table(place.table).erase(id);
    note_offers(call.store, parent, has_offers(call.store, parent));
    return {true};
}

/// `iblockId` in the filter, with or without `=`; nothing if it is missing.
std::optional<std::int64_t> iblock_of_filter(const Call& call) {
    const Json* filter = member(call.parameters, "filter");
    for (const auto& [key, value] : entries(filter)) {
        if (key == "iblockId" || key == "=iblockId")
            return integer_of(*value);
    }
    return std::nullopt;
}

void check_select(const Call& call) {
    const Json* select = member(call.parameters, "select");
    const auto names = entries(select);
    for (const char* name : {"id", "iblockId"}) {
        if (std::none_of(names.begin(), names.end(),
                         [&](const auto& entry) { return text_of(*entry.second) == name; }))
            throw catalog_refusal("Required select fields: id, iblockId");
    }
}

Answer list_products(Call& call, const Group& group) {
    check_select(call);
    const std::optional<std::int64_t> iblock = iblock_of_filter(call);
    if (!iblock)
        throw catalog_refusal("Required filter fields: iblockId");
    const char* table =
        checked_iblock(call, group, *iblock) == call.store.catalogues().offers ? "offer" : "product";
    const TypedFields fields = catalog_product_fields(call.store, *iblock);
    const TypedListRules rules{
        .wrapper = group.many,
        .fields = fields,
        .knows_in_prefix = false,
        .shown = [&](const Json& row) { return shown_catalog_product(fields, row); },
        .only_when_named = [](const std::string& name) { return name.starts_with("property"); },
        .mask_of_named = call.settings.property_mask ? "property_*" : ""};
    if (group.one == std::string_view("product") || group.one == std::string_view("offer"))
        return typed_list(call, call.store.table(table), rules);
    std::vector<const Json*> rows;
    for (const auto& [id, row] : call.store.table(table).rows()) {
        if (std::string_view(group.types).find(product_type_of(row)) != std::string::npos)
            rows.push_back(&row);
    }
    return typed_list(call, std::move(rows), rules);
}

/// The fields of products of an information block and a type.
Answer fields_by_filter(Call& call, const Group& group) {
    const Json& filter = array_parameter(call, "filter");
    if (member(filter, "iblockId") == nullptr || member(filter, "productType") == nullptr)
        throw catalog_refusal("Required filter fields: iblockId, productType");
    const std::int64_t iblock = checked_iblock(call, group, member_integer(filter, "iblockId"));
    return {Json{{group.one, described(catalog_product_fields(call.store, iblock))}}};
}

void add_group(MethodTable& methods, const Group& group) {
    const char* kind = group.one == std::string_view("offer") ? "offer" : "product";
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, fmt::format("{}.{}", group.method, name), kind, right,
                           [run, &group](Call& call) { return run(call, group); });
    };
    add_method("add", CatalogRight::edit_products, add_product);
    add_method("update", CatalogRight::edit_products, update_product);
    add_method("delete", CatalogRight::edit_products, remove_product);
    add_method("get", CatalogRight::read, get_product);
    add_method("list", CatalogRight::read, list_products);
    add_method("getFieldsByFilter", CatalogRight::read, fields_by_filter);
}

}  // namespace

void add_catalog_product_methods(MethodTable& methods) {
    for (const Group& group : groups)
        add_group(methods, group);
}

}  // namespace obmen::sandbox
