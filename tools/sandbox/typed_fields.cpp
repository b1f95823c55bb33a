#include "typed_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

Json shown_picture(const Json& stored) {
    const std::string id = member_text(stored, "id");
    if (id.empty())
        return nullptr;
    const std::string link = fmt::format("/rest/catalog.product.download?fields[fileId]={}", id);
    return Json{{"id", id}, {"url", link}, {"urlMachine", link}};
}

Json shown_property_value(const Json& stored) {
    const Json& value = stored.at("value");
    const bool file = value.is_object() && value.contains("downloadUrl");
    return Json{{"value", file ? shown_picture(value) : value}, {"valueId", stored.at("valueId")}};
}

Json shown_properties(const TypedField& field, const Json& stored) {
    if (!stored.is_array() || stored.empty())
        return nullptr;
    if (field.type == Typed::property)
        return shown_property_value(stored[0]);
    Json all = Json::array();
    for (const Json& value : stored)
        all.push_back(shown_property_value(value));
    return all;
}

Json shown_ids(const Json& stored) {
    Json all = Json::array();
    for (const auto& [index, id] : entries(stored))
        all.push_back(integer_of(*id));
    return all;
}

std::string type_name(Typed type) {
    switch (type) {
        case Typed::integer:
        case Typed::reference:
        case Typed::ids:
            return "integer";
        case Typed::number:
        case Typed::money:
            return "double";
        case Typed::flag:
        case Typed::tracing:
            return "char";
        case Typed::date:
            return "date";
        case Typed::datetime:
            return "datetime";
        case Typed::picture:
            return "file";
        case Typed::property:
        case Typed::properties:
            return "productproperty";
        default:
            return "string";
    }
}

/// A value as the row keeps it: as the old methods do, texts or null.
Json stored_typed(const TypedField& field, const Json& sent) {
    const std::string text = text_of(sent);
    switch (field.type) {
        case Typed::integer:
        case Typed::reference:
            return stored_value(
                {.name = field.name,
                 .type = field.type == Typed::integer ? FieldType::integer : FieldType::reference},
                sent);
        case Typed::number:
            return text.empty() ? Json(nullptr) : Json(fmt::format("{}", number_of(text)));
        case Typed::money:
            return text.empty() ? Json(nullptr) : Json(fmt::format("{:.6f}", number_of(text)));
        case Typed::flag:
            return text == "Y" ? "Y" : "N";
        case Typed::tracing:
            return text == "Y" || text == "N" ? text : "D";
        case Typed::text_type:
            return text == "html" ? "html" : "text";
        case Typed::date:
            return stored_value({.name = field.name, .type = FieldType::date}, sent);
        case Typed::ids:
        case Typed::structure:
            return sent;
        default:
            return text.empty() ? Json(nullptr) : Json(text);
    }
}

}  // namespace

const TypedField* find_field(const TypedFields& fields, std::string_view name) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const TypedField& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

Json typed_value(const TypedField& field, const Json& row) {
    const Json* found = member(row, field.place());
    const Json stored = found != nullptr ? *found : (field.initial ? Json(*field.initial) : Json(nullptr));
    if (field.type == Typed::ids)
        return shown_ids(stored);
    if (stored.is_null())
        return nullptr;
    switch (field.type) {
        case Typed::integer:
            return integer_of(stored);
        case Typed::reference:
            return integer_of(stored) == 0 ? Json(nullptr) : Json(integer_of(stored));
        case Typed::number:
            return printed_number(number_of(text_of(stored)));
        case Typed::picture:
            return shown_picture(stored);
        case Typed::property:
        case Typed::properties:
            return shown_properties(field, stored);
        default:
            return stored;
    }
}

Json typed_row(const TypedFields& fields, const Json& row) {
    Json shown = Json::object();
    for (const TypedField& field : fields)
        shown[field.name] = typed_value(field, row);
    return shown;
}

FieldType comparable_type(Typed type) {
    switch (type) {
        case Typed::integer:
        case Typed::reference:
        case Typed::number:
        case Typed::money:
            return FieldType::number;
        default:
            return FieldType::text;
    }
}

void put_initial(const TypedFields& fields, Json& row) {
    for (const TypedField& field : fields) {
        if (!row.contains(field.place()))
            row[field.place()] = field.initial ? Json(*field.initial) : Json(nullptr);
    }
}

std::vector<std::string> store_typed(const TypedFields& fields, Json& row, const Json& sent, bool creating) {
    std::vector<std::string> unknown;
    for (const auto& [name, value] : entries(sent)) {
        const TypedField* field = find_field(fields, name);
        if (field == nullptr)
            unknown.push_back(name);
        else if (!field->read_only && !field->special && (creating || !field->immutable))
            row[field->place()] = stored_typed(*field, *value);
    }
    return unknown;
}

std::vector<std::string> missing_fields(const TypedFields& fields, const Json& sent, bool creating) {
    std::vector<std::string> names;
    for (const TypedField& field : fields) {
        if (!field.required)
            continue;
        const Json* value = member(sent, field.name);
        const bool empty =
            value == nullptr ? creating : !value->is_structured() && trimmed(text_of(*value)).empty();
        if (empty)
            names.push_back(field.name);
    }
    return names;
}

Json described(const TypedFields& fields) {
    Json all = Json::object();
    for (const TypedField& field : fields)
        all[field.name] = Json{{"isImmutable", field.immutable},
                               {"isReadOnly", field.read_only},
                               {"isRequired", field.required},
                               {"type", type_name(field.type)}};
    return all;
}

Json old_view(const Json& row) {
    Json shown = Json::object();
    for (const auto& item : row.items()) {
        const char first = item.key().empty() ? ' ' : item.key().front();
        if (first < 'a' || first > 'z')
            shown[item.key()] = item.value();
    }
    return shown;
}

}  // namespace obmen::sandbox
