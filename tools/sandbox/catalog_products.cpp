#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "catalog_call.hpp"
#include "catalog_fields.hpp"
#include "currencies.hpp"
#include "files.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "property_values.hpp"
#include "schema.hpp"
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

std::string type_of(const Json& row) {
    const std::string type = member_text(row, "type");
    return type.empty() ? "1" : type;
}

ProductPlace product_of(const Call& call, const Group& group, std::int64_t id) {
    const ProductPlace place = find_product(call.store, id);
    if (place.row == nullptr || std::string_view(group.types).find(type_of(*place.row)) == std::string::npos)
        throw catalog_refusal("product does not exist.");
    return place;
}

/// The information block of a new product, or of a list. Throws if there is none of this number, or if the
/// group does not belong to it.
std::int64_t checked_iblock(const Group& group, std::int64_t id) {
    const bool offers = group.new_type == std::string_view("5");
    const bool any = group.one == std::string_view("product");
    const bool exists = (id == catalogue_id && !offers) || (id == offers_catalogue_id && (offers || any));
    if (!exists)
        throw catalog_refusal(catalog_error::no_iblock, "The specified iblock does not exist");
    return id;
}

void store_reference(const Call& call, Json& row, const char* name, const char* column, const char* kind) {
    const Json* sent = member(call.parameters.at("fields"), name);
    if (sent == nullptr)
        return;
    const std::int64_t id = integer_of(*sent);
    if (id != 0 && call.store.table(kind).find(id) == nullptr)
        throw catalog_refusal(fmt::format("{} with id = {} does not exist.", kind, id));
    row[column] = id == 0 ? Json(nullptr) : Json(std::to_string(id));
}

/// All sections; the first of them is the main one unless that is named, too.
void store_sections(const Call& call, Json& row, const Json& fields) {
    store_reference(call, row, "iblockSectionId", "SECTION_ID", "section");
    const Json* sent = member(fields, "iblockSection");
    if (sent == nullptr)
        sent = member(fields, "IblockSection");
    if (sent == nullptr) {
        if (member(fields, "iblockSectionId") != nullptr)
            row["iblockSection"] = Json::array();
        return;
    }
    Json sections = Json::array();
    for (const std::int64_t id : ids_in(*sent)) {
        if (id != 0 && call.store.table("section").find(id) == nullptr)
            throw catalog_refusal(fmt::format("section with id = {} does not exist.", id));
        if (id != 0)
            sections.push_back(id);
    }
    if (member(fields, "iblockSectionId") == nullptr)
        row["SECTION_ID"] =
            sections.empty() ? Json(nullptr) : Json(std::to_string(sections[0].get<std::int64_t>()));
    row["iblockSection"] = std::move(sections);
}

void check_code(const Call& call, const Json& row, const char* table, std::int64_t id) {
    const std::string code = member_text(row, "CODE");
    if (code.empty() || member(call.parameters.at("fields"), "code") == nullptr)
        return;
    for (const auto& [other, of_other] : call.store.table(table).rows()) {
        if (other != id && member_text(of_other, "CODE") == code)
            throw catalog_refusal("Product with the specified symbolic code already exists");
    }
}

/// Quantities and the purchasing price, which the portal reckons itself once stores keep account of them.
void store_accounted(Call& call, Json& row, const Json& fields) {
    for (const char* name : {"quantity", "quantityReserved", "purchasingPrice", "purchasingCurrency"}) {
        const Json* sent = member(fields, name);
        if (sent == nullptr)
            continue;
        if (call.settings.inventory_accounting == InventoryAccounting::refuse)
            throw catalog_refusal(
                fmt::format("The field {} cannot be changed: inventory management is on", name));
        if (call.settings.inventory_accounting == InventoryAccounting::ignore) {
            call.unknown_fields.emplace_back(name);
            continue;
        }
        const std::string text = text_of(*sent);
        if (name == std::string_view("purchasingCurrency")) {
            if (!text.empty() && find_currency(call.store, text) == nullptr)
                throw catalog_refusal(fmt::format("currency {} does not exist.", text));
            row[name] = text.empty() ? Json(nullptr) : Json(text);
        } else if (text.empty()) {
            row[name] = nullptr;
        } else if (name == std::string_view("purchasingPrice")) {
            row[name] = fmt::format("{:.6f}", number_of(text));
        } else {
            row[name] = fmt::format("{}", number_of(text));
        }
    }
}

