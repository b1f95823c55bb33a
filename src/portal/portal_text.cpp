#include "portal/portal_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

/// Enough for any sentence; an error page may have megabytes.
constexpr std::size_t most_bytes = 4096;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

bool starts_tag(std::string_view rest) {
    if (rest.size() < 2 || rest.front() != '<') {
        return false;
    }
    const char next = rest[1];
    return next == '/' || next == '!' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
}

std::string without_tags(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (!starts_tag(text.substr(i))) {
            out += text[i++];
            continue;
        }
        const std::size_t end = text.find('>', i);
        if (end == std::string_view::npos) {
            break;
        }
        out += ' ';
        i = end + 1;
    }
    return out;
}

void resolve_entities(std::string& text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> entities{{
        {"&nbsp;", " "},
        {"&quot;", "\""},
        {"&#039;", "'"},
        {"&lt;", "<"},
        {"&gt;", ">"},
        {"&amp;", "&"},
    }};
    for (const auto& [entity, character] : entities) {
        replace_all(text, entity, character);
    }
}

std::string collapsed(std::string_view text) {
    std::string out;
    for (const char c : tidied(text)) {
        const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!space) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return std::string(trimmed(out));
}

/// Finds ASCII `what` (lower case) in `text`, whatever the case.
std::size_t find_folded(std::string_view text, std::string_view what, std::size_t from = 0) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto begin = text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size()));
    const auto found = std::search(begin, text.end(), what.begin(), what.end(),
                                   [&](char a, char b) { return lower(a) == b; });
    return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

}  // namespace

std::string readable(std::string_view foreign) {
    std::string text = without_tags(foreign.substr(0, most_bytes));
    resolve_entities(text);
    // Addresses come as JSON and URLs spell them, too: the mask below must recognise them.
    replace_all(text, "\\/", "/");
    replace_all(text, "%2F", "/");
    replace_all(text, "%2f", "/");
    return masked(quotable(collapsed(text)));
}

std::string page_summary(std::string_view body) {
    const std::string_view beginning = body.substr(0, most_bytes);
    const std::size_t title = find_folded(beginning, "<title>");
    if (title != std::string_view::npos) {
        const std::size_t end = find_folded(beginning, "</title>", title);
        const std::string text =
            readable(beginning.substr(title, end == std::string_view::npos ? end : end - title));
        if (!text.empty()) {
            return text;
        }
    }
    return readable(body);
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace obmen::portal
