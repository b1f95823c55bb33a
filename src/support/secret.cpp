#include "support/secret.hpp"

#include <array>
#include <regex>

namespace obmen {

std::string masked(std::string_view text) {
    static const std::array<std::pair<std::regex, const char*>, 3> rules{{
        {std::regex(R"((/rest/\d+/)[^/?\s"'&]+)"), "$1***"},
        {std::regex(R"(((?:auth|access_token|refresh_token|client_secret)["']?\s*[=:]\s*["']?)[^&\s"',}]+)"),
         "$1***"},
        {std::regex(R"((://)[^/@\s]+@)"), "$1***@"},
    }};
    std::string out(text);
    for (const auto& [pattern, replacement] : rules) {
        out = std::regex_replace(out, pattern, replacement);
    }
    return out;
}

}  // namespace obmen