/// The id of a choice that came without `{"value": …}` is no value where the switch says so.
Json without_bare_choices(const Json& sent) {
    if (!sent.is_structured())
        return nullptr;
    if (!sent.is_array())
        return sent;
    Json all = Json::array();
    for (const Json& item : sent)
        all.push_back(item.is_structured() ? item : Json(nullptr));
    return all;
}

void store_properties(const Call& call, Json& row, const TypedFields& fields, const Json& sent) {
    for (const auto& [name, value] : entries(sent)) {
        const TypedField* field = find_field(fields, name);
        if (field == nullptr || field->name == "parentId" ||
            (field->type != Typed::property && field->type != Typed::properties))
            continue;
        const Json* property = call.store.table("property")
                                   .find(integer_of(field->column.substr(std::string("PROPERTY_").size())));
        const bool bare = !call.settings.bare_choices && property->at("PROPERTY_TYPE") == "L" &&
                          member_text(*property, "USER_TYPE") != "BoolEnum";
        static_cast<void>(
            store_property(call, row, field->column, bare ? without_bare_choices(*value) : *value));
    }
}

void store_parent(Call& call, Json& row, const Json& fields) {
    const Json* sent = member(fields, "parentId");
    if (sent == nullptr)
        return;
    const Json* wrapped = member(*sent, "value");
    const std::int64_t id = integer_of(wrapped == nullptr ? *sent : *wrapped);
    if (id != 0 && call.store.table("product").find(id) == nullptr)
        throw catalog_refusal(fmt::format("product with id = {} does not exist.", id));
    row["type"] = id == 0 ? "5" : "4";
    if (id == parent_of(row))
        return;
    row["PARENT_ID"] =
        id == 0 ? Json(nullptr)
                : Json::array({Json{{"valueId", std::to_string(call.store.next_number("property value"))},
                                    {"value", std::to_string(id)}}});
}

void store_authors(const Call& call, Json& row, const Json& fields, bool creating) {
    const auto put = [&](const char* name, const char* column, const std::string& otherwise) {
        const std::string sent = member_text(fields, name);
        row[column] = sent.empty() ? otherwise : sent;
    };
    if (creating) {
        put("dateCreate", "DATE_CREATE", call.now);
        put("createdBy", "CREATED_BY", std::to_string(call.user));
    }
    put("modifiedBy", "MODIFIED_BY", std::to_string(call.user));
    row["TIMESTAMP_X"] = call.now;
}

void store_fields(Call& call, Json& row, const char* table, std::int64_t id, bool creating) {
    const Json& sent = call.parameters.at("fields");
    const TypedFields fields = catalog_product_fields(call.store, member_integer(row, "CATALOG_ID"));
    check_required(fields, sent, creating);
    for (const std::string& name : store_typed(fields, row, sent, creating)) {
        if (name != "IblockSection")
            call.unknown_fields.push_back(name);
    }
    check_code(call, row, table, id);
    store_sections(call, row, sent);
    store_reference(call, row, "measure", "MEASURE", "measure");
    store_reference(call, row, "vatId", "VAT_ID", "vat");
    store_accounted(call, row, sent);
    if (table == std::string_view("offer"))
        store_parent(call, row, sent);
    store_properties(call, row, fields, sent);
    for (const auto& [name, column] :
         {std::pair{"previewPicture", "PREVIEW_PICTURE"}, {"detailPicture", "DETAIL_PICTURE"}}) {
        if (const Json* picture = member(sent, name))
            store_file_field(call.store, row, column, *picture);
    }
    store_authors(call, row, sent, creating);
}

Json shown(const Store& store, const Json& row) {
    return shown_catalog_product(catalog_product_fields(store, member_integer(row, "CATALOG_ID")), row);
}

