#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "portal/loopback.hpp"
#include "portal/transport.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

struct UrlCloser {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlCloser>;

/// A part of the address; empty if it has none.
std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) {
        return {};
    }
    std::string copy(text);
    curl_free(text);
    return copy;
}

[[noreturn]] void refuse(Message message) {
    throw Error(FailureClass::bad_config, std::move(message));
}

std::vector<std::string_view> path_segments(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        if (slash > 0) {
            segments.push_back(path.substr(0, slash));
        }
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return segments;
}

bool consists_of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

/// `rest/1/code`, and what people paste after it: a method's name.
bool is_webhook_path(const std::vector<std::string_view>& segments) {
    constexpr std::string_view digits = "0123456789";
    constexpr std::string_view code = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
    return (segments.size() == 3 || segments.size() == 4) && segments[0] == "rest" &&
           consists_of(segments[1], digits) && consists_of(segments[2], code);
}

Url parsed(const std::string& text) {
    Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        refuse({"B24-PORTAL-URL", {"?"}});
    }
    return url;
}

std::string host_in(const Url& url) {
    std::string host = folded(part(url, CURLUPART_HOST));
    while (host.ends_with('.')) {
        host.pop_back();
    }
    return host;
}

/// Scheme, host and port of an address that may carry secrets; anything else is refused.
PortalAddress::Origin origin_of(const Url& url, bool allow_http) {
    PortalAddress::Origin origin{part(url, CURLUPART_SCHEME), host_in(url),
                                 part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT)};
    const std::string shown = origin.scheme + "://" + quotable(origin.host);
    if ((origin.scheme != "https" && origin.scheme != "http") || origin.host.empty()) {
        refuse({"B24-PORTAL-URL", {shown}});
    }
    if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
        refuse({"B24-URL-PASSWORD", {quotable(origin.host)}});
    }
    if (origin.scheme == "http" && !allow_http && !is_loopback_host(origin.host)) {
        refuse({"B24-URL-HTTP", {quotable(origin.host)}});
    }
    if (!part(url, CURLUPART_QUERY).empty() || !part(url, CURLUPART_FRAGMENT).empty()) {
        refuse({"B24-PORTAL-URL", {shown + "/…?…"}});
    }
    return origin;
}

/// `example.ru` of `crm.example.ru`, `example.co.uk` of `crm.example.co.uk`: below a domain of a country, a
/// second label of up to three letters may be one that registrars sell names under, and whoever has bought
/// one there is no kin. Nothing of an address in numbers, where labels mean no owner.
std::string_view domain_of(std::string_view host) {
    constexpr std::size_t shortest_of_ones_own = 4;
    const auto label_before = [&](std::size_t end) {
        const std::size_t dot = end == 0 ? std::string_view::npos : host.rfind('.', end - 1);
        return dot == std::string_view::npos ? 0 : dot + 1;
    };
    const std::size_t last = label_before(host.size());
    const std::size_t second = last == 0 ? 0 : label_before(last - 1);
    const bool numeric = host.empty() || host.back() == ']' || (host.back() >= '0' && host.back() <= '9');
    if (numeric) {
        return {};
    }
    const bool sold_below = last != 0 && host.size() - last == 2 && last - 1 - second < shortest_of_ones_own;
    return host.substr(sold_below && second != 0 ? label_before(second - 1) : second);
}

/// `example.bitrix24.ru`, `example.bitrix24.com.br`; not the sites of Bitrix24 itself, where a portal that is
/// closed may send its visitors.
bool is_in_cloud(std::string_view host) {
    constexpr std::string_view name = ".bitrix24.";
    constexpr std::size_t longest_domain = 6;
    constexpr std::array<std::string_view, 6> sites{"www", "auth", "auth2", "oauth", "login", "helpdesk"};
    const std::size_t at = host.find(name);
    return at != std::string_view::npos && host.size() - at - name.size() <= longest_domain &&
           std::ranges::find(sites, host.substr(0, at)) == sites.end() &&
           host.substr(0, at).find('.') == std::string_view::npos;
}

/// Portals below one domain, but for that of Bitrix24: there, only portals are kin, not its sites.
bool are_kin(std::string_view one, std::string_view other) {
    const std::string_view domain = domain_of(one);
    const bool is_owners = domain.find('.') != std::string_view::npos && !domain.starts_with("bitrix24.");
    return one == other || (is_in_cloud(one) && is_in_cloud(other)) ||
           (is_owners && domain == domain_of(other));
}

}  // namespace

bool is_loopback_host(std::string_view host) {
    std::string name = folded(host);
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
        name = name.substr(1, name.size() - 2);
    }
    in_addr four{};
    if (inet_pton(AF_INET, name.c_str(), &four) == 1) {
        return (ntohl(four.s_addr) >> 24U) == 127U;
    }
    in6_addr six{};
    if (inet_pton(AF_INET6, name.c_str(), &six) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&six);
    }
    return name == "localhost";
}

std::string host_of_url(const std::string& text) {
    const Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return {};
    }
    return folded(part(url, CURLUPART_HOST));
}

PortalAddress PortalAddress::on(Origin origin, std::string path) {
    PortalAddress address;
    address.m_scheme = std::move(origin.scheme);
    address.m_host = std::move(origin.host);
    address.m_identity = origin.port.empty() ? address.m_host : address.m_host + ":" + origin.port;
    address.m_path = Secret(std::move(path));
    return address;
}

PortalAddress PortalAddress::parse(const Secret& text, bool allow_http) {
    const Url url = parsed(std::string(trimmed(text.reveal())));
    Origin origin = origin_of(url, allow_http);
    const std::string path = part(url, CURLUPART_PATH);
    const std::vector<std::string_view> segments = path_segments(path);
    if (!is_webhook_path(segments)) {
        refuse({"B24-PORTAL-URL", {origin.scheme + "://" + quotable(origin.host) + "/…"}});
    }
    return on(std::move(origin), "/rest/" + std::string(segments[1]) + "/" + std::string(segments[2]) + "/");
}

PortalAddress PortalAddress::of_application(const std::string& client_endpoint, bool allow_http) {
    return on(origin_of(parsed(client_endpoint), allow_http), "/rest/");
}

std::optional<PortalAddress> PortalAddress::moved_to(const std::string& location) const {
    const Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) {
        return std::nullopt;
    }
    Origin origin{part(url, CURLUPART_SCHEME), host_in(url),
                  part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT)};
    const bool here = is_loopback_host(origin.host) && is_loopback_host(m_host);
    if (!here && (origin.scheme != "https" || !are_kin(origin.host, m_host))) {
        return std::nullopt;
    }
    PortalAddress address = on(std::move(origin), m_path.reveal());
    return address.m_identity == m_identity ? std::nullopt : std::optional(std::move(address));
}

Secret PortalAddress::method_url(const std::string& method) const {
    return Secret(origin() + m_path.reveal() + method);
}

std::string PortalAddress::shown() const {
    return masked(origin() + m_path.reveal());
}

}  // namespace obmen::portal
