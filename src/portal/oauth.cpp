#include "portal/oauth.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "portal/lenient_json.hpp"
#include "portal/loopback.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

/// Bitrix24's own authorisation servers: the first one knows the portals of Russia, Belarus and Kazakhstan.
constexpr std::string_view eastern_server = "https://oauth.bitrix24.tech";
constexpr std::string_view western_server = "https://oauth.bitrix.info";

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        text += text.empty() ? "" : "&";
        text += name;
        text += '=';
        append_percent_encoded(text, value);
    }
    return text;
}

std::string without_slashes(std::string text) {
    while (text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

bool may_carry_secrets(const std::string& url) {
    return url.starts_with("https://") || (url.starts_with("http://") && is_loopback_host(host_of_url(url)));
}

/// `https://oauth.bitrix.info/rest/` → `https://oauth.bitrix.info`
std::string server_of_endpoint(const std::string& endpoint) {
    std::string server = without_slashes(endpoint);
    constexpr std::string_view rest = "/rest";
    if (server.ends_with(rest)) {
        server.resize(server.size() - rest.size());
    }
    return without_slashes(std::move(server));
}

int digit_of(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t at = digits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '%' && at + 2 < text.size() && digit_of(text[at + 1]) >= 0 &&
                            digit_of(text[at + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(digit_of(text[at + 1]) * 16 + digit_of(text[at + 2]));
            at += 2;
        } else {
            out += text[at] == '+' ? ' ' : text[at];
        }
    }
    return out;
}

std::string query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return percent_decoded(pair.substr(equals + 1));
        }
    }
    return {};
}

bool is_a_code(std::string_view text) {
    constexpr std::string_view allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.";
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

TokenRefusal refusal_of(const HttpAnswer& answer, const nlohmann::json& body) {
    std::string reason = text_of_member(body, "error");
    const std::string text = text_of_member(body, "error_description");
    reason += !reason.empty() && !text.empty() ? ": " : "";
    reason += text;
    if (reason.empty()) {
        reason = "HTTP " + std::to_string(answer.status);
    }
    const bool later = answer.status >= 500 || answer.status == 429 || answer.status == 408;
    return {masked(quotable(reason, 300)), later};
}

}  // namespace

std::string authorisation_url(const OAuthApplication& application, const std::string& state) {
    return without_slashes(application.portal) + "/oauth/authorize/?" +
           form({{"client_id", application.client_id}, {"state", state}});
}

std::string authorisation_server(const OAuthApplication& application) {
    if (!application.server.empty()) {
        return without_slashes(application.server);
    }
    const std::string host = host_of_url(application.portal);
    constexpr std::array<std::string_view, 3> eastern{".ru", ".by", ".kz"};
    const bool east =
        std::ranges::any_of(eastern, [&](std::string_view domain) { return host.ends_with(domain); });
    return std::string(east ? eastern_server : western_server);
}

std::optional<SignInCode> sign_in_code(std::string_view pasted) {
    const std::string_view text = trimmed(pasted);
    const std::size_t question = text.find('?');
    if (question == std::string_view::npos) {
        return is_a_code(text) ? std::optional(SignInCode{std::string(text), {}, {}}) : std::nullopt;
    }
    const std::string_view query = text.substr(question + 1, text.find('#', question) - question - 1);
    SignInCode code{query_value(query, "code"), query_value(query, "state"),
                    query_value(query, "server_domain")};
    return is_a_code(code.code) ? std::optional(std::move(code)) : std::nullopt;
}

std::string server_for(const OAuthApplication& application, const SignInCode& code) {
    const std::string named = "https://" + code.server_domain;
    return application.server.empty() && (named == eastern_server || named == western_server)
               ? named
               : authorisation_server(application);
}

TokenRequest code_request(const OAuthApplication& application, const std::string& server,
                          const std::string& code) {
    return {server + "/oauth/token/", Secret(form({{"grant_type", "authorization_code"},
                                                   {"client_id", application.client_id},
                                                   {"client_secret", application.client_secret.reveal()},
                                                   {"code", code}}))};
}

TokenRequest refresh_request(const OAuthApplication& application, const OAuthTokens& tokens) {
    return {tokens.server + "/oauth/token/",
            Secret(form({{"grant_type", "refresh_token"},
                         {"client_id", application.client_id},
                         {"client_secret", application.client_secret.reveal()},
                         {"refresh_token", tokens.refresh.reveal()}}))};
}

TokenAnswer read_token_answer(const HttpAnswer& answer, UtcTime now) {
    if (answer.delivery != HttpAnswer::Delivery::answered) {
        return TokenRefusal{answer.error, true};
    }
    const nlohmann::json body = parsed_json(answer.body);
    if (!body.is_object()) {
        const bool later = answer.status >= 200 && answer.status < 300;
        TokenRefusal refusal = refusal_of(answer, nlohmann::json::object());
        refusal.temporary = refusal.temporary || later;
        return refusal;
    }
    OAuthTokens tokens{.access = Secret(text_of_member(body, "access_token")),
                       .refresh = Secret(text_of_member(body, "refresh_token")),
                       .client_endpoint = without_slashes(text_of_member(body, "client_endpoint")) + "/",
                       .server = server_of_endpoint(text_of_member(body, "server_endpoint")),
                       .member_id = text_of_member(body, "member_id"),
                       .scope = text_of_member(body, "scope")};
    if (body.contains("error") || tokens.access.empty() || tokens.refresh.empty()) {
        return refusal_of(answer, body);
    }
    if (!may_carry_secrets(tokens.client_endpoint) || !may_carry_secrets(tokens.server)) {
        return TokenRefusal{"client_endpoint, server_endpoint: https?", false};
    }
    tokens.user_id = body.contains("user_id") ? whole_number(body["user_id"]).value_or(0) : 0;
    tokens.issued = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return tokens;
}

Secret to_text(const OAuthTokens& tokens) {
    return Secret(nlohmann::json{{"access_token", tokens.access.reveal()},
                                 {"refresh_token", tokens.refresh.reveal()},
                                 {"client_endpoint", tokens.client_endpoint},
                                 {"server", tokens.server},
                                 {"member_id", tokens.member_id},
                                 {"scope", tokens.scope},
                                 {"user_id", tokens.user_id},
                                 {"issued", tokens.issued}}
                      .dump());
}

std::optional<OAuthTokens> tokens_of_text(const Secret& text) {
    const nlohmann::json body = parsed_json(text.reveal());
    if (!body.is_object()) {
        return std::nullopt;
    }
    OAuthTokens tokens{.access = Secret(text_of_member(body, "access_token")),
                       .refresh = Secret(text_of_member(body, "refresh_token")),
                       .client_endpoint = text_of_member(body, "client_endpoint"),
                       .server = text_of_member(body, "server"),
                       .member_id = text_of_member(body, "member_id"),
                       .scope = text_of_member(body, "scope")};
    tokens.user_id = body.contains("user_id") ? whole_number(body["user_id"]).value_or(0) : 0;
    tokens.issued = body.contains("issued") ? whole_number(body["issued"]).value_or(0) : 0;
    return tokens.refresh.empty() ? std::nullopt : std::optional(std::move(tokens));
}

}  // namespace obmen::portal
