#include "schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

std::string_view type_name(FieldType type) {
    switch (type) {
        case FieldType::text:
            return "string";
        case FieldType::integer:
        case FieldType::reference:
        case FieldType::list:
            return "integer";
        case FieldType::number:
            return "double";
        case FieldType::flag:
            return "char";
        case FieldType::date:
            return "date";
        case FieldType::datetime:
            return "datetime";
        case FieldType::file:
            return "product_file";
        case FieldType::multifield:
            return "crm_multifield";
    }
    return "string";
}

/// `2001-11-11` or the site's `11.11.2001`, as it comes back (reference §12.12).
Json stored_date(const std::string& text) {
    if (text.size() >= 10 && text[2] == '.' && text[5] == '.')
        return fmt::format("{}-{}-{}T00:00:00+03:00", text.substr(6, 4), text.substr(3, 2),
                           text.substr(0, 2));
    if (text.size() >= 10 && text[4] == '-' && text[7] == '-')
        return text.substr(0, 10) + "T00:00:00+03:00";
    return nullptr;
}

}  // namespace

Json stored_value(const Field& field, const Json& sent) {
    const std::string text = text_of(sent);
    switch (field.type) {
        case FieldType::integer:
            return text.empty() ? Json(nullptr) : Json(std::to_string(integer_of(sent)));
        case FieldType::reference:
            return integer_of(sent) == 0 ? Json(nullptr) : Json(std::to_string(integer_of(sent)));
        case FieldType::number:
            return text.empty() ? Json(nullptr) : Json(fmt::format("{:.2f}", number_of(text)));
        case FieldType::flag:
            return text == "Y" ? "Y" : "N";
        case FieldType::date:
            return stored_date(text);
        default:
            return text.empty() ? Json(nullptr) : Json(text);
    }
}

const Field* Schema::find(std::string_view name) const {
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    return found == m_fields.end() ? nullptr : &*found;
}

Json Schema::new_row() const {
    Json row = Json::object();
    for (const Field& field : m_fields)
        row[field.name] = field.initial ? Json(*field.initial) : Json(nullptr);
    return row;
}

std::vector<std::string> Schema::store(Json& row, const Json& sent, bool creating) const {
    std::vector<std::string> unknown;
    for (const auto& [name, value] : entries(sent)) {
        const Field* field = find(name);
        if (field == nullptr)
            unknown.push_back(name);
        else if (!field->read_only && !field->special && (creating || !field->immutable))
            row[name] = stored_value(*field, *value);
    }
    return unknown;
}

Json Schema::described() const {
    Json all = Json::object();
    for (const Field& field : m_fields) {
        all[field.name] =
            Json{{"type", type_name(field.type)},
                 {"isRequired", field.required},
                 {"isReadOnly", field.read_only},
                 {"isImmutable", field.immutable},
                 {"isMultiple", field.type == FieldType::multifield || field.type == FieldType::list},
                 {"isDynamic", false},
                 {"title", field.name}};
    }
    return all;
}

}  // namespace obmen::sandbox
