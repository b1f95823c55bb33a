#include <cstdint>
#include <string>
#include <string_view>

#include "endpoint/address.hpp"
#include "endpoint/name_text.hpp"
#include "fuzz/promise.hpp"
#include "portal/loopback.hpp"
#include "portal/oauth.hpp"
#include "portal/transport.hpp"
#include "support/error.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

// The promises about addresses: of sources (endpoint/address.hpp), of portals (portal/transport.hpp) and of
// what a browser brings back (portal/oauth.hpp). What may be a password is in no text, whatever the rest
// looks like; an address that is understood, written anew, is the same; a webhook's code goes nowhere in the
// clear, and with a redirect only to a host that is kin.
//
// The first byte chooses.
namespace {

using namespace obmen;

constexpr std::string_view secret = "s3cr3t";

/// Whether `shown` holds the secret where `given` has it once, in a place for passwords.
void require_hidden(const std::string& shown, const std::string& what) {
    require(shown.find(secret) == std::string::npos, what + " shows a secret: " + shown);
}

std::string both_languages(const Error& error) {
    const Message& message = error.finding().message;
    return full_text(message, Language::english) + full_text(message, Language::russian);
}

std::string encoded(std::string_view bytes) {
    std::string out;
    append_percent_encoded(out, bytes);
    return out;
}

std::string written(const endpoint::Address& address) {
    using endpoint::Scheme;
    if (address.scheme == Scheme::folder) {
        return "folder:" + address.path;
    }
    const std::string scheme = address.scheme == Scheme::ftp     ? "ftp"
                               : address.scheme == Scheme::ftps  ? "ftps"
                               : address.scheme == Scheme::ftpes ? "ftpes"
                                                                 : "sftp";
    const bool number = address.host.find(':') != std::string::npos;
    std::string path = address.in_home ? "/~/" + address.path : address.path;
    std::string url = scheme + "://";
    url += address.user.empty() ? "" : encoded(address.user) + "@";
    url += number ? "[" + address.host + "]" : address.host;
    url += ":" + std::to_string(address.port);
    for (const char c : path) {
        url += c == '/' || c == '~' ? std::string(1, c) : encoded(std::string_view(&c, 1));
    }
    return url;
}

void try_source(const std::string& text) {
    try {
        const endpoint::Address address = endpoint::parse_address(text);
        const std::string shown = endpoint::shown(address);
        require(is_utf8(shown) && quotable(shown, shown.size()) == shown, "cannot be shown");
        require(address.path.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                "a path that ends a command");
        require(address.user.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                "a user that ends a command");
        require(address.scheme == endpoint::Scheme::folder || (!address.host.empty() && address.port != 0),
                "a server without a place");
        require(endpoint::parse_address(written(address)) == address, "not the same, written anew: " + shown);
    } catch (const Error& error) {
        require(error.finding().message.code == Code{"SRC-URL"}, "another error");
        require(is_utf8(both_languages(error)), "an error that cannot be shown");
    }
    // A password in a place where it may be: the rest of the address is what the fuzzer makes of it. What
    // stands behind a slash is a path.
    if (text.find('/') != std::string::npos || text.find(secret) != std::string::npos) {
        return;
    }
    for (const std::string& url : {"ftp://user:" + std::string(secret) + "@" + text,
                                   "sftp://u:" + text + std::string(secret) + "@host/",
                                   text + "://u:" + std::string(secret) + "@host/p"}) {
        try {
            const endpoint::Address address = endpoint::parse_address(url);
            // A folder's path is taken as it stands.
            if (address.scheme != endpoint::Scheme::folder) {
                require_hidden(endpoint::shown(address), "an address");
            }
        } catch (const Error& error) {
            require_hidden(both_languages(error), "an error");
        }
    }
}

void try_portal(const std::string& text) {
    for (const bool allow_http : {false, true}) {
        try {
            const auto address = portal::PortalAddress::parse(Secret(text), allow_http);
            const std::string url = address.method_url("batch").reveal();
            require(masked(address.shown()) == address.shown(), "the code is shown");
            require(url.starts_with("https://") || url.starts_with("http://"), "no http");
            require(url.starts_with("https://") || allow_http ||
                        portal::is_loopback_host(portal::host_of_url(url)),
                    "in the clear: " + address.shown());
            // A number with a dot behind it is a name to libcurl, and without the dot a number.
            if (address.identity().find_first_not_of("0123456789.:") == std::string::npos) {
                continue;
            }
            const auto again = portal::PortalAddress::parse(address.method_url("batch"), allow_http);
            require(again.identity() == address.identity() &&
                        again.method_url("x").reveal() == address.method_url("x").reveal(),
                    "not the same, written anew");
        } catch (const Error& error) {
            for (const std::string& argument : error.finding().message.arguments) {
                require(masked(argument) == argument, "an error shows a code: " + argument);
            }
        }
    }
    for (const char* const home :
         {"https://crm.example.ru/rest/1/s3cr3t/", "https://shop.co.uk/rest/1/s3cr3t/",
          "https://10.1.2.3/rest/1/s3cr3t/", "https://a.bitrix24.ru/rest/1/s3cr3t/"}) {
        const auto address = portal::PortalAddress::parse(Secret(home));
        if (const auto moved = address.moved_to(text)) {
            const std::string url = moved->method_url("batch").reveal();
            require(url.starts_with("https://"), "a redirect into the clear");
            const std::string host = portal::host_of_url(url);
            const bool kin = host.ends_with(".example.ru") || host == "example.ru" || host == "shop.co.uk" ||
                             host.ends_with(".shop.co.uk") || host == "10.1.2.3" ||
                             (host.find(".bitrix24.") != std::string::npos && !host.starts_with("www."));
            require(kin, "the code goes to a stranger: " + host);
        }
    }
}

void try_sign_in(const std::string& text) {
    if (const auto code = portal::sign_in_code(text)) {
        require(!code->code.empty() && quotable(code->code, code->code.size()) == code->code, "no code");
        portal::OAuthApplication application{.portal = "https://example.bitrix24.ru",
                                             .client_id = "local.1",
                                             .client_secret = Secret("s3cr3t")};
        const std::string server = portal::server_for(application, *code);
        require(server == "https://oauth.bitrix24.tech" || server == "https://oauth.bitrix.info",
                "the application's secret goes to a stranger: " + server);
        const auto request = portal::code_request(application, server, code->code);
        require(request.url == server + "/oauth/token/", "another address");
        require_hidden(request.url, "an address");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            try_source(text);
            break;
        case 1:
            try_portal(text);
            break;
        default:
            try_sign_in(text);
            break;
    }
    return 0;
}
