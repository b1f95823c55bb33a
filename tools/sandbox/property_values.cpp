#include "property_values.hpp"

#include <fmt/format.h>

#include <utility>

#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::string_view prefix = "PROPERTY_";

const Json* property_of(const Store& store, std::string_view field) {
    if (!field.starts_with(prefix))
        return nullptr;
    const auto id = index_of(field.substr(prefix.size()));
    return id ? store.table("property").find(*id) : nullptr;
}

bool is_multiple(const Json& property) {
    return property.at("MULTIPLE") == "Y";
}

/// What one value becomes in a property of this type; null if it cannot be one.
Json accepted(Store& store, const Json& property, const Json& value) {
    const std::string type = text_of(property.at("PROPERTY_TYPE"));
    if (type == "F")
        return stored_file(store, value);
    if (value.is_object() && member(value, "TEXT") != nullptr)
        return Json{{"TYPE", member(value, "TYPE") == nullptr ? "text" : text_of(*member(value, "TYPE"))},
                    {"TEXT", text_of(*member(value, "TEXT"))}};
    const std::string text = text_of(value);
    if (text.empty())
        return nullptr;
    if (type == "L" && member(property.at("VALUES"), text) == nullptr)
        return nullptr;
    if (type == "N" && number_of(text) == 0 && text.find('0') == std::string::npos)
        return nullptr;
    return text;
}

/// One value as it was sent, with or without the wrapping of `value` and `valueId`.
Json stored_one(Store& store, const Json& property, const Json& sent, const Json& old_values) {
    const Json* wrapped = member(sent, "value");
    const Json* value_id = member(sent, "valueId");
    Json value = accepted(store, property, wrapped == nullptr ? sent : *wrapped);
    for (const Json& old : old_values) {
        if (value_id != nullptr && text_of(old.at("valueId")) == text_of(*value_id)) {
            if (wrapped == nullptr)
                value = old.at("value");
            return value.is_null() ? Json(nullptr)
                                   : Json{{"valueId", old.at("valueId")}, {"value", std::move(value)}};
        }
    }
    if (value.is_null())
        return nullptr;
    return Json{{"valueId", std::to_string(store.next_number("property value"))},
                {"value", std::move(value)}};
}

}  // namespace

bool is_property(const Store& store, std::string_view field) {
    return property_of(store, field) != nullptr;
}

bool store_property(Store& store, Json& row, const std::string& field, const Json& sent) {
    const Json* property = property_of(store, field);
    if (property == nullptr)
        return false;
    const Json* old = member(row, field);
    const Json old_values = old == nullptr || old->is_null() ? Json::array()
                            : old->is_array()                ? *old
                                                             : Json::array({*old});
    const bool is_list =
        sent.is_array() ||
        (sent.is_object() && member(sent, "value") == nullptr && member(sent, "valueId") == nullptr &&
         member(sent, "TEXT") == nullptr && member(sent, "fileData") == nullptr);
    Json values = Json::array();
    if (is_list) {
        for (const auto& [index, item] : entries(sent)) {
            if (Json value = stored_one(store, *property, *item, old_values); !value.is_null())
                values.push_back(std::move(value));
        }
    } else if (Json value = stored_one(store, *property, sent, old_values); !value.is_null()) {
        values.push_back(std::move(value));
    }
    if (values.empty())
        row[field] = nullptr;
    else
        row[field] = is_multiple(*property) ? values : values[0];
    return true;
}

Json with_properties(const Store& store, const Json& row) {
    Json shown = row;
    for (const auto& [id, property] : store.table("property").rows()) {
        const std::string field = fmt::format("{}{}", prefix, id);
        if (!shown.contains(field))
            shown[field] = nullptr;
    }
    return shown;
}

Json stored_file(Store& store, const Json& sent) {
    const Json* data = member(sent, "fileData");
    if (data == nullptr || member(*data, "1") == nullptr || text_of(*member(*data, "1")).empty())
        return nullptr;
    const std::string id = std::to_string(store.next_number("file"));
    const std::string link =
        fmt::format("/bitrix/components/bitrix/crm.product.file/download.php?auth=&dynamic=N&fileId={}", id);
    return Json{{"id", id}, {"showUrl", link}, {"downloadUrl", link}};
}

}  // namespace obmen::sandbox
