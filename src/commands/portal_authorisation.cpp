#include "commands/portal_authorisation.hpp"

#include <chrono>
#include <string>

#include "support/error.hpp"
#include "support/sealed_file.hpp"

namespace obmen::commands {

namespace {

void demand(bool given, const char* name) {
    if (!given) {
        throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {name}});
    }
}

}  // namespace

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

}  // namespace obmen::commands
