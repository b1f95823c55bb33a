#include "xml_answer.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "json.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

std::string escaped_for_xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                // What XML cannot hold at all.
                out += static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t' ? ' ' : c;
                break;
        }
    }
    return out;
}

bool is_element_name(const std::string& name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

std::string text_in(const Json& value) {
    if (value.is_boolean())
        return value.get<bool>() ? "1" : "";
    return value.is_null() ? "" : text_of(value);
}

void write(const Json& value, const std::string& name, std::string& out) {
    out += '<' + name + '>';
    if (value.is_structured()) {
        for (const auto& member : value.items()) {
            const bool named = value.is_object() && is_element_name(member.key());
            write(member.value(), named ? member.key() : "item", out);
        }
    } else {
        out += escaped_for_xml(text_in(value));
    }
    out += "</" + name + '>';
}

}  // namespace

WebReply as_xml(WebReply reply) {
    const Json said = Json::parse(reply.body, nullptr, false);
    if (reply.dropped || said.is_discarded() || !reply.content_type.starts_with("application/json"))
        return reply;
    reply.content_type = "text/xml; charset=utf-8";
    reply.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    write(said, "response", reply.body);
    return reply;
}

}  // namespace obmen::sandbox
