#include <fmt/format.h>

#include <string>

#include "listing.hpp"
#include "method.hpp"
#include "php_values.hpp"
#include "schema.hpp"

namespace obmen::sandbox {

namespace {

const Schema& catalogue_schema() {
    static const Schema schema{{.name = "ID", .type = FieldType::integer, .read_only = true},
                               {.name = "NAME"},
                               {.name = "ORIGINATOR_ID"},
                               {.name = "ORIGIN_ID"},
                               {.name = "XML_ID"}};
    return schema;
}

const Schema& measure_schema() {
    static const Schema schema{{.name = "ID", .type = FieldType::integer, .read_only = true},
                               {.name = "CODE", .type = FieldType::integer, .required = true},
                               {.name = "MEASURE_TITLE", .required = true},
                               {.name = "SYMBOL_RUS"},
                               {.name = "SYMBOL_INTL"},
                               {.name = "SYMBOL_LETTER_INTL"},
                               {.name = "IS_DEFAULT", .type = FieldType::flag, .initial = "N"}};
    return schema;
}

const Schema& vat_schema() {
    static const Schema schema{{.name = "ID", .type = FieldType::integer, .read_only = true},
                               {.name = "TIMESTAMP_X", .type = FieldType::datetime, .read_only = true},
                               {.name = "ACTIVE", .type = FieldType::flag},
                               {.name = "C_SORT", .type = FieldType::integer},
                               {.name = "NAME", .required = true},
                               {.name = "RATE", .type = FieldType::number}};
    return schema;
}

Answer add_measure(Call& call) {
    const Json& fields = call.fields();
    Table& measures = call.store.table("measure");
    Json row = measure_schema().new_row();
    call.unknown_fields = measure_schema().store(row, fields, true);
    for (const char* name : {"CODE", "MEASURE_TITLE"}) {
        if (row[name].is_null())
            throw Refusal(fmt::format("The field '{}' is required.", name));
    }
    for (const auto& [id, other] : measures.rows()) {
        if (other.at("CODE") == row["CODE"])
            throw Refusal(fmt::format("Measure with code {} already exists", text_of(row["CODE"])));
    }
    const std::int64_t id = measures.insert(std::move(row));
    call.wrote(Operation::create, "measure", id);
    return {id};
}

Answer list_vats(Call& call) {
    const Json* select = parameter(call.parameters, "select");
    if (select != nullptr && select->is_structured()) {
        for (const auto& [index, name] : entries(*select)) {
            if (text_of(*name) != "*" && vat_schema().find(text_of(*name)) == nullptr)
                throw Refusal(400, "Inadmissible fields for selection", "Inadmissible fields for selection");
        }
    }
    return list(call, {.kind = "vat", .schema = vat_schema()});
}

/// All rows on one page, and a total of 0 (reference bitrix24-rest.md §11).
Answer list_currencies(Call& call) {
    Json rows = Json::array();
    for (const auto& [id, row] : call.store.table("currency").rows()) {
        Json shown = row;
        shown.erase("ID");
        rows.push_back(std::move(shown));
    }
    return {std::move(rows), 0};
}

Answer base_currency(Call& call) {
    for (const auto& [id, row] : call.store.table("currency").rows()) {
        if (row.at("BASE") == "Y")
            return {row.at("CURRENCY")};
    }
    return {""};
}

Answer owner_types(Call&) {
    struct OwnerType {
        int id;
        const char* name;
        const char* code;
        const char* short_code;
    };
    constexpr OwnerType all[] = {{1, "Лид", "LEAD", "L"},
                                 {2, "Сделка", "DEAL", "D"},
                                 {3, "Контакт", "CONTACT", "C"},
                                 {4, "Компания", "COMPANY", "CO"},
                                 {7, "Предложение", "QUOTE", "Q"},
                                 {8, "Реквизиты", "REQUISITE", "RQ"},
                                 {31, "Счет", "SMART_INVOICE", "SI"}};
    Json rows = Json::array();
    for (const OwnerType& type : all)
        rows.push_back(Json{{"ID", type.id},
                            {"NAME", type.name},
                            {"SYMBOL_CODE", type.code},
                            {"SYMBOL_CODE_SHORT", type.short_code}});
    return {std::move(rows)};
}

}  // namespace

void add_dictionary_methods(MethodTable& methods) {
    const auto add = [&](const char* name, Caller caller, auto run) {
        methods.add({.name = name, .scope = "crm", .caller = caller, .run = run});
    };
    add("crm.catalog.list", Caller::anyone,
        [](Call& call) { return list(call, {.kind = "catalogue", .schema = catalogue_schema()}); });
    add("crm.measure.list", Caller::anyone,
        [](Call& call) { return list(call, {.kind = "measure", .schema = measure_schema()}); });
    add("crm.measure.add", Caller::administrator, add_measure);
    add("crm.vat.list", Caller::anyone, list_vats);
    add("crm.currency.list", Caller::anyone, list_currencies);
    add("crm.currency.base.get", Caller::anyone, base_currency);
    add("crm.enum.ownertype", Caller::anyone, owner_types);
}

}  // namespace obmen::sandbox
