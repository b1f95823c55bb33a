#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog_call.hpp"
#include "deal_rows.hpp"
#include "item_fields.hpp"
#include "php_values.hpp"
#include "typed_list.hpp"

/// crm.item.productrow.*: the rows of deals under names in camelCase (reference bitrix24-rest.md §9.3).
namespace obmen::sandbox {

namespace {

const TypedFields& row_fields() {
    static const TypedFields fields{
        {.name = "id", .column = "ID", .type = Typed::integer, .read_only = true},
        {.name = "ownerId",
         .column = "OWNER_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true},
        {.name = "ownerType", .column = "OWNER_TYPE", .required = true, .immutable = true},
        {.name = "productId", .column = "PRODUCT_ID", .type = Typed::integer},
        {.name = "productName", .column = "PRODUCT_NAME"},
        {.name = "price", .column = "PRICE", .type = Typed::number},
        {.name = "priceAccount", .column = "PRICE_ACCOUNT", .type = Typed::number, .read_only = true},
        {.name = "priceExclusive", .column = "PRICE_EXCLUSIVE", .type = Typed::number},
        {.name = "priceNetto", .column = "PRICE_NETTO", .type = Typed::number},
        {.name = "priceBrutto", .column = "PRICE_BRUTTO", .type = Typed::number},
        {.name = "quantity", .column = "QUANTITY", .type = Typed::number},
        {.name = "discountTypeId", .column = "DISCOUNT_TYPE_ID", .type = Typed::integer},
        {.name = "discountRate", .column = "DISCOUNT_RATE", .type = Typed::number},
        {.name = "discountSum", .column = "DISCOUNT_SUM", .type = Typed::number},
        {.name = "taxRate", .column = "TAX_RATE", .type = Typed::number},
        {.name = "taxIncluded", .column = "TAX_INCLUDED", .type = Typed::flag},
        {.name = "customized", .column = "CUSTOMIZED", .type = Typed::flag},
        {.name = "measureCode", .column = "MEASURE_CODE", .type = Typed::integer},
        {.name = "measureName", .column = "MEASURE_NAME"},
        {.name = "sort", .column = "SORT", .type = Typed::integer},
        {.name = "xmlId", .column = "XML_ID"},
        {.name = "type", .column = "TYPE", .type = Typed::integer},
        {.name = "storeId", .column = "STORE_ID", .type = Typed::integer}};
    return fields;
}

Json shown(const Json& row) {
    return typed_row(row_fields(), row);
}

Json shown_rows(const Store& store, std::int64_t deal) {
    Json all = Json::array();
    for (const Json* row : rows_of_deal(store, deal))
        all.push_back(shown(*row));
    return all;
}

Refusal no_such_row() {
    return Refusal(400, "NOT_FOUND", "Элемент не найден");
}

/// Only rows of deals are built.
std::int64_t checked_owner(const Call& call, const std::string& type, std::int64_t id) {
    if (type != "D")
        throw Refusal(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
    if (call.store.table("deal").find(id) == nullptr)
        throw Refusal(400, "OWNER_NOT_FOUND", "Владелец товарной позиции не найден");
    return id;
}

const Json& row_of(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("deal_row").find(id);
    if (row == nullptr)
        throw no_such_row();
    return *row;
}

/// What was sent under the names of the old methods.
Json old_fields(Call& call, const Json& sent) {
    Json fields = Json::object();
    for (const auto& [name, value] : entries(sent)) {
        if (const TypedField* field = find_field(row_fields(), name))
            fields[field->column] = *value;
        else
            call.unknown_fields.push_back(name);
    }
    return fields;
}

/// The row with what was sent over it. A new price makes the parts of the old one void.
Json changed_row(const Store& store, const Json& row, const Json& fields) {
    Json merged = row;
    if (fields.contains("PRICE")) {
        for (const char* part : {"PRICE_EXCLUSIVE", "PRICE_NETTO", "PRICE_BRUTTO"})
            merged.erase(part);
    }
    if (fields.contains("PRODUCT_ID")) {
        for (const char* part : {"PRODUCT_NAME", "MEASURE_CODE", "MEASURE_NAME"})
            merged.erase(part);
    }
    for (const auto& [name, value] : entries(fields))
        merged[name] = *value;
    Json changed = stored_deal_row(store, merged, member_integer(row, "OWNER_ID"));
    changed["ID"] = row.at("ID");
    changed["XML_ID"] = row.at("XML_ID");
    return changed;
}

/// A full replacement, in which a row that comes with its id stays itself.
Answer set_rows(Call& call) {
    const Json* type = member(call.parameters, "ownerType");
    if (type == nullptr)
        throw catalog_refusal(catalog_error::parameter, "Could not find value for parameter {ownerType}");
    const std::int64_t deal = checked_owner(call, text_of(*type), integer_parameter(call, "ownerId"));
    const Json& sent = array_parameter(call, "productRows");
    Table& table = call.store.table("deal_row");

    std::vector<std::pair<std::int64_t, Json>> rows;
    std::set<std::int64_t> kept;
    for (const auto& [index, item] : entries(sent)) {
        const Json fields = old_fields(call, *item);
        const std::int64_t id = member_integer(fields, "ID");
        const Json* existing = id == 0 ? nullptr : table.find(id);
        const bool own = existing != nullptr && member_integer(*existing, "OWNER_ID") == deal;
        if (own)
            kept.insert(id);
        rows.emplace_back(own ? id : 0, own ? changed_row(call.store, *existing, fields)
                                            : stored_deal_row(call.store, fields, deal));
    }
    for (const std::int64_t id : table.ids_with_key(std::to_string(deal))) {
        if (!kept.contains(id))
            table.erase(id);
    }
    for (auto& [id, row] : rows) {
        if (id == 0)
            insert_deal_row(call.store, std::move(row));
        else
            table.put(id, std::move(row));
    }
    note_rows_changed(call, deal);
    return {Json{{"productRows", shown_rows(call.store, deal)}}};
}

Answer add_row(Call& call) {
    const Json& sent = array_parameter(call);
    if (const auto names = missing_fields(row_fields(), sent, true); !names.empty())
        throw Refusal(400, "CRM_FIELD_ERROR_REQUIRED",
                      fmt::format("Не заполнено поле \"{}\"", names.front()));
    const std::int64_t deal =
        checked_owner(call, member_text(sent, "ownerType"), member_integer(sent, "ownerId"));
    const std::int64_t id =
        insert_deal_row(call.store, stored_deal_row(call.store, old_fields(call, sent), deal));
    note_rows_changed(call, deal);
    return {Json{{"productRow", shown(row_of(call, id))}}};
}

Answer update_row(Call& call) {
    const std::int64_t id = integer_parameter(call);
    Json fields = old_fields(call, array_parameter(call));
    const Json row = row_of(call, id);
    for (const char* fixed : {"ID", "OWNER_ID", "OWNER_TYPE", "XML_ID"})
        fields.erase(fixed);
    call.store.table("deal_row").put(id, changed_row(call.store, row, fields));
    note_rows_changed(call, member_integer(row, "OWNER_ID"));
    return {Json{{"productRow", shown(row_of(call, id))}}};
}

Answer remove_row(Call& call) {
    const std::int64_t id = integer_parameter(call);
    const std::int64_t deal = member_integer(row_of(call, id), "OWNER_ID");
    call.store.table("deal_row").erase(id);
    note_rows_changed(call, deal);
    return {Json(nullptr)};
}

/// The owner has to be said with `=` in front.
Answer list_rows(Call& call) {
    const Json& filter = array_parameter(call, "filter");
    for (const char* name : {"=ownerType", "=ownerId"}) {
        if (member(filter, name) == nullptr)
            throw catalog_refusal(catalog_error::parameter,
                                  fmt::format("Could not find value for parameter {{filter[{}]}}", name));
    }
    const std::int64_t deal =
        checked_owner(call, member_text(filter, "=ownerType"), member_integer(filter, "=ownerId"));
    return typed_list(call, rows_of_deal(call.store, deal),
                      {.wrapper = "productRows",
                       .fields = row_fields(),
                       .unknown = UnknownFilter::refused,
                       .shown = shown});
}

}  // namespace

void add_item_row_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = std::string("crm.item.productrow.") + name,
                     .scope = "crm",
                     .kind = "deal_row",
                     .run = run});
    };
    add_method("set", set_rows);
    add_method("add", add_row);
    add_method("update", update_row);
    add_method("delete", remove_row);
    add_method("get", [](Call& call) {
        return Answer{Json{{"productRow", shown(row_of(call, integer_parameter(call)))}}};
    });
    add_method("list", list_rows);
    add_method("fields", [](Call&) { return Answer{Json{{"fields", described(row_fields())}}}; });
}

}  // namespace obmen::sandbox
