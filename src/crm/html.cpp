#include "crm/html.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace obmen::crm {

namespace {

bool is_element_name(std::string_view name) {
    constexpr auto names = std::to_array<std::string_view>(
        {"a",     "b",     "blockquote", "br",    "center", "div",   "em",     "font", "h1",
         "h2",    "h3",    "h4",         "h5",    "h6",     "hr",    "i",      "img",  "li",
         "ol",    "p",     "pre",        "s",     "small",  "span",  "strong", "sub",  "sup",
         "table", "tbody", "td",         "tfoot", "th",     "thead", "tr",     "u",    "ul"});
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The name in a tag whose text behind `<` is `tag`, folded.
std::string element_name(std::string_view tag) {
    if (tag.starts_with('/')) {
        tag.remove_prefix(1);
    }
    return folded(tag.substr(0, tag.find_first_of(" \t\r\n/")));
}

}  // namespace

bool looks_like_html(std::string_view text) {
    for (std::size_t open = text.find('<'); open != std::string_view::npos; open = text.find('<', open + 1)) {
        const std::size_t close = text.find_first_of("<>", open + 1);
        if (close == std::string_view::npos) {
            return false;
        }
        if (text[close] == '>' && is_element_name(element_name(text.substr(open + 1, close - open - 1)))) {
            return true;
        }
    }
    return false;
}

}  // namespace obmen::crm
