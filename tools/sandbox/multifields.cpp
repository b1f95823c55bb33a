#include "multifields.hpp"

#include <algorithm>
#include <utility>

#include "php_values.hpp"
#include "refusal.hpp"

namespace obmen::sandbox {

namespace {

bool is_mail_address(const std::string& text) {
    const auto at = text.find('@');
    return at != std::string::npos && at > 0 && text.find('@', at + 1) == std::string::npos &&
           text.find('.', at + 2) != std::string::npos && text.back() != '.' &&
           text.find(' ') == std::string::npos;
}

void check(const std::string& type, const std::string& value) {
    if (type == "EMAIL" && !is_mail_address(value))
        throw Refusal(400, "ERROR_CORE", "Некорректный адрес e-mail: " + value);
}

std::string part(const Json& item, const char* name) {
    const Json* value = member(item, name);
    return value == nullptr ? std::string() : text_of(*value);
}

void change(Json& values, const std::string& id, const std::string& type, const Json& sent) {
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const Json& value) { return value.at("ID") == id; });
    // An id of somebody else's entry changes nothing and is no error.
    if (found == values.end())
        return;
    const std::string value = part(sent, "VALUE");
    if (value.empty() || part(sent, "DELETE") == "Y") {
        values.erase(found);
        return;
    }
    check(type, value);
    (*found)["VALUE"] = value;
    if (const std::string value_type = part(sent, "VALUE_TYPE"); !value_type.empty())
        (*found)["VALUE_TYPE"] = value_type;
}

}  // namespace

void store_multifield(Store& store, Json& row, const std::string& type, const Json& sent) {
    Json values = row[type].is_array() ? row[type] : Json::array();
    for (const auto& [index, item] : entries(sent)) {
        const std::string id = part(*item, "ID");
        if (!id.empty() && id != "0") {
            change(values, id, type, *item);
            continue;
        }
        const std::string value = part(*item, "VALUE");
        if (value.empty())
            continue;
        check(type, value);
        const std::string value_type = part(*item, "VALUE_TYPE");
        values.push_back(Json{{"ID", std::to_string(store.next_number("multi-field"))},
                              {"VALUE_TYPE", value_type.empty() ? "WORK" : value_type},
                              {"VALUE", value},
                              {"TYPE_ID", type}});
    }
    row[type] = values.empty() ? Json(nullptr) : std::move(values);
}

}  // namespace obmen::sandbox
