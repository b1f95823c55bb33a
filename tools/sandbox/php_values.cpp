#include "php_values.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

bool has_list_keys(const Json& object) {
    std::int64_t expected = 0;
    for (const auto& item : object.items()) {
        if (index_of(item.key()) != expected++)
            return false;
    }
    return true;
}

std::string upper_case(std::string_view name) {
    std::string upper(name);
    for (char& letter : upper) {
        if (letter >= 'a' && letter <= 'z')
            letter = static_cast<char>(letter - 'a' + 'A');
    }
    return upper;
}

std::int64_t leading_integer(std::string_view text) {
    text = trimmed(text);
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() ? number : 0;
}

}  // namespace

void make_php_printable(Json& value) {
    if (value.is_array()) {
        for (Json& item : value)
            make_php_printable(item);
    } else if (value.is_object()) {
        Json list = Json::array();
        const bool printed_as_list = has_list_keys(value);
        for (auto& item : value.items()) {
            make_php_printable(item.value());
            if (printed_as_list)
                list.push_back(std::move(item.value()));
        }
        if (printed_as_list)
            value = std::move(list);
    }
}

std::string text_of(const Json& value) {
    switch (value.type()) {
        case Json::value_t::string:
            return value.get<std::string>();
        case Json::value_t::boolean:
            return value.get<bool>() ? "1" : "";
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            return value.dump();
        default:
            return {};
    }
}

std::int64_t integer_of(const Json& value) {
    if (value.is_number_float())
        return static_cast<std::int64_t>(value.get<double>());
    if (value.is_array() || value.is_object())
        return value.empty() ? 0 : 1;
    return leading_integer(text_of(value));
}

double number_of(std::string_view text) {
    text = trimmed(text);
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() ? number : 0;
}

bool is_numeric(std::string_view text) {
    text = trimmed(text);
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
}

Json printed_number(double number) {
    constexpr double exact = 9e15;  // whole numbers up to here have no other spelling
    if (number == std::floor(number) && std::abs(number) < exact)
        return static_cast<std::int64_t>(number);
    return number;
}

bool truth_of(const Json& value) {
    if (value.is_array() || value.is_object())
        return !value.empty();
    const std::string text = text_of(value);
    return !text.empty() && text != "0";
}

std::optional<std::int64_t> index_of(std::string_view key) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (error != std::errc() || end != key.data() + key.size() || std::to_string(number) != key)
        return std::nullopt;
    return number;
}

const Json* member(const Json& map, std::string_view key) {
    if (map.is_object()) {
        const auto found = map.find(std::string(key));
        return found == map.end() ? nullptr : &*found;
    }
    if (map.is_array()) {
        const auto index = index_of(key);
        if (index && *index >= 0 && *index < static_cast<std::int64_t>(map.size()))
            return &map[static_cast<std::size_t>(*index)];
    }
    return nullptr;
}

std::string member_text(const Json& map, std::string_view key) {
    const Json* value = member(map, key);
    return value == nullptr ? std::string() : text_of(*value);
}

std::int64_t member_integer(const Json& map, std::string_view key) {
    const Json* value = member(map, key);
    return value == nullptr ? 0 : integer_of(*value);
}

const Json* parameter(const Json& parameters, std::string_view lower_case_name) {
    if (const Json* found = member(parameters, lower_case_name))
        return found;
    return member(parameters, upper_case(lower_case_name));
}

std::vector<std::pair<std::string, const Json*>> entries(const Json& map) {
    std::vector<std::pair<std::string, const Json*>> all;
    if (map.is_object()) {
        for (const auto& item : map.items())
            all.emplace_back(item.key(), &item.value());
    } else if (map.is_array()) {
        for (std::size_t index = 0; index < map.size(); ++index)
            all.emplace_back(std::to_string(index), &map[index]);
    }
    return all;
}

std::vector<std::pair<std::string, const Json*>> entries(const Json* map) {
    if (map == nullptr)
        return {};
    return entries(*map);
}

std::vector<std::int64_t> ids_in(const Json& sent) {
    if (!sent.is_structured())
        return {integer_of(sent)};
    std::vector<std::int64_t> ids;
    for (const auto& [index, id] : entries(sent))
        ids.push_back(integer_of(*id));
    return ids;
}

}  // namespace obmen::sandbox
