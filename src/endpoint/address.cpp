#include "endpoint/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "endpoint/name_text.hpp"
#include "support/error.hpp"

namespace obmen::endpoint {

namespace {

struct SchemeEntry {
    std::string_view name;
    Scheme scheme;
    std::uint16_t port;
};
constexpr auto schemes = std::to_array<SchemeEntry>({{"folder", Scheme::folder, 0},
                                                     {"ftp", Scheme::ftp, 21},
                                                     {"ftps", Scheme::ftps, 990},
                                                     {"ftpes", Scheme::ftpes, 21},
                                                     {"sftp", Scheme::sftp, 22}});
constexpr const char* all_schemes = "folder: ftp: ftps: ftpes: sftp:";

std::string readable(std::string_view bytes) {
    return shown_name(bytes, config::NameCharset::utf8);
}

/// All that may belong to a password goes, also where the address cannot be taken apart: from the first `:`
/// after the scheme to the last `@`.
std::string without_password(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t begin = scheme == std::string_view::npos ? url.find(':') : scheme + 2;
    const std::size_t colon = begin == std::string_view::npos ? begin : url.find(':', begin + 1);
    const std::size_t at = url.rfind('@');
    const bool hides = colon != std::string_view::npos && at != std::string_view::npos && colon < at;
    return hides ? readable(url.substr(0, colon)) + ":***" + readable(url.substr(at)) : readable(url);
}

[[noreturn]] void refuse(std::string_view url, const Message& reason) {
    throw Error(FailureClass::bad_config, Message{"SRC-URL", {without_password(url), as_argument(reason)}});
}

const SchemeEntry* find_scheme(std::string_view name) {
    const auto* const found =
        std::ranges::find_if(schemes, [&](const SchemeEntry& entry) { return entry.name == name; });
    return found == schemes.end() ? nullptr : found;
}

const SchemeEntry& entry_of(Scheme scheme) {
    return *std::ranges::find_if(schemes, [&](const SchemeEntry& entry) { return entry.scheme == scheme; });
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char lower = static_cast<char>(static_cast<unsigned char>(c) | 0x20U);
    return lower >= 'a' && lower <= 'f' ? std::optional(static_cast<unsigned>(lower - 'a') + 10U)
                                        : std::nullopt;
}

/// Nothing if a `%` is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
        if (!low) {
            return std::nullopt;
        }
        out += static_cast<char>(*high * 16U + *low);
        i += 2;
    }
    return out;
}

/// Line breaks would end a command of FTP, NUL a name of C.
bool breaks_lines(std::string_view bytes) {
    return bytes.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string decoded_part(std::string_view url, std::string_view part) {
    const std::optional<std::string> decoded = percent_decoded(part);
    if (!decoded) {
        refuse(url, Message{"SYS-USAGE-VALUE", {"%", "%00 … %FF (%25 = %)"}});
    }
    if (breaks_lines(*decoded)) {
        refuse(url, Message{"SYS-USAGE-UNKNOWN", {"\\r, \\n, \\0"}});
    }
    return *decoded;
}

/// One `/` where there are several, none at the end.
std::string tidy_path(std::string_view path) {
    std::string out;
    for (const char c : path) {
        if (c != '/' || out.empty() || out.back() != '/') {
            out += c;
        }
    }
    if (out.size() > 1 && out.back() == '/') {
        out.pop_back();
    }
    return out;
}

Address folder_address(std::string_view url, std::string_view rest) {
    // `folder:///path` is what people write who have seen many addresses.
    const std::string path = tidy_path(rest);
    if (!path.starts_with('/')) {
        refuse(url, Message{"SYS-USAGE-VALUE", {"folder:", "folder:/…"}});
    }
    return {.scheme = Scheme::folder, .path = path};
}

bool may_be_in_host(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '.' || byte == '-' || byte == '_' || byte >= 0x80;
}

std::uint16_t parsed_port(std::string_view url, std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) {
        refuse(url, Message{"SYS-USAGE-VALUE", {"port", "1 … 65535"}});
    }
    return port;
}

/// `host`, `host:port`, `[::1]:port`.
void read_host(std::string_view url, std::string_view text, Address& address) {
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && end == std::string_view::npos) {
        refuse(url, Message{"SYS-USAGE-MISSING", {"]"}});
    }
    const std::string_view host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
    if (host.empty()) {
        refuse(url, Message{"SYS-USAGE-MISSING", {"HOST"}});
    }
    const bool possible =
        std::ranges::all_of(host, [&](char c) { return may_be_in_host(c) || (bracketed && c == ':'); });
    if (!possible || host.front() == '-') {
        refuse(url, Message{"SYS-USAGE-VALUE", {"host", "a-z 0-9 . - _"}});
    }
    address.host = host;
    const std::string_view rest = end == std::string_view::npos ? "" : text.substr(end + (bracketed ? 1 : 0));
    if (rest.empty()) {
        return;
    }
    if (rest.front() != ':') {
        refuse(url, Message{"SYS-USAGE-UNKNOWN", {readable(rest)}});
    }
    address.port = parsed_port(url, rest.substr(1));
}

void read_path(std::string_view url, std::string_view text, Address& address) {
    std::string path = tidy_path(decoded_part(url, text));
    if (path == "/~" || path.starts_with("/~/")) {
        address.in_home = true;
        path.erase(0, std::min<std::size_t>(3, path.size()));
    }
    address.path = address.in_home || !path.empty() ? path : "/";
}

Address server_address(std::string_view url, const SchemeEntry& scheme, std::string_view rest) {
    if (!rest.starts_with("//")) {
        refuse(url, Message{"SYS-USAGE-VALUE",
                            {std::string(scheme.name) + ":", std::string(scheme.name) + "://user@host/…"}});
    }
    rest.remove_prefix(2);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view authority = rest.substr(0, slash);
    Address address{.scheme = scheme.scheme, .port = scheme.port};
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view user = authority.substr(0, at);
        if (user.find(':') != std::string_view::npos) {
            refuse(url, Message{"SYS-USAGE-UNKNOWN", {":***"}});
        }
        address.user = decoded_part(url, user);
    }
    read_host(url, at == std::string_view::npos ? authority : authority.substr(at + 1), address);
    read_path(url, rest.substr(slash), address);
    return address;
}

}  // namespace

Address parse_address(std::string_view url) {
    if (breaks_lines(url)) {
        refuse(url, Message{"SYS-USAGE-UNKNOWN", {"\\r, \\n, \\0"}});
    }
    const std::size_t colon = url.find(':');
    const SchemeEntry* const scheme =
        colon == std::string_view::npos ? nullptr : find_scheme(url.substr(0, colon));
    if (scheme == nullptr) {
        refuse(url, Message{"SYS-USAGE-VALUE", {"url", all_schemes}});
    }
    const std::string_view rest = url.substr(colon + 1);
    return scheme->scheme == Scheme::folder ? folder_address(url, rest) : server_address(url, *scheme, rest);
}

std::string shown(const Address& address) {
    const SchemeEntry& scheme = entry_of(address.scheme);
    if (address.scheme == Scheme::folder) {
        return "folder:" + readable(address.path);
    }
    std::string out = std::string(scheme.name) + "://";
    if (!address.user.empty()) {
        out += readable(address.user) + "@";
    }
    const bool numeric6 = address.host.find(':') != std::string::npos;
    out += numeric6 ? "[" + readable(address.host) + "]" : readable(address.host);
    if (address.port != scheme.port) {
        out += ":" + std::to_string(address.port);
    }
    out += address.in_home ? "/~/" : "";
    return out + readable(address.path);
}

}  // namespace obmen::endpoint
