#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "catalog_call.hpp"
#include "item_fields.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "stages.hpp"
#include "support/text.hpp"
#include "typed_list.hpp"

/// crm.item.*: the rows of crm.company, crm.contact and crm.deal, written through the methods of those, so
/// that both families cannot differ.
namespace obmen::sandbox {

namespace {

constexpr std::size_t most_imported = 20;

/// What a call is about.
struct Subject {
    const ItemKind& kind;
    TypedFields fields;
    bool original_names;
};

Subject subject_of(const Call& call) {
    const ItemKind& kind = item_kind(integer_parameter(call, "entityTypeId"));
    const bool original_names = member_text(call.parameters, "useOriginalUfNames") == "Y";
    return {kind, item_fields(call, kind, original_names), original_names};
}

const Json& row_of(const Call& call, const Subject& subject, std::int64_t id) {
    const Json* row = call.store.table(subject.kind.element).find(id);
    if (row == nullptr)
        throw Refusal(400, "NOT_FOUND", "Элемент не найден");
    return *row;
}

Json shown(const Call& call, const Subject& subject, std::int64_t id) {
    return shown_item(call.store, subject.kind, subject.fields, row_of(call, subject, id));
}

Refusal invalid(const std::string& field) {
    return Refusal(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID",
                   fmt::format("Неверное значение поля \"{}\"", field));
}

bool is_empty(const Json& value) {
    return value.is_structured() ? value.empty() : text_of(value).empty();
}

bool has_entry(const Json* values, std::int64_t id) {
    for (const auto& [index, value] : entries(values)) {
        if (member_integer(*value, "ID") == id)
            return true;
    }
    return false;
}

/// The entries of `fm` under the names of the old methods. The key of an entry is its id if the item has one
/// of this id and type; it is a new entry otherwise. Without a type it is skipped (reference §9.4).
void put_multifields(Call& call, const Json& sent, const Json* row, Json& old_fields) {
    for (const auto& [key, entry] : entries(sent)) {
        const std::string type = member_text(*entry, "typeId");
        const bool known = std::find(std::begin(multifield_types), std::end(multifield_types), type) !=
                           std::end(multifield_types);
        if (!known) {
            call.unknown_fields.push_back(fmt::format("fm[{}] without typeId", key));
            continue;
        }
        Json value{{"VALUE", member_text(*entry, "value")}, {"VALUE_TYPE", member_text(*entry, "valueType")}};
        const auto id = index_of(key);
        if (row != nullptr && id && *id > 0 && has_entry(member(*row, type), *id))
            value["ID"] = key;
        old_fields[type].push_back(std::move(value));
    }
}

/// A value as the old methods take it.
Json old_value(const TypedField& field, const Json& value) {
    if (field.place().starts_with("UF_") && field.type == Typed::flag)
        return text_of(value) == "Y" || truth_of(value) ? (text_of(value) == "N" ? "0" : "1") : "0";
    return value;
}

/// A deal can be moved to another funnel by crm.item.update only, and has to be in one of its stages.
void check_stage(const Call& call, const Json& old_fields, const Json* row) {
    const Json* sent = member(old_fields, "CATEGORY_ID");
    const std::int64_t category =
        sent != nullptr ? integer_of(*sent) : (row == nullptr ? 0 : member_integer(*row, "CATEGORY_ID"));
    if (call.store.table("category").find(category) == nullptr)
        throw invalid("categoryId");
    const std::string stage = member_text(old_fields, "STAGE_ID");
    if (!stage.empty() && find_stage(call.store, category, stage) == nullptr)
        throw invalid("stageId");
}

void move_to_category(Call& call, Json& old_fields, std::int64_t id) {
    const Json* sent = member(old_fields, "CATEGORY_ID");
    Json row = *call.store.table("deal").find(id);
    if (sent == nullptr || member_integer(row, "CATEGORY_ID") == integer_of(*sent))
        return;
    row["CATEGORY_ID"] = std::to_string(integer_of(*sent));
    if (member_text(old_fields, "STAGE_ID").empty())
        old_fields["STAGE_ID"] = first_stage(call.store, integer_of(*sent)).at("STATUS_ID");
    call.store.table("deal").put(id, std::move(row));
}

/// What was sent under the names of the old methods; `row` is the item that is there.
Json old_fields_of(Call& call, const Subject& subject, const Json& sent, const Json* row) {
    Json old_fields = Json::object();
    for (const auto& [name, value] : entries(sent)) {
        if (name == "fm" && subject.kind.type != owner_type_deal) {
            put_multifields(call, *value, row, old_fields);
            continue;
        }
        const TypedField* field = find_field(subject.fields, name);
        if (field == nullptr)
            call.unknown_fields.push_back(name);
        else if (!field->read_only &&
                 (row == nullptr || call.settings.empty_clears_item || !is_empty(*value)))
            old_fields[field->place()] = old_value(*field, *value);
    }
    if (subject.kind.type == owner_type_deal)
        check_stage(call, old_fields, row);
    return old_fields;
}

/// Runs a method of the old family; its writes are those of this call.
Json written(Call& call, const Subject& subject, const char* operation, const Json& parameters) {
    const std::string method = fmt::format("crm.{}.{}", subject.kind.element, operation);
    Call inner{method, parameters, call.store, call.settings, call.methods, call.now, call.user};
    try {
        Json result = call.methods.find(method)->run(inner).result;
        call.writes.insert(call.writes.end(), inner.writes.begin(), inner.writes.end());
        return result;
    } catch (const Refusal& refusal) {
        throw Refusal(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", refusal.description());
    }
}

std::int64_t add_one(Call& call, const Subject& subject, const Json& sent) {
    const Json fields = old_fields_of(call, subject, sent, nullptr);
    return integer_of(written(call, subject, "add", Json{{"fields", fields}}));
}

Answer add_item(Call& call) {
    const Subject subject = subject_of(call);
    const std::int64_t id = add_one(call, subject, array_parameter(call));
    return {Json{{"item", shown(call, subject, id)}}};
}

Answer update_item(Call& call) {
    const Subject subject = subject_of(call);
    const std::int64_t id = integer_parameter(call);
    const Json& sent = array_parameter(call);
    const Json before = row_of(call, subject, id);
    Json fields = old_fields_of(call, subject, sent, &before);
    if (subject.kind.type == owner_type_deal)
        move_to_category(call, fields, id);
    try {
        written(call, subject, "update", Json{{"id", id}, {"fields", fields}});
    } catch (const Refusal&) {
        call.store.table(subject.kind.element).put(id, before);
        throw;
    }
    return {Json{{"item", shown(call, subject, id)}}};
}

Answer get_item(Call& call) {
    const Subject subject = subject_of(call);
    return {Json{{"item", shown(call, subject, integer_parameter(call))}}};
}

Answer remove_item(Call& call) {
    const Subject subject = subject_of(call);
    const std::int64_t id = integer_parameter(call);
    static_cast<void>(row_of(call, subject, id));
    written(call, subject, "delete", Json{{"id", id}});
    return {Json::array()};
}

Answer list_items(Call& call) {
    const Subject subject = subject_of(call);
    return typed_list(
        call, call.store.table(subject.kind.element),
        {.wrapper = "items",
         .fields = subject.fields,
         .unknown = UnknownFilter::refused,
         .shown = [&](const Json& row) { return shown_item(call.store, subject.kind, subject.fields, row); },
         .only_with_all = "fm"});
}

Answer fields(Call& call) {
    const Subject subject = subject_of(call);
    Json all = described(subject.fields);
    for (const TypedField& field : subject.fields) {
        Json& description = all[field.name];
        description["isMultiple"] = field.type == Typed::ids || field.type == Typed::structure;
        description["isDynamic"] = field.place().starts_with("UF_");
        description["title"] = field.place();
        description["upperName"] = field.place();
    }
    return {Json{{"fields", std::move(all)}}};
}

Answer import_item(Call& call) {
    const Subject subject = subject_of(call);
    return {Json{{"item", Json{{"id", add_one(call, subject, array_parameter(call))}}}}};
}

/// Each record for itself: the answers stand where the records stood.
Answer import_items(Call& call) {
    const Subject subject = subject_of(call);
    const Json& data = array_parameter(call, "data");
    if (data.size() > most_imported)
        throw Refusal(400, "MAX_IMPORT_BATCH_SIZE_EXCEEDED",
                      fmt::format("Maximum batch size of {} is exceeded", most_imported));
    Json items = Json::array();
    for (const auto& [index, record] : entries(data)) {
        try {
            items.push_back(Json{{"item", Json{{"id", add_one(call, subject, *record)}}}});
        } catch (const Refusal& refusal) {
            items.push_back(printed_refusal(refusal));
        }
    }
    return {Json{{"items", std::move(items)}}};
}

}  // namespace

void add_item_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = std::string("crm.item.") + name, .scope = "crm", .kind = "item", .run = run});
    };
    add_method("add", add_item);
    add_method("update", update_item);
    add_method("delete", remove_item);
    add_method("get", get_item);
    add_method("list", list_items);
    add_method("fields", fields);
    add_method("import", import_item);
    add_method("batchimport", import_items);
    add_item_row_methods(methods);
}

}  // namespace obmen::sandbox
