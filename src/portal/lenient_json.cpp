#include "portal/lenient_json.hpp"

#include <charconv>

#include "support/text.hpp"

namespace obmen::portal {

namespace {

bool is_too_deep(std::string_view json) {
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (in_text) {
            at += c == '\\' ? 1 : 0;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest_nesting) {
                return true;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace

nlohmann::json parsed_json(std::string_view body) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (body.starts_with(byte_order_mark)) {
        body.remove_prefix(byte_order_mark.size());
    }
    return is_too_deep(body) ? nlohmann::json(nlohmann::json::value_t::discarded)
                             : nlohmann::json::parse(body, nullptr, false);
}

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
