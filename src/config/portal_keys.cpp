#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "config/refusal.hpp"
#include "config/setting_keys.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

bool group_or_others_can_read(const std::filesystem::path& file) {
    struct stat info {};
    return ::stat(file.c_str(), &info) != 0 || (info.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

void take_portal_url(const Value& value, const Environment& environment, Secret& url) {
    const std::string_view given = trimmed(value.text());
    if (!given.empty() && !given.starts_with('@') && group_or_others_can_read(value.file())) {
        refuse(Message{"CFG-SECRET-READABLE", {value.file().string(), value.line()}});
    }
    if (environment.portal.empty()) {
        url = given.starts_with('@') ? value.secret_in(value.file().parent_path() / trimmed(given.substr(1)))
                                     : Secret(std::string(given));
    }
}

bool is_port(std::string_view text) {
    constexpr unsigned last_port = 65'535;
    const bool digits = !text.empty() && text.size() <= 5 &&
                        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const unsigned port = digits ? static_cast<unsigned>(std::stoul(std::string(text))) : 0;
    return port > 0 && port <= last_port;
}

/// `name`, `name:port` or `[address]:port`.
bool is_host_and_port(std::string_view text) {
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : text.find(':');
    const std::string_view host = text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    if (host.empty() || (bracketed && end == std::string_view::npos)) {
        return false;
    }
    const bool is_name = std::all_of(host.begin(), host.end(), [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter || c == '.' || c == '-' || c == '_' || (bracketed && c == ':');
    });
    std::string_view rest = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    if (bracketed) {
        rest.remove_prefix(1);
    }
    return is_name && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
}

/// The value is in no message: it may hold a password.
void take_proxy(const Value& value, std::string& proxy) {
    constexpr auto schemes = std::to_array<std::string_view>(
        {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"});
    const std::string given(trimmed(value.text()));
    std::string_view rest = given;
    const auto* const scheme = std::find_if(schemes.begin(), schemes.end(),
                                            [&](std::string_view one) { return rest.starts_with(one); });
    rest.remove_prefix(scheme == schemes.end() ? 0 : scheme->size());
    if (const std::size_t at_sign = rest.rfind('@'); at_sign != std::string_view::npos) {
        if (group_or_others_can_read(value.file())) {
            refuse(Message{"CFG-SECRET-READABLE", {value.file().string(), value.line()}});
        }
        rest.remove_prefix(at_sign + 1);
    }
    if (rest.ends_with('/')) {
        rest.remove_suffix(1);
    }
    value.allow(given.empty() || is_host_and_port(rest),
                "http://[user:password@]host:port, https://, socks5://");
    proxy = given;
}

/// Sign-in as an application.
Key oauth_section(OAuthSettings& oauth) {
    return section("oauth", {text_key("portal", "https://example.bitrix24.ru", oauth.portal),
                             text_key("client_id", "local.0123456789abcd.01234567", oauth.client_id),
                             secret_key("client_secret", oauth.client_secret),
                             text_key("server", "https://oauth.bitrix.info", oauth.server),
                             {"redirect_port", "redirect_port = 8765",
                              [&oauth](const Value& value) {
                                  oauth.redirect_port = static_cast<std::uint16_t>(value.integer(1, 65'535));
                              }},
                             path_key("tokens", "portal.tokens", oauth.tokens),
                             path_key("key", "portal.key", oauth.key)});
}

}  // namespace

Key portal_section(PortalSettings& portal, const Environment& environment) {
    const std::vector<std::pair<std::string, std::string>> apis{
        {"crm", "crm"}, {"catalog", "catalog"}, {"auto", "auto"}};
    return section(
        "portal",
        {{"url", R"(url = "@portal.url")",
          [&](const Value& value) { take_portal_url(value, environment, portal.url); }},
         {"api", R"(api = "crm")", [=, &portal](const Value& value) { portal.api = value.one_of(apis); }},
         {"requests_per_second", "requests_per_second = 2",
          [&](const Value& value) { portal.requests_per_second = value.number(0.01, 1000); }},
         {"burst", "burst = 50", [&](const Value& value) { portal.burst = value.number(1, 10'000); }},
         count_key("timeout_seconds", 1, 3600, portal.timeout_seconds),
         oauth_section(portal.oauth),
         {"proxy", R"(proxy = "http://proxy.example:3128")",
          [&](const Value& value) { take_proxy(value, portal.proxy); }},
         path_key("ca_file", "company-ca.pem", portal.ca_file),
         text_key("basic_user", "obmen", portal.basic_user),
         secret_key("basic_password", portal.basic_password),
         truth_key("allow_http", portal.allow_http),
         count_key("max_in_flight", 1, 32, portal.max_in_flight),
         {"operating_limit", "operating_limit = 480",
          [&](const Value& value) { portal.operating_limit = value.number(1, 1'000'000); }},
         count_key("patience_seconds", 0, 86'400, portal.patience_seconds),
         path_key("limits_directory", "/var/lib/obmen/limits", portal.limits_directory)});
}

}  // namespace obmen::config
