#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <random>
#include <string_view>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "commands/sign_in_page.hpp"
#include "config/settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "portal/token_keeper.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

constexpr std::chrono::seconds patience{300};
/// A refresh token lives 180 days (reference bitrix24-rest.md §1.4).
constexpr std::int64_t refresh_token_seconds = 180LL * 24 * 3600;

/// Ties the answer of the browser to this question: nobody else can hand in a code of another portal.
std::string random_state() {
    std::random_device device;
    std::string state;
    for (int i = 0; i < 4; ++i) {
        state += fmt::format("{:08x}", static_cast<std::uint32_t>(device()));
    }
    return state;
}

portal::SignInCode code_of(std::string_view given) {
    std::string pasted(given);
    if (pasted == "-") {
        // What stands on the command line is in the process list and in the shell's history.
        std::getline(std::cin, pasted);
    }
    auto code = portal::sign_in_code(pasted);
    if (!code) {
        throw Error(FailureClass::bad_config, Message{"B24-SIGN-IN-CODE", {"?"}});
    }
    return std::move(*code);
}

portal::SignInCode code_from_browser(const portal::TokenKeeper& keeper, const config::Settings& settings,
                                     Surroundings& surroundings) {
    SignInPage page(settings.portal.oauth.redirect_port, settings.language);
    const std::string state = random_state();
    const bool russian = settings.language == Language::russian;
    surroundings.out
        << (russian ? "Откройте в браузере, где вы вошли в Битрикс24 администратором:\n\n  "
                    : "Open in a browser where you are signed in to Bitrix24 as an administrator:\n\n  ")
        << portal::authorisation_url(keeper.application(), state)
        << fmt::format(fmt::runtime(russian ? "\n\nАдрес обработчика в карточке приложения: {}\n"
                                            : "\n\nHandler address on the application's card: {}\n"),
                       page.address())
        << std::flush;
    const auto redirect = page.wait(patience, surroundings.interrupted);
    if (!redirect) {
        throw Error(FailureClass::bad_config,
                    Message{"B24-SIGN-IN-WAIT", {std::to_string(patience.count()), page.address()}});
    }
    portal::SignInCode code = code_of(*redirect);
    if (code.state != state) {
        throw Error(FailureClass::bad_config, Message{"B24-SIGN-IN-CODE", {"state"}});
    }
    return code;
}

void show(std::ostream& out, const portal::OAuthTokens& tokens, Language language, bool json) {
    const std::int64_t valid_until = tokens.issued + refresh_token_seconds;
    const std::string day = fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(valid_until)));
    if (json) {
        out << nlohmann::json{{"portal", tokens.client_endpoint}, {"member_id", tokens.member_id},
                              {"user", tokens.user_id},           {"scope", tokens.scope},
                              {"server", tokens.server},          {"renew_before", day}}
                   .dump()
            << "\n";
        return;
    }
    const auto line = [&](const char* what_russian, const char* what_english, const std::string& value) {
        show_line(out, language, what_russian, what_english, value);
    };
    line("Портал", "Portal", tokens.client_endpoint);
    line("От имени пользователя", "On behalf of user", std::to_string(tokens.user_id));
    line("Права", "Scopes", tokens.scope);
    line("Сервер входа", "Authorisation server", tokens.server);
    line("Без единого запроса вход действует до", "Without a single request the sign-in lasts until", day);
}

}  // namespace

ExitCode run_auth(const CommonOptions& common, const AuthOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    portal::TokenKeeper keeper = exchange::token_keeper(settings, surroundings.clock);
    if (options.forget) {
        keeper.forget();
        return ExitCode::applied;
    }
    if (!options.status) {
        keeper.sign_in(options.code.empty() ? code_from_browser(keeper, settings, surroundings)
                                            : code_of(options.code));
    }
    show(surroundings.out, keeper.current(), settings.language, common.json);
    return ExitCode::applied;
}

}  // namespace obmen::commands
