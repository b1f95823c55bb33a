#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "method.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::size_t most_values = 20;
constexpr std::size_t most_ids = 20;

/// Only the digits, with 7 for a leading 8 of eleven.
std::string normalised_phone(const std::string& text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                 [](char letter) { return letter >= '0' && letter <= '9'; });
    if (digits.size() == 11 && digits.front() == '8')
        digits.front() = '7';
    return digits;
}

std::string comparable(const Settings& settings, const std::string& type, const std::string& value) {
    if (type == "EMAIL")
        return folded(trimmed(value));
    return settings.normalised_phones ? normalised_phone(value) : std::string(trimmed(value));
}

std::set<std::string> wished_values(Call& call, const std::string& type) {
    const Json* sent = parameter(call.parameters, "values");
    std::set<std::string> values;
    std::size_t count = 0;
    for (const auto& [index, value] : entries(sent)) {
        if (count++ < most_values)
            values.insert(comparable(call.settings, type, text_of(*value)));
        else
            call.unknown_filters.push_back("values past the twentieth");
    }
    values.erase(std::string());
    if (values.empty())
        throw Refusal(400, "Communication values is not defined", "Communication values is not defined");
    return values;
}

Json holders(const Call& call, const char* kind, const std::string& type,
             const std::set<std::string>& values) {
    Json ids = Json::array();
    for (const auto& [id, row] : call.store.table(kind).rows()) {
        const Json* own = member(row, type);
        const auto all = entries(own);
        if (ids.size() < most_ids && std::any_of(all.begin(), all.end(), [&](const auto& entry) {
                return values.contains(comparable(call.settings, type, member_text(*entry.second, "VALUE")));
            }))
            ids.push_back(id);
    }
    return ids;
}

/// A type that fills up leaves no room for those behind it (reference bitrix24-rest.md §8.7).
Answer find_by_communication(Call& call) {
    const Json* type_sent = parameter(call.parameters, "type");
    const std::string type = type_sent == nullptr ? std::string() : text_of(*type_sent);
    if (type != "EMAIL" && type != "PHONE")
        throw Refusal(400, "Communication type is not defined", "Communication type is not defined");
    const std::set<std::string> values = wished_values(call, type);
    const Json* only = parameter(call.parameters, "entity_type");
    constexpr std::array kinds{std::pair{"CONTACT", "contact"}, std::pair{"COMPANY", "company"}};
    Json found = Json::object();
    for (const auto& [name, kind] : kinds) {
        if (only != nullptr && !text_of(*only).empty() && text_of(*only) != name)
            continue;
        Json ids = holders(call, kind, type, values);
        const bool full = ids.size() >= most_ids;
        if (!ids.empty())
            found[name] = std::move(ids);
        if (full)
            break;
    }
    return {std::move(found)};
}

}  // namespace

void add_duplicate_methods(MethodTable& methods) {
    methods.add({.name = "crm.duplicate.findbycomm", .scope = "crm", .run = find_by_communication});
}

}  // namespace obmen::sandbox
