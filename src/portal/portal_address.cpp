#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
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

PortalAddress PortalAddress::parse(const Secret& text) {
    const Url url = parsed(std::string(trimmed(text.reveal())));
    const std::string scheme = part(url, CURLUPART_SCHEME);
    std::string host = folded(part(url, CURLUPART_HOST));
    while (host.ends_with('.')) {
        host.pop_back();
    }
    const std::string origin = scheme + "://" + quotable(host);
    if ((scheme != "https" && scheme != "http") || host.empty()) {
        refuse({"B24-PORTAL-URL", {origin}});
    }
    if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
        refuse({"B24-URL-PASSWORD", {quotable(host)}});
    }
    if (scheme == "http" && !is_loopback_host(host)) {
        refuse({"B24-URL-HTTP", {quotable(host)}});
    }
    if (!part(url, CURLUPART_QUERY).empty() || !part(url, CURLUPART_FRAGMENT).empty()) {
        refuse({"B24-PORTAL-URL", {origin + "/…?…"}});
    }
    const std::string path = part(url, CURLUPART_PATH);
    const std::vector<std::string_view> segments = path_segments(path);
    if (!is_webhook_path(segments)) {
        refuse({"B24-PORTAL-URL", {origin + "/…"}});
    }
    const std::string port = part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    PortalAddress address;
    address.m_scheme = scheme;
    address.m_identity = port.empty() ? host : host + ":" + port;
    address.m_base = Secret(scheme + "://" + address.m_identity + "/rest/" + std::string(segments[1]) + "/" +
                            std::string(segments[2]) + "/");
    return address;
}

Secret PortalAddress::method_url(const std::string& method) const {
    return Secret(m_base.reveal() + method);
}

std::string PortalAddress::shown() const {
    return masked(m_base.reveal());
}

}  // namespace obmen::portal
