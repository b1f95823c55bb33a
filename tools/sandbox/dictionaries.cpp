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

const Json& row_of(const Call& call, const char* kind) {
    const Json* row = call.store.table(kind).find(call.id());
    if (row == nullptr)
        throw Refusal("Not found");
    return *row;
}

Json new_row(Call& call, const Schema& schema, std::initializer_list<const char*> required) {
    Json row = schema.new_row();
    call.unknown_fields = schema.store(row, call.fields(), true);
    for (const char* name : required) {
        if (row[name].is_null())
            throw Refusal(fmt::format("The field '{}' is required.", name));
    }
    return row;
}

Answer inserted(Call& call, const char* kind, Json row) {
    const std::int64_t id = call.store.table(kind).insert(std::move(row));
    call.wrote(Operation::create, kind, id);
    return {id};
}

Answer add_measure(Call& call) {
    Json row = new_row(call, measure_schema(), {"CODE", "MEASURE_TITLE"});
    for (const auto& [id, other] : call.store.table("measure").rows()) {
        if (other.at("CODE") == row["CODE"])
            throw Refusal(fmt::format("Measure with code {} already exists", text_of(row["CODE"])));
    }
    return inserted(call, "measure", std::move(row));
}

Answer update_measure(Call& call) {
    Json row = row_of(call, "measure");
    call.unknown_fields = measure_schema().store(row, call.fields(), false);
    const std::int64_t id = call.id();
    call.store.table("measure").put(id, std::move(row));
    call.wrote(Operation::update, "measure", id);
    return {true};
}

Answer remove_measure(Call& call) {
    static_cast<void>(row_of(call, "measure"));
    call.wrote(Operation::remove, "measure", call.id());
    call.store.table("measure").erase(call.id());
    return {true};
}

Answer add_vat(Call& call) {
    return inserted(call, "vat", new_row(call, vat_schema(), {"NAME"}));
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
    add("crm.measure.get", Caller::anyone, [](Call& call) { return Answer{row_of(call, "measure")}; });
    add("crm.measure.fields", Caller::anyone, [](Call&) { return Answer{measure_schema().described()}; });
    add("crm.measure.add", Caller::administrator, add_measure);
    add("crm.measure.update", Caller::administrator, update_measure);
    add("crm.measure.delete", Caller::administrator, remove_measure);
    add("crm.vat.list", Caller::anyone, list_vats);
    add("crm.vat.get", Caller::anyone, [](Call& call) { return Answer{row_of(call, "vat")}; });
    add("crm.vat.fields", Caller::anyone, [](Call&) { return Answer{vat_schema().described()}; });
    add("crm.vat.add", Caller::administrator, add_vat);
    add("crm.enum.ownertype", Caller::anyone, owner_types);
}

}  // namespace obmen::sandbox
