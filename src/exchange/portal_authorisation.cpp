#include "exchange/portal_authorisation.hpp"

#include <chrono>
#include <memory>
#include <string>

#include "support/error.hpp"
#include "support/sealed_file.hpp"

namespace obmen::exchange {

namespace {

void demand(bool given, const char* name) {
    if (!given) {
        throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {name}});
    }
}

}  // namespace

bool has_portal(const config::Settings& settings) {
    return !settings.portal.url.empty() || !settings.portal.oauth.portal.empty();
}

portal::PortalAddress portal_address(const config::Settings& settings, Clock& clock) {
    const config::PortalSettings& portal = settings.portal;
    if (!portal.url.empty()) {
        return portal::PortalAddress::parse(portal.url, portal.allow_http);
    }
    return portal::PortalAddress::of_application(token_keeper(settings, clock).current().client_endpoint,
                                                 portal.allow_http);
}

std::string portal_member(const config::Settings& settings, Clock& clock) {
    return settings.portal.url.empty() ? token_keeper(settings, clock).current().member_id : std::string();
}

std::optional<portal::TokenSource> token_source(const config::Settings& settings, Clock& clock) {
    if (!settings.portal.url.empty()) {
        return std::nullopt;
    }
    const auto keeper = std::make_shared<portal::TokenKeeper>(token_keeper(settings, clock));
    return portal::TokenSource{
        .current = [keeper] { return keeper->current().access; },
        .renewed = [keeper](const Secret& refused) { return keeper->renew(refused).access; }};
}

portal::NetworkOptions network_options(const config::PortalSettings& settings) {
    return {.proxy = settings.proxy,
            .ca_file = settings.ca_file,
            .basic_user = settings.basic_user,
            .basic_password = settings.basic_password};
}

portal::TokenKeeper token_keeper(const config::Settings& settings, Clock& clock) {
    const config::OAuthSettings& oauth = settings.portal.oauth;
    demand(!oauth.portal.empty(), "portal.oauth.portal");
    demand(!oauth.client_id.empty(), "portal.oauth.client_id");
    demand(!oauth.client_secret.empty(), "portal.oauth.client_secret");
    // The password of a wall in front of the portal is none of the authorisation server's business.
    portal::NetworkOptions network = network_options(settings.portal);
    network.basic_user.clear();
    const auto timeout = std::chrono::seconds(settings.portal.timeout_seconds);
    return {{.portal = oauth.portal,
             .client_id = oauth.client_id,
             .client_secret = oauth.client_secret,
             .server = oauth.server},
            SealedFile(oauth.tokens, oauth.key),
            [network, timeout](const Secret& url, const std::string& form) {
                return portal::post_form(url, form, timeout, network);
            },
            clock};
}

}  // namespace obmen::exchange
