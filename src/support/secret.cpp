#include "support/secret.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace obmen {

namespace {

/// The part of a text that must not be seen. By hand, because std::regex needs stack for every character that
/// it passes: a long text would end the process.
struct Hidden {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// What is to be hidden, if what `text` has at `at` asks for it.
using Rule = std::optional<Hidden> (*)(std::string_view text, std::size_t at);

constexpr std::string_view white_space = " \t\n\v\f\r";

std::size_t end_of_run(std::string_view text, std::size_t at, std::string_view characters) {
    return std::min(text.find_first_not_of(characters, at), text.size());
}

/// Everything from `begin` to the first of `enders`; nothing if there is nothing.
std::optional<Hidden> value_at(std::string_view text, std::size_t begin, std::string_view enders) {
    const std::size_t end = std::min(text.find_first_of(enders, begin), text.size());
    return end > begin ? std::optional(Hidden{begin, end}) : std::nullopt;
}

/// `/rest/1/CODE`
std::optional<Hidden> webhook_code(std::string_view text, std::size_t at) {
    constexpr std::string_view path = "/rest/";
    if (!text.substr(at).starts_with(path)) {
        return std::nullopt;
    }
    const std::size_t user = at + path.size();
    const std::size_t slash = end_of_run(text, user, "0123456789");
    if (slash == user || slash == text.size() || text[slash] != '/') {
        return std::nullopt;
    }
    return value_at(text, slash + 1, "/? \t\n\v\f\r\"'&");
}

/// `auth=TOKEN`, `"access_token": "TOKEN"`
std::optional<Hidden> named_secret(std::string_view text, std::size_t at) {
    constexpr std::array<std::string_view, 4> names{"auth", "access_token", "refresh_token", "client_secret"};
    const auto* const name = std::find_if(
        names.begin(), names.end(), [&](std::string_view each) { return text.substr(at).starts_with(each); });
    if (name == names.end()) {
        return std::nullopt;
    }
    const auto after_quote = [&](std::size_t place) {
        const bool quoted = place < text.size() && (text[place] == '"' || text[place] == '\'');
        return quoted ? place + 1 : place;
    };
    const std::size_t sign = end_of_run(text, after_quote(at + name->size()), white_space);
    if (sign == text.size() || (text[sign] != '=' && text[sign] != ':')) {
        return std::nullopt;
    }
    return value_at(text, after_quote(end_of_run(text, sign + 1, white_space)), "& \t\n\v\f\r\"',}");
}

/// `https://user@`, `sftp://user:password@`. The name of a user of an FTP or SSH server is said everywhere;
/// its password nowhere.
std::optional<Hidden> login_of_address(std::string_view text, std::size_t at) {
    constexpr std::string_view separator = "://";
    if (!text.substr(at).starts_with(separator)) {
        return std::nullopt;
    }
    const std::optional<Hidden> login = value_at(text, at + separator.size(), "/@ \t\n\v\f\r");
    if (!login || login->end == text.size() || text[login->end] != '@') {
        return std::nullopt;
    }
    const std::string_view scheme = text.substr(0, at);
    const bool names_only_a_user =
        text.substr(login->begin, login->end - login->begin).find(':') == std::string_view::npos;
    const bool is_web = scheme.ends_with("http") || scheme.ends_with("https");
    return is_web || !names_only_a_user ? login : std::nullopt;
}

/// \param beginnings the characters that what the rule looks for may begin with
std::string hidden_by(Rule rule, std::string_view beginnings, std::string_view text) {
    std::string out;
    std::size_t shown = 0;
    for (std::size_t at = text.find_first_of(beginnings); at != std::string_view::npos;
         at = text.find_first_of(beginnings, std::max(at + 1, shown))) {
        if (const std::optional<Hidden> hidden = rule(text, at)) {
            out += text.substr(shown, hidden->begin - shown);
            out += "***";
            shown = hidden->end;
        }
    }
    return out += text.substr(shown);
}

}  // namespace

std::string masked(std::string_view text) {
    std::string out = hidden_by(webhook_code, "/", text);
    out = hidden_by(named_secret, "arc", out);
    return hidden_by(login_of_address, ":", out);
}

}  // namespace obmen
