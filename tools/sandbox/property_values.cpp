#include "property_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "files.hpp"
#include "php_values.hpp"
#include "typed_fields.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::string_view prefix = "PROPERTY_";

const Json* property_of(const Store& store, std::string_view field) {
    if (!field.starts_with(prefix))
        return nullptr;
    const auto id = index_of(field.substr(prefix.size()));
    return id ? store.table("property").find(*id) : nullptr;
}

std::string type_of(const Json& property) {
    return text_of(property.at("PROPERTY_TYPE"));
}

Json accepted_number(const Call& call, const std::string& text) {
    if (is_numeric(text))
        return text;
    if (call.settings.text_for_number == Reaction::refuse)
        throw Refusal(fmt::format("Property value '{}' is not a number", text));
    return nullptr;
}

/// What one value becomes in a property of this type; null if it cannot be one.
Json accepted(const Call& call, const Json& property, const Json& value) {
    const std::string type = type_of(property);
    if (type == "F")
        return stored_file(call.store, value);
    if (value.is_object() && member(value, "TEXT") != nullptr)
        return Json{{"TYPE", member(value, "TYPE") == nullptr ? "text" : member_text(value, "TYPE")},
                    {"TEXT", member_text(value, "TEXT")}};
    const std::string text = text_of(value);
    if (text.empty())
        return nullptr;
    if (type == "L" && member_text(property, "USER_TYPE") == "BoolEnum")
        return text == "Y" || text == "N" ? Json(text) : Json(nullptr);
    if (type == "L" && member(property.at("VALUES"), text) == nullptr)
        return nullptr;
    if (member_text(property, "USER_TYPE") == "Date")
        return stored_value({.name = "value", .type = FieldType::date}, value);
    return type == "N" ? accepted_number(call, text) : Json(text);
}

const Json* value_with_id(const Json& values, const Json* id) {
    if (id == nullptr)
        return nullptr;
    const auto found = std::find_if(values.begin(), values.end(), [&](const Json& value) {
        return text_of(value.at("valueId")) == text_of(*id);
    });
    return found == values.end() ? nullptr : &*found;
}

/// One value as it was sent, with or without the wrapping of `value` and `valueId`; null if nothing is left
/// of it. An id alone keeps what has it.
Json stored_one(const Call& call, const Json& property, const Json& sent, const Json& old_values) {
    const Json* wrapped = member(sent, "value");
    const Json* old = value_with_id(old_values, member(sent, "valueId"));
    if (old != nullptr && wrapped == nullptr && member(sent, "fileData") == nullptr)
        return *old;
    Json value = accepted(call, property, wrapped == nullptr ? sent : *wrapped);
    if (value.is_null())
        return nullptr;
    return Json{{"valueId", old != nullptr ? old->at("valueId")
                                           : Json(std::to_string(call.store.next_number("property value")))},
                {"value", std::move(value)}};
}

Json listed(const Json* values) {
    if (values == nullptr || values->is_null())
        return Json::array();
    return values->is_array() ? *values : Json::array({*values});
}

bool is_several(const Json& sent) {
    if (!sent.is_object())
        return sent.is_array();
    const auto has = [&](const char* name) { return member(sent, name) != nullptr; };
    return !has("value") && !has("valueId") && !has("TEXT") && !has("fileData");
}

Json all_sent(const Json& sent) {
    if (!is_several(sent))
        return Json::array({sent});
    Json all = Json::array();
    for (const auto& [index, item] : entries(sent))
        all.push_back(*item);
    return all;
}

/// Files that an update does not speak of.
Json unmentioned(const Json& old_values, const Json& sent) {
    Json others = Json::array();
    for (const Json& old : old_values) {
        if (std::none_of(sent.begin(), sent.end(), [&](const Json& item) {
                return member_text(item, "valueId") == text_of(old.at("valueId"));
            }))
            others.push_back(old);
    }
    return others;
}

/// The files of `before` that are not in `after` any more.
void forget_replaced_files(Store& store, const Json& before, const Json& after) {
    for (const Json& value : before) {
        if (std::find(after.begin(), after.end(), value) == after.end())
            forget_files(store, value);
    }
}

template <typename Keep>
void filter_values_of(Store& store, Table& products, const std::string& field, Keep keep) {
    std::vector<std::int64_t> holders;
    for (const auto& [id, row] : products.rows()) {
        if (row.contains(field))
            holders.push_back(id);
    }
    for (const std::int64_t id : holders) {
        Json row = *products.find(id);
        Json kept = Json::array();
        for (const Json& value : listed(&row[field])) {
            if (keep(value))
                kept.push_back(value);
            else
                forget_files(store, value);
        }
        row[field] = kept.empty() ? Json(nullptr) : std::move(kept);
        products.put(id, std::move(row));
    }
}

template <typename Keep>
void filter_values(Store& store, std::int64_t property, Keep keep) {
    for (const char* table : {"product", "offer"})
        filter_values_of(store, store.table(table), fmt::format("{}{}", prefix, property), keep);
}

}  // namespace

std::optional<FieldType> property_type(const Store& store, std::string_view field) {
    const Json* property = property_of(store, field);
    if (property == nullptr)
        return std::nullopt;
    return type_of(*property) == "N" ? FieldType::number : FieldType::text;
}

bool store_property(const Call& call, Json& row, const std::string& field, const Json& sent) {
    const Json* property = property_of(call.store, field);
    if (property == nullptr)
        return false;
    const bool multiple = property->at("MULTIPLE") == "Y";
    const Json before = listed(member(row, field));
    const Json items = all_sent(sent);
    Json values = Json::array();
    if (multiple && type_of(*property) == "F" && call.settings.unmentioned_files == Unmentioned::kept)
        values = unmentioned(before, items);
    for (const Json& item : items) {
        if (Json value = stored_one(call, *property, item, before); !value.is_null())
            values.push_back(std::move(value));
    }
    if (!multiple && values.size() > 1)
        values = Json::array({values[0]});
    forget_replaced_files(call.store, before, values);
    row[field] = values.empty() ? Json(nullptr) : std::move(values);
    return true;
}

Json with_properties(const Store& store, const Json& row) {
    Json shown = old_view(row);
    for (const auto& [id, property] : store.table("property").rows()) {
        if (member_text(property, "IBLOCK_ID") != member_text(row, "CATALOG_ID"))
            continue;
        Json& value = shown[fmt::format("{}{}", prefix, id)];
        if (value.is_array() && value.size() == 1) {
            Json single = value[0];
            value = std::move(single);
        }
    }
    return shown;
}

void forget_values(Store& store, std::int64_t property) {
    filter_values(store, property, [](const Json&) { return false; });
}

void forget_choices(Store& store, std::int64_t property, const std::vector<std::string>& choices) {
    if (choices.empty())
        return;
    filter_values(store, property, [&](const Json& value) {
        return std::find(choices.begin(), choices.end(), text_of(value.at("value"))) == choices.end();
    });
}

}  // namespace obmen::sandbox