Answer add(Call& call, const Group& group) {
    const Json& sent = array_parameter(call);
    const Json* iblock_sent = member(sent, "iblockId");
    if (iblock_sent == nullptr)
        check_required(catalog_product_fields(call.store, catalogue_id), sent, true);
    const std::int64_t iblock = checked_iblock(group, integer_of(*iblock_sent));
    const char* table = iblock == offers_catalogue_id ? "offer" : "product";
    Table& rows = call.store.table(table);
    const std::int64_t id = rows.next_id();
    // ID first, and what the old methods show of a product.
    Json row{{"ID", nullptr},
             {"CATALOG_ID", std::to_string(iblock)},
             {"PRICE", nullptr},
             {"CURRENCY_ID", nullptr}};
    put_initial(catalog_product_fields(call.store, iblock), row);
    row["iblockSection"] = Json::array();
    row["type"] = iblock == offers_catalogue_id ? "5" : group.new_type;
    store_fields(call, row, table, id, true);
    if (row["XML_ID"].is_null())
        row["XML_ID"] = std::to_string(id);
    rows.insert(std::move(row));
    note_offers(call.store, parent_of(*rows.find(id)), true);
    call.wrote(Operation::create, table, id);
    return {Json{{group.written, shown(call.store, *rows.find(id))}}};
}

Answer update(Call& call, const Group& group) {
    const std::int64_t id = integer_parameter(call);
    static_cast<void>(array_parameter(call));
    const ProductPlace place = product_of(call, group, id);
    Json row = *place.row;
    const std::int64_t old_parent = parent_of(row);
    store_fields(call, row, place.table, id, false);
    Table& rows = call.store.table(place.table);
    rows.put(id, std::move(row));
    if (const std::int64_t parent = parent_of(*rows.find(id)); parent != old_parent) {
        note_offers(call.store, old_parent, has_offers(call.store, old_parent));
        note_offers(call.store, parent, true);
    }
    call.wrote(Operation::update, place.table, id);
    return {Json{{group.written, shown(call.store, *rows.find(id))}}};
}

Answer get(Call& call, const Group& group) {
    const ProductPlace place = product_of(call, group, integer_parameter(call));
    return {Json{{group.one, shown(call.store, *place.row)}}};
}

Answer remove(Call& call, const Group& group) {
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
    const char* table = checked_iblock(group, *iblock) == offers_catalogue_id ? "offer" : "product";
    const TypedFields fields = catalog_product_fields(call.store, *iblock);
    const TypedListRules rules{
        .wrapper = group.many,
        .fields = fields,
        .knows_in_prefix = false,
        .shown = [&](const Json& row) { return shown_catalog_product(fields, row); },
        .only_when_named = [](const std::string& name) { return name.starts_with("property"); }};
    if (group.one == std::string_view("product") || group.one == std::string_view("offer"))
        return typed_list(call, call.store.table(table), rules);
    std::vector<const Json*> rows;
    for (const auto& [id, row] : call.store.table(table).rows()) {
        if (std::string_view(group.types).find(type_of(row)) != std::string::npos)
            rows.push_back(&row);
    }
    return typed_list(call, std::move(rows), rules);
}

/// The fields of products of an information block and a type.
Answer fields_by_filter(Call& call, const Group& group) {
    const Json& filter = array_parameter(call, "filter");
    if (member(filter, "iblockId") == nullptr || member(filter, "productType") == nullptr)
        throw catalog_refusal("Required filter fields: iblockId, productType");
    const std::int64_t iblock = checked_iblock(group, member_integer(filter, "iblockId"));
    return {Json{{group.one, described(catalog_product_fields(call.store, iblock))}}};
}

void add_group(MethodTable& methods, const Group& group) {
    const char* kind = group.one == std::string_view("offer") ? "offer" : "product";
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, fmt::format("{}.{}", group.method, name), kind, right,
                           [run, &group](Call& call) { return run(call, group); });
    };
    add_method("add", CatalogRight::edit_products, add);
    add_method("update", CatalogRight::edit_products, update);
    add_method("delete", CatalogRight::edit_products, remove);
    add_method("get", CatalogRight::read, get);
    add_method("list", CatalogRight::read, list_products);
    add_method("getFieldsByFilter", CatalogRight::read, fields_by_filter);
}

}  // namespace

void add_catalog_product_methods(MethodTable& methods) {
    for (const Group& group : groups)
        add_group(methods, group);
}

}  // namespace obmen::sandbox
