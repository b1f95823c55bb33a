#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "portal/transport.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"
#include "support/secret.hpp"

/// OAuth 2.0 of Bitrix24 (reference bitrix24-rest.md §1.4): what is asked and what the answers mean. Nothing
/// is sent here.
namespace obmen::portal {

/// A local application of a portal: what its card shows.
struct OAuthApplication {
    std::string portal;  ///< `https://portal` where a person signs in
    std::string client_id;
    Secret client_secret;
    std::string server{};  ///< `https://host` of the authorisation server; empty: by the portal's domain
};

/// A pair of tokens and what came with it.
struct OAuthTokens {
    Secret access;
    Secret refresh;
    std::string client_endpoint;  ///< `https://portal/rest/`: where methods are called
    std::string server;           ///< `https://host` of the authorisation server that renews them
    std::string member_id;        ///< what a ledger is bound to: stays when a portal is renamed
    std::string scope;
    std::int64_t user_id = 0;
    std::int64_t issued = 0;  ///< seconds of the Unix time
};

/// The page where a person lets the application in. `state` comes back with the code.
[[nodiscard]] std::string authorisation_url(const OAuthApplication& application, const std::string& state);
/// Where codes are exchanged for tokens: the setting, else by the portal's domain (`oauth.bitrix24.tech` for
/// .ru, .by, .kz; `oauth.bitrix.info` elsewhere). Without a slash at the end.
[[nodiscard]] std::string authorisation_server(const OAuthApplication& application);

/// What a browser brought back, or a person pasted.
struct SignInCode {
    std::string code;
    std::string state;          ///< empty if a bare code was pasted
    std::string server_domain;  ///< of the authorisation server, as the redirect says
};
/// A bare code, or the whole address of the redirect. Nothing if there is no code in it.
[[nodiscard]] std::optional<SignInCode> sign_in_code(std::string_view pasted);
/// The application's server, or the one that the redirect names if it is one of Bitrix24's own: the secret of
/// the application goes there, so nobody else's word counts.
[[nodiscard]] std::string server_for(const OAuthApplication& application, const SignInCode& code);

/// A POST of a form to `<server>/oauth/token/`. Secrets travel in the body, never in the address.
struct TokenRequest {
    std::string url;
    Secret form;
};
[[nodiscard]] TokenRequest code_request(const OAuthApplication& application, const std::string& server,
                                        const std::string& code);
[[nodiscard]] TokenRequest refresh_request(const OAuthApplication& application, const OAuthTokens& tokens);

/// Why there are no tokens.
struct TokenRefusal {
    std::string reason;      ///< code and text of the server, without secrets
    bool temporary = false;  ///< the server did not answer, or not now: the same request may be sent again
};
using TokenAnswer = std::variant<OAuthTokens, TokenRefusal>;
/// Reads the answer to either request. An endpoint that is neither https nor on the loopback interface is a
/// refusal: tokens would leave in the clear.
[[nodiscard]] TokenAnswer read_token_answer(const HttpAnswer& answer, UtcTime now);

/// For the sealed file. Reading gives nothing if the text is none of ours.
[[nodiscard]] Secret to_text(const OAuthTokens& tokens);
[[nodiscard]] std::optional<OAuthTokens> tokens_of_text(const Secret& text);

}  // namespace obmen::portal
