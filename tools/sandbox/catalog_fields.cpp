#include "catalog_fields.hpp"

#include <fmt/format.h>

#include "php_values.hpp"
#include "product_parts.hpp"

namespace obmen::sandbox {

namespace {

/// Reference bitrix24-rest.md §5.3. `DESCRIPTION` of crm.product.* is `detailText` here.
const TypedFields& own_fields() {
    static const TypedFields fields{
        {.name = "id", .column = "ID", .type = Typed::integer, .read_only = true},
        {.name = "iblockId",
         .column = "CATALOG_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true,
         .special = true},
        {.name = "name", .column = "NAME", .required = true},
        {.name = "active", .column = "ACTIVE", .type = Typed::flag, .initial = "Y"},
        {.name = "code", .column = "CODE"},
        {.name = "xmlId", .column = "XML_ID"},
        {.name = "iblockSectionId", .column = "SECTION_ID", .type = Typed::reference, .special = true},
        {.name = "iblockSection", .type = Typed::ids, .special = true},
        {.name = "sort", .column = "SORT", .type = Typed::integer, .initial = "500"},
        {.name = "measure", .column = "MEASURE", .type = Typed::reference, .special = true},
        {.name = "vatId", .column = "VAT_ID", .type = Typed::reference, .special = true},
        {.name = "vatIncluded", .column = "VAT_INCLUDED", .type = Typed::flag, .initial = "N"},
        {.name = "detailText", .column = "DESCRIPTION"},
        {.name = "detailTextType", .column = "DESCRIPTION_TYPE", .type = Typed::text_type, .initial = "text"},
        {.name = "previewText"},
        {.name = "previewTextType", .type = Typed::text_type, .initial = "text"},
        {.name = "detailPicture", .column = "DETAIL_PICTURE", .type = Typed::picture, .special = true},
        {.name = "previewPicture", .column = "PREVIEW_PICTURE", .type = Typed::picture, .special = true},
        {.name = "weight", .type = Typed::number},
        {.name = "width", .type = Typed::number},
        {.name = "height", .type = Typed::number},
        {.name = "length", .type = Typed::number},
        {.name = "quantity", .type = Typed::number, .special = true},
        {.name = "quantityReserved", .type = Typed::number, .special = true},
        {.name = "quantityTrace", .type = Typed::tracing, .initial = "D"},
        {.name = "subscribe", .type = Typed::tracing, .initial = "D"},
        {.name = "canBuyZero", .type = Typed::flag, .initial = "N"},
        {.name = "barcodeMulti", .type = Typed::flag, .initial = "N"},
        {.name = "purchasingPrice", .type = Typed::money, .special = true},
        {.name = "purchasingCurrency", .special = true},
        {.name = "dateActiveFrom", .type = Typed::datetime},
        {.name = "dateActiveTo", .type = Typed::datetime},
        {.name = "dateCreate", .column = "DATE_CREATE", .type = Typed::datetime, .special = true},
        {.name = "timestampX", .column = "TIMESTAMP_X", .type = Typed::datetime, .read_only = true},
        {.name = "createdBy", .column = "CREATED_BY", .type = Typed::integer, .special = true},
        {.name = "modifiedBy", .column = "MODIFIED_BY", .type = Typed::integer, .special = true},
        {.name = "type", .type = Typed::integer, .initial = "1", .read_only = true},
        {.name = "available", .type = Typed::flag, .initial = "Y", .read_only = true},
        {.name = "bundle", .type = Typed::flag, .initial = "N", .read_only = true},
    };
    return fields;
}

}  // namespace

TypedFields catalog_product_fields(const Store& store, std::int64_t iblock) {
    TypedFields fields = own_fields();
    if (iblock == store.catalogues().offers)
        fields.push_back(
            {.name = "parentId", .column = "PARENT_ID", .type = Typed::property, .special = true});
    for (const auto& [id, property] : store.table("property").rows()) {
        if (member_integer(property, "IBLOCK_ID") != iblock)
            continue;
        fields.push_back({.name = fmt::format("property{}", id),
                          .column = fmt::format("PROPERTY_{}", id),
                          .type = property.at("MULTIPLE") == "Y" ? Typed::properties : Typed::property,
                          .special = true});
    }
    return fields;
}

Json shown_catalog_product(const TypedFields& fields, const Json& row) {
    Json shown = typed_row(fields, row);
    // A product of the old methods knows only its main section.
    if (shown["iblockSection"].empty() && !shown["iblockSectionId"].is_null())
        shown["iblockSection"] = Json::array({shown["iblockSectionId"]});
    return shown;
}

const TypedFields& catalog_price_fields() {
    static const TypedFields fields{
        {.name = "id", .column = "ID", .type = Typed::integer, .read_only = true},
        {.name = "productId",
         .column = "PRODUCT_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true},
        {.name = "catalogGroupId",
         .column = "CATALOG_GROUP_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true},
        {.name = "price", .column = "PRICE", .type = Typed::number, .required = true},
        {.name = "currency", .column = "CURRENCY", .required = true},
        {.name = "extraId", .column = "EXTRA_ID", .type = Typed::integer, .read_only = true},
        {.name = "priceScale", .column = "PRICE", .type = Typed::number, .read_only = true},
        {.name = "quantityFrom", .column = "QUANTITY_FROM", .type = Typed::integer, .read_only = true},
        {.name = "quantityTo", .column = "QUANTITY_TO", .type = Typed::integer, .read_only = true},
        {.name = "timestampX", .column = "TIMESTAMP_X", .type = Typed::datetime, .read_only = true},
    };
    return fields;
}

}  // namespace obmen::sandbox
