#include "support/secret.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace obmen {

namespace {

/// A text without any of these matches none of the rules below. Most have none, and compiling the rules costs
/// more than all else that a run does before it reads its first file.
bool may_hold_secret(std::string_view text) {
    constexpr std::array<std::string_view, 6> marks{"/rest/",        "auth",          "access_token",
                                                    "refresh_token", "client_secret", "://"};
    return std::any_of(marks.begin(), marks.end(),
                       [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
}

}  // namespace

std::string masked(std::string_view text) {
    if (!may_hold_secret(text)) {
        return std::string(text);
    }
    static const std::array<std::pair<std::regex, const char*>, 4> rules{{
        {std::regex(R"((/rest/\d+/)[^/?\s"'&]+)"), "$1***"},
        {std::regex(R"(((?:auth|access_token|refresh_token|client_secret)["']?\s*[=:]\s*["']?)[^&\s"',}]+)"),
         "$1***"},
        {std::regex(R"((https?://)[^/@\s]+@)"), "$1***@"},
        // The name of a user of an FTP or SSH server is said everywhere; its password nowhere.
        {std::regex(R"((://)[^/@:\s]*:[^/@\s]*@)"), "$1***@"},
    }};
    std::string out(text);
    for (const auto& [pattern, replacement] : rules) {
        out = std::regex_replace(out, pattern, replacement);
    }
    return out;
}

}  // namespace obmen
