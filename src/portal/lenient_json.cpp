#include "portal/lenient_json.hpp"

#include <charconv>

#include "support/text.hpp"

namespace obmen::portal {

std::string text_of(const nlohmann::json& value) {
    if (const auto* text = value.get_ptr<const std::string*>()) {
        return *text;
    }
    return value.is_number() || value.is_boolean() ? value.dump() : std::string{};
}

std::string text_of_member(const nlohmann::json& object, const char* name) {
    if (!object.is_object()) {
        return {};
    }
    const auto member = object.find(name);
    return member == object.end() ? std::string{} : text_of(*member);
}

std::optional<std::int64_t> whole_number(const nlohmann::json& value) {
    const std::string text = value.is_boolean() ? std::string{} : text_of(value);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

bool is_yes(const nlohmann::json& value) {
    const std::string text = folded(text_of(value));
    return text == "true" || text == "1" || text == "y";
}

std::optional<std::vector<const nlohmann::json*>> rows_of(const nlohmann::json& list) {
    if (!list.is_structured()) {
        return std::nullopt;
    }
    std::vector<const nlohmann::json*> rows;
    for (const nlohmann::json& row : list) {
        if (!row.is_object()) {
            return std::nullopt;
        }
        rows.push_back(&row);
    }
    return rows;
}

}  // namespace obmen::portal
