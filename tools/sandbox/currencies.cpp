#include "currencies.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "method.hpp"
#include "php_values.hpp"
#include "schema.hpp"

namespace obmen::sandbox {

namespace {

const Schema& currency_schema() {
    static const Schema schema{{.name = "CURRENCY", .immutable = true, .required = true},
                               {.name = "AMOUNT_CNT", .type = FieldType::integer, .initial = "1"},
                               {.name = "AMOUNT"},
                               {.name = "SORT", .type = FieldType::integer, .initial = "100"},
                               {.name = "BASE", .type = FieldType::flag, .initial = "N", .read_only = true},
                               {.name = "FULL_NAME"},
                               {.name = "LID", .initial = "ru"},
                               {.name = "FORMAT_STRING"},
                               {.name = "DEC_POINT", .initial = "."},
                               {.name = "THOUSANDS_SEP"},
                               {.name = "DECIMALS", .type = FieldType::integer, .initial = "2"},
                               {.name = "DATE_UPDATE", .type = FieldType::datetime, .read_only = true}};
    return schema;
}

/// A currency has a code for an id.
Json shown_currency(Json row) {
    row.erase("ID");
    return row;
}

/// All rows on one page, and a total of 0 (reference bitrix24-rest.md §11).
Answer list_currencies(Call& call) {
    Json rows = Json::array();
    for (const auto& [id, row] : call.store.table("currency").rows())
        rows.push_back(shown_currency(row));
    return {std::move(rows), 0};
}

Answer get_currency(Call& call) {
    const Json* code = parameter(call.parameters, "id");
    const Json* row = code == nullptr ? nullptr : find_currency(call.store, text_of(*code));
    if (row == nullptr)
        throw Refusal("Not found");
    return {shown_currency(*row)};
}

Answer add_currency(Call& call) {
    Json row = currency_schema().new_row();
    call.unknown_fields = currency_schema().store(row, call.fields(), true);
    for (const char* name : {"CURRENCY", "AMOUNT"}) {
        if (row[name].is_null())
            throw Refusal(fmt::format("The field '{}' is required.", name));
    }
    const std::string code = text_of(row["CURRENCY"]);
    if (find_currency(call.store, code) != nullptr)
        throw Refusal(fmt::format("Currency '{}' exists already", code));
    row["DATE_UPDATE"] = call.now;
    const std::int64_t id = call.store.table("currency").insert(std::move(row));
    call.wrote(Operation::create, "currency", id);
    return {code};
}

Answer base_currency(Call& call) {
    for (const auto& [id, row] : call.store.table("currency").rows()) {
        if (row.at("BASE") == "Y")
            return {row.at("CURRENCY")};
    }
    return {""};
}

}  // namespace

const Json* find_currency(const Store& store, std::string_view code) {
    for (const auto& [id, row] : store.table("currency").rows()) {
        if (row.at("CURRENCY") == code)
            return &row;
    }
    return nullptr;
}

void add_currency_methods(MethodTable& methods) {
    const auto add = [&](const char* name, Caller caller, auto run) {
        methods.add({.name = name, .scope = "crm", .caller = caller, .kind = {}, .run = run});
    };
    add("crm.currency.list", Caller::anyone, list_currencies);
    add("crm.currency.get", Caller::anyone, get_currency);
    add("crm.currency.fields", Caller::anyone, [](Call&) { return Answer{currency_schema().described()}; });
    add("crm.currency.add", Caller::administrator, add_currency);
    add("crm.currency.base.get", Caller::anyone, base_currency);
}

}  // namespace obmen::sandbox
