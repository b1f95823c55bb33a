#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "portal/oauth.hpp"
#include "support/clock.hpp"
#include "support/sealed_file.hpp"

namespace obmen::portal {

/// Sends a form and gives what came back; waits for it.
using FormPost = std::function<HttpAnswer(const Secret& url, const std::string& form)>;

/// Holds the tokens of a portal. Whoever finds that a token has expired renews it here: one renewal at a time
/// for the whole machine, and the new pair is on disk before anybody uses it, because the portal forgets the
/// old one (reference bitrix24-rest.md §1.4).
class TokenKeeper {
  public:
    /// `file` holds the tokens; a lock lies beside it. References must outlive the object.
    TokenKeeper(OAuthApplication application, SealedFile file, FormPost post, Clock& clock);

    /// What is stored; nothing before the first sign-in. Throws as SealedFile does.
    [[nodiscard]] std::optional<OAuthTokens> stored() const;
    /// The tokens to work with. Throws B24-SIGN-IN (bad_config) if there are none.
    [[nodiscard]] OAuthTokens current() const;
    /// The first pair. Throws B24-SIGN-IN-CODE (bad_config), or B24-UNREACHABLE (temporary) if the server
    /// does not answer.
    OAuthTokens sign_in(const SignInCode& code);
    /// Another pair, after the portal said that `refused` has expired: the one that somebody else has fetched
    /// in the meantime, else a new one. Throws B24-SIGN-IN-AGAIN (bad_config) if the server does not accept
    /// the application any more, B24-UNREACHABLE (temporary) if it does not answer after three tries.
    OAuthTokens renew(const Secret& refused);
    void forget() const { m_file.remove(); }

    [[nodiscard]] const OAuthApplication& application() const { return m_application; }

  private:
    [[nodiscard]] OAuthTokens fetch(const TokenRequest& request, unsigned tries, Code refused_for_good) const;
    [[nodiscard]] OAuthTokens keep(const OAuthTokens& tokens) const;

    OAuthApplication m_application;
    SealedFile m_file;
    FormPost m_post;
    Clock& m_clock;
};

}  // namespace obmen::portal
