#include "crm/html.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace obmen::crm {

namespace {

struct Tag {
    std::string name;  ///< folded, without its slash
    bool closes = false;
    std::size_t size = 0;  ///< from `<` to behind `>`
};

/// The tag or comment at the front of `text`; nothing if `<` is only a sign.
std::optional<Tag> tag_at(std::string_view text) {
    if (text.starts_with("<!--")) {
        const std::size_t end = text.find("-->");
        return Tag{"", false, end == std::string_view::npos ? text.size() : end + 3};
    }
    constexpr std::size_t longest = 4096;
    const std::size_t close = text.substr(0, longest).find('>');
    if (close == std::string_view::npos || text.size() < 2) {
        return std::nullopt;
    }
    std::string_view inside = text.substr(1, close - 1);
    const bool closes = inside.starts_with('/');
    inside.remove_prefix(closes ? 1 : 0);
    std::string name = folded(inside.substr(0, inside.find_first_of(" \t\r\n/")));
    const bool is_name =
        !name.empty() && ((name.front() >= 'a' && name.front() <= 'z') || name.front() == '!');
    return is_name ? std::optional(Tag{std::move(name), closes, close + 1}) : std::nullopt;
}

bool breaks_line(std::string_view name) {
    constexpr auto names =
        std::to_array<std::string_view>({"br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3",
                                         "h4", "h5", "h6", "hr", "blockquote", "pre"});
    return std::find(names.begin(), names.end(), name) != names.end();
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | (code >> 6U));
        byte(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        byte(0xE0U | (code >> 12U));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    } else {
        byte(0xF0U | (code >> 18U));
        byte(0x80U | ((code >> 12U) & 0x3FU));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    }
}

/// The number of `#160` or `#xA0`; nothing for what is no character of a text.
std::optional<std::uint32_t> code_point(std::string_view number) {
    const bool hexadecimal = number.starts_with("#x") || number.starts_with("#X");
    number.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t code = 0;
    for (const char c : number) {
        const std::size_t digit = std::string_view("0123456789abcdef")
                                      .find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
        if (digit >= (hexadecimal ? 16U : 10U) || code > 0x10FFFF) {
            return std::nullopt;
        }
        code = code * (hexadecimal ? 16 : 10) + static_cast<std::uint32_t>(digit);
    }
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    return number.empty() || code < 0x20 || code > 0x10FFFF || surrogate ? std::nullopt : std::optional(code);
}

/// Puts what the reference at the front of `text` stands for; \returns its length, 0 if it is none.
std::size_t append_reference(std::string& out, std::string_view text) {
    constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({{"amp", "&"},
                                                                                         {"lt", "<"},
                                                                                         {"gt", ">"},
                                                                                         {"quot", "\""},
                                                                                         {"apos", "'"},
                                                                                         {"nbsp", " "},
                                                                                         {"laquo", "«"},
                                                                                         {"raquo", "»"},
                                                                                         {"mdash", "—"},
                                                                                         {"ndash", "–"},
                                                                                         {"deg", "°"},
                                                                                         {"times", "×"},
                                                                                         {"hellip", "…"},
                                                                                         {"bull", "•"},
                                                                                         {"copy", "©"},
                                                                                         {"reg", "®"}});
    constexpr std::size_t longest = 10;
    const std::size_t end = text.substr(0, longest).find(';');
    if (end == std::string_view::npos || end < 2) {
        return 0;
    }
    const std::string_view name = text.substr(1, end - 1);
    if (name.front() == '#') {
        const std::optional<std::uint32_t> code = code_point(name);
        if (!code) {
            return 0;
        }
        append_utf8(out, *code == 0xA0 ? ' ' : *code);
        return end + 1;
    }
    const auto* const known =
        std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == name; });
    if (known == names.end()) {
        return 0;
    }
    out += known->second;
    return end + 1;
}

void break_line(std::string& out) {
    while (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    if (!out.empty() && out.back() != '\n') {
        out += '\n';
    }
}

/// Length of a `<script>` or `<style>` with all that is in it.
std::size_t hidden_length(std::string_view text, const Tag& tag) {
    const std::size_t end = folded(text).find("</" + tag.name);
    const std::size_t close = end == std::string::npos ? end : text.find('>', end);
    return close == std::string_view::npos ? text.size() : close + 1;
}

}  // namespace

std::string plain_text(std::string_view html) {
    if (!looks_like_html(html)) {
        return std::string(html);
    }
    std::string out;
    for (std::size_t i = 0; i < html.size();) {
        const std::string_view rest = html.substr(i);
        const std::optional<Tag> tag = rest.front() == '<' ? tag_at(rest) : std::nullopt;
        if (tag && !tag->closes && (tag->name == "script" || tag->name == "style")) {
            i += hidden_length(rest, *tag);
        } else if (tag) {
            if (breaks_line(tag->name)) {
                break_line(out);
            }
            i += tag->size;
        } else if (const std::size_t size = rest.front() == '&' ? append_reference(out, rest) : 0;
                   size != 0) {
            i += size;
        } else {
            const bool space =
                rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\n' || rest.front() == '\r';
            if (!space) {
                out += rest.front();
            } else if (!out.empty() && out.back() != ' ' && out.back() != '\n') {
                out += ' ';
            }
            ++i;
        }
    }
    return std::string(trimmed(out));
}

}  // namespace obmen::crm
