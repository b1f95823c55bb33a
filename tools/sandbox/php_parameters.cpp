#include "php_parameters.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

int hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/// `a[b][]` as `a`, `b` and an empty text. PHP stops at the first bracket that is not closed or is not next.
std::vector<std::string> path_of(std::string_view name) {
    while (!name.empty() && name.front() == ' ')
        name.remove_prefix(1);
    const auto bracket = name.find('[');
    std::string first(name.substr(0, bracket));
    if (first.empty())
        return {};
    std::replace_if(
        first.begin(), first.end(), [](char letter) { return letter == '.' || letter == ' '; }, '_');
    std::vector<std::string> path{std::move(first)};
    if (bracket == std::string_view::npos)
        return path;
    std::string_view rest = name.substr(bracket);
    while (!rest.empty() && rest.front() == '[') {
        const auto end = rest.find(']');
        if (end == std::string_view::npos)
            break;
        path.emplace_back(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
    }
    return path;
}

std::string next_index(const Json& map) {
    std::int64_t next = 0;
    for (const auto& item : map.items()) {
        if (const auto index = index_of(item.key()); index && *index >= next)
            next = *index + 1;
    }
    return std::to_string(next);
}

}  // namespace

std::string form_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t position = 0; position < text.size(); ++position) {
        const char letter = text[position];
        if (letter == '%' && position + 2 < text.size() && hexadecimal(text[position + 1]) >= 0 &&
            hexadecimal(text[position + 2]) >= 0) {
            decoded +=
                static_cast<char>(hexadecimal(text[position + 1]) * 16 + hexadecimal(text[position + 2]));
            position += 2;
        } else {
            decoded += letter == '+' ? ' ' : letter;
        }
    }
    return decoded;
}

void put_parameter(Json& parameters, std::string_view name, std::string value) {
    const std::vector<std::string> path = path_of(name);
    if (path.empty())
        return;
    Json* place = &parameters;
    for (const std::string& step : path) {
        if (!place->is_object())
            *place = Json::object();
        const std::string key = step.empty() ? next_index(*place) : step;
        place = &(*place)[key];
    }
    *place = std::move(value);
}

Json decoded_form(std::string_view query) {
    Json parameters = Json::object();
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (pair.empty())
            continue;
        const auto equals = pair.find('=');
        const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        put_parameter(parameters, form_decoded(pair.substr(0, equals)), form_decoded(value));
    }
    make_php_printable(parameters);
    return parameters;
}

Json merged(Json parameters, const Json& others) {
    if (!parameters.is_object())
        parameters = Json::object();
    for (const auto& [key, value] : entries(others))
        parameters[key] = *value;
    return parameters;
}

}  // namespace obmen::sandbox
