#include "portal/token_keeper.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "portal/loopback.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::portal {

namespace {

constexpr unsigned refresh_tries = 3;
constexpr Duration pause_between_tries{2'000};

/// Held while a pair is being fetched; the kernel gives it back if the process dies.
class RenewalLock {
  public:
    explicit RenewalLock(const std::filesystem::path& tokens) {
        make_directories(tokens.parent_path());
        std::filesystem::path file = tokens;
        file += ".lock";
        m_file = FileDescriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        int locked = -1;
        do {
            locked = m_file.is_open() ? ::flock(m_file.get(), LOCK_EX) : -1;
        } while (locked != 0 && errno == EINTR);
        if (locked != 0) {
            throw Error(FailureClass::temporary, Message{"SYS-FILE", {file.string(), std::strerror(errno)}});
        }
    }

  private:
    FileDescriptor m_file;
};

}  // namespace

TokenKeeper::TokenKeeper(OAuthApplication application, SealedFile file, FormPost post, Clock& clock)
    : m_application(std::move(application)),
      m_file(std::move(file)),
      m_post(std::move(post)),
      m_clock(clock) {}

std::optional<OAuthTokens> TokenKeeper::stored() const {
    const std::optional<Secret> text = m_file.read();
    return text ? tokens_of_text(*text) : std::nullopt;
}

OAuthTokens TokenKeeper::current() const {
    std::optional<OAuthTokens> tokens = stored();
    if (!tokens) {
        throw Error(FailureClass::bad_config, Message{"B24-SIGN-IN", {host_of_url(m_application.portal)}});
    }
    return std::move(*tokens);
}

OAuthTokens TokenKeeper::sign_in(const SignInCode& code) {
    const RenewalLock lock(m_file.path());
    // A code works once: if the answer is lost, a person must sign in anew.
    return keep(fetch(code_request(m_application, server_for(m_application, code), code.code), 1,
                      "B24-SIGN-IN-CODE"));
}

OAuthTokens TokenKeeper::renew(const Secret& refused) {
    const RenewalLock lock(m_file.path());
    OAuthTokens tokens = current();
    if (tokens.access.reveal() != refused.reveal()) {
        return tokens;
    }
    return keep(fetch(refresh_request(m_application, tokens), refresh_tries, "B24-SIGN-IN-AGAIN"));
}

OAuthTokens TokenKeeper::fetch(const TokenRequest& request, unsigned tries, Code refused_for_good) const {
    for (unsigned tried = 1;; ++tried) {
        const HttpAnswer answer = m_post(Secret(request.url), request.form.reveal());
        TokenAnswer result = read_token_answer(answer, m_clock.now());
        if (auto* tokens = std::get_if<OAuthTokens>(&result)) {
            return std::move(*tokens);
        }
        const auto& refusal = std::get<TokenRefusal>(result);
        const std::string server = host_of_url(request.url);
        if (!refusal.temporary) {
            Message message{refused_for_good, {host_of_url(m_application.portal), refusal.reason}};
            if (refused_for_good == Code{"B24-SIGN-IN-CODE"}) {
                message.arguments = {refusal.reason};
            }
            throw Error(FailureClass::bad_config, std::move(message));
        }
        if (tried == tries) {
            throw Error(FailureClass::temporary,
                        Message{"B24-UNREACHABLE", {server + ": " + refusal.reason}});
        }
        m_clock.sleep(pause_between_tries * tried);
    }
}

OAuthTokens TokenKeeper::keep(const OAuthTokens& tokens) const {
    m_file.write(to_text(tokens));
    return tokens;
}

}  // namespace obmen::portal
