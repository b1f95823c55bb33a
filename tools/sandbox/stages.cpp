#include "stages.hpp"

#include <fmt/format.h>

#include "listing.hpp"
#include "method.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "schema.hpp"

namespace obmen::sandbox {

namespace {

const Schema& status_schema() {
    static const Schema schema{{.name = "ID", .type = FieldType::integer, .read_only = true},
                               {.name = "ENTITY_ID"},
                               {.name = "STATUS_ID"},
                               {.name = "NAME"},
                               {.name = "NAME_INIT"},
                               {.name = "SORT", .type = FieldType::integer},
                               {.name = "SYSTEM", .type = FieldType::flag},
                               {.name = "CATEGORY_ID", .type = FieldType::reference},
                               {.name = "COLOR"},
                               {.name = "SEMANTICS"},
                               {.name = "EXTRA", .special = true}};
    return schema;
}

const Schema& category_schema() {
    static const Schema schema{{.name = "ID", .type = FieldType::integer, .read_only = true},
                               {.name = "CREATED_DATE", .type = FieldType::datetime, .read_only = true},
                               {.name = "NAME"},
                               {.name = "IS_LOCKED", .type = FieldType::flag, .read_only = true},
                               {.name = "SORT", .type = FieldType::integer}};
    return schema;
}

/// Typed and wrapped, as newer methods answer.
Answer list_categories(Call& call) {
    const Json* type = parameter(call.parameters, "entityTypeId");
    if (type == nullptr)
        throw Refusal(400, "100", "Could not find value for parameter {entityTypeId}");
    if (integer_of(*type) != owner_type_deal)
        throw Refusal(400, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
    Json all = Json::array();
    for (const auto& [id, row] : call.store.table("category").rows()) {
        all.push_back(Json{{"id", id},
                           {"name", row.at("NAME")},
                           {"sort", integer_of(row.at("SORT"))},
                           {"entityTypeId", owner_type_deal},
                           {"isDefault", id == 0 ? "Y" : "N"},
                           {"originId", ""},
                           {"originatorId", ""}});
    }
    const auto total = static_cast<std::int64_t>(all.size());
    return {Json{{"categories", std::move(all)}}, total};
}

/// The general funnel is not among them: it has no id of this method's.
Answer list_deal_categories(Call& call) {
    Answer answer = list(call, {.kind = "category", .schema = category_schema()});
    Json own = Json::array();
    for (Json& row : answer.result) {
        if (member_text(row, "ID") != "0")
            own.push_back(std::move(row));
    }
    return {own, static_cast<std::int64_t>(own.size())};
}

}  // namespace

std::string stages_of_category(std::int64_t category) {
    return category == 0 ? std::string("DEAL_STAGE") : fmt::format("DEAL_STAGE_{}", category);
}

const Json* find_stage(const Store& store, std::int64_t category, std::string_view stage) {
    const std::string entity = stages_of_category(category);
    for (const auto& [id, row] : store.table("status").rows()) {
        if (row.at("ENTITY_ID") == entity && row.at("STATUS_ID") == stage)
            return &row;
    }
    return nullptr;
}

const Json& first_stage(const Store& store, std::int64_t category) {
    const std::string entity = stages_of_category(category);
    const Json* first = nullptr;
    for (const auto& [id, row] : store.table("status").rows()) {
        if (row.at("ENTITY_ID") == entity &&
            (first == nullptr || integer_of(row.at("SORT")) < integer_of(first->at("SORT"))))
            first = &row;
    }
    if (first == nullptr)
        throw Refusal(fmt::format("The funnel {} has no stages.", category));
    return *first;
}

std::string semantics_of(const Json& stage) {
    const std::string semantics = member_text(stage, "SEMANTICS");
    return semantics.empty() ? "P" : semantics;
}

void add_stage_methods(MethodTable& methods) {
    const auto add = [&](const char* name, auto run) {
        methods.add({.name = name, .scope = "crm", .caller = Caller::anyone, .kind = {}, .run = run});
    };
    add("crm.status.list", [](Call& call) {
        return list(call, {.kind = "status", .schema = status_schema(), .selectable = false});
    });
    add("crm.status.fields", [](Call&) { return Answer{status_schema().described()}; });
    add("crm.category.list", list_categories);
    add("crm.dealcategory.list", list_deal_categories);
}

}  // namespace obmen::sandbox
