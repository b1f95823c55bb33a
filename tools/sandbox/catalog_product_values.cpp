#include "catalog_product_values.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "catalog_call.hpp"
#include "catalog_fields.hpp"
#include "currencies.hpp"
#include "files.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "property_values.hpp"

namespace obmen::sandbox {

namespace {

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

}  // namespace

void store_catalog_product(Call& call, Json& row, const char* table, std::int64_t id, bool creating) {
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

}  // namespace obmen::sandbox
