#include "oauth.hpp"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "fault_replies.hpp"
#include "php_values.hpp"
#include "rest_front.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

/// Who agrees to whatever an application asks for.
constexpr std::int64_t consenting_user = 1;

std::string form_encoded(std::string_view text) {
    std::string encoded;
    for (const char letter : text) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
                           letter == '.' || letter == '~';
        encoded += plain ? std::string(1, letter)
                         : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(letter)));
    }
    return encoded;
}

std::string with_query(const std::string& address,
                       std::initializer_list<std::pair<const char*, std::string>> parameters) {
    std::string whole = address;
    char separator = address.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        whole += fmt::format("{}{}={}", separator, name, form_encoded(value));
        separator = '&';
    }
    return whole;
}

std::string escaped_in_form(std::string_view text) {
    std::string safe;
    for (const char letter : text) {
        if (letter == '<' || letter == '>' || letter == '&' || letter == '"')
            safe += fmt::format("&#{};", static_cast<int>(letter));
        else
            safe += letter;
    }
    return safe;
}

std::string scopes_of(const Settings& settings) {
    return fmt::format("{}", fmt::join(settings.scopes, ","));
}

WebReply page(int status, const std::string& text) {
    return {.status = status,
            .content_type = "text/html; charset=utf-8",
            .body = fmt::format("<!DOCTYPE html>\n<html lang=\"ru\"><head><meta charset=\"utf-8\">"
                                "<title>Учебный портал</title></head>\n<body>{}</body></html>\n",
                                text)};
}

WebReply redirect(std::string address) {
    WebReply reply = page(302, "");
    reply.location = std::move(address);
    return reply;
}

WebReply authorize(Engine& engine, const Json& parameters, const std::string& host) {
    const Settings& settings = engine.settings;
    if (member_text(parameters, "client_id") != settings.client_id)
        return page(400, "<p class=error>Приложение не найдено (client_id).</p>");
    std::string target = member_text(parameters, "redirect_uri");
    if (target.empty())
        target = settings.redirect_uri;
    const std::string state = member_text(parameters, "state");
    if (!settings.consent)
        return target.empty() ? page(403, "<p class=error>Доступ не разрешён.</p>")
                              : redirect(with_query(target, {{"error", "access_denied"}, {"state", state}}));
    const std::string code =
        engine.tokens.issue_code(consenting_user, engine.clock.seconds() + settings.code_seconds);
    if (!target.empty())
        return redirect(with_query(target, {{"code", code},
                                            {"state", state},
                                            {"domain", host},
                                            {"member_id", settings.member_id},
                                            {"scope", scopes_of(settings)},
                                            {"server_domain", host}}));
    return page(200, fmt::format("<p>Код: <code id=\"code\">{}</code></p>"
                                 "<p>state: <code id=\"state\">{}</code></p>",
                                 code, escaped_in_form(state)));
}

Refusal invalid_grant() {
    return Refusal(400, "invalid_grant", "The grant is invalid, has expired or was used");
}

std::int64_t granting_user(Engine& engine, const Json& parameters) {
    const Settings& settings = engine.settings;
    const double now = engine.clock.seconds();
    const std::string type = member_text(parameters, "grant_type");
    std::optional<std::int64_t> user;
    if (type == "authorization_code")
        user = engine.tokens.take_code(member_text(parameters, "code"), now);
    else if (type == "refresh_token")
        user =
            engine.tokens.take_refresh(member_text(parameters, "refresh_token"), now, settings.refresh_once);
    else
        throw Refusal(400, "invalid_request", "Unknown grant_type");
    if (!user)
        throw invalid_grant();
    return *user;
}

WebReply token(Engine& engine, const Json& parameters, const std::string& host) {
    const Settings& settings = engine.settings;
    if (member_text(parameters, "client_id") != settings.client_id ||
        member_text(parameters, "client_secret") != settings.client_secret)
        throw Refusal(401, "invalid_client", "Invalid client credentials");
    return {.body = printed(issued_tokens(engine, granting_user(engine, parameters), host))};
}

WebReply answer(Engine& engine, const WebRequest& request, bool is_token) {
    const std::string host = host_of(request);
    try {
        const Json parameters = parameters_of(request);
        return is_token ? token(engine, parameters, host) : authorize(engine, parameters, host);
    } catch (const Refusal& refusal) {
        return refusal_reply(refusal);
    }
}

}  // namespace

Json issued_tokens(Engine& engine, std::int64_t user, const std::string& host) {
    const Settings& settings = engine.settings;
    const double now = engine.clock.seconds();
    const TokenPair pair =
        engine.tokens.issue(user, now + settings.token_seconds, now + settings.refresh_seconds);
    const std::string endpoint = fmt::format("http://{}/rest/", host);
    // The machine's time plus the portal's seconds, as in operating_reset_at.
    return Json{
        {"access_token", pair.access},
        {"expires", static_cast<std::int64_t>(std::floor(PortalClock::unix_time() + settings.token_seconds))},
        {"expires_in", static_cast<std::int64_t>(settings.token_seconds)},
        {"scope", scopes_of(settings)},
        {"domain", host},
        {"server_endpoint", endpoint},
        {"status", "L"},
        {"client_endpoint", endpoint},
        {"member_id", settings.member_id},
        {"user_id", user},
        {"refresh_token", pair.refresh}};
}

WebReply answer_oauth(Engine& engine, const WebRequest& request) {
    std::string path = path_of(request.target);
    while (path.ends_with('/'))
        path.pop_back();
    const bool is_token = path == "/oauth/token";
    if (!is_token && path != "/oauth/authorize")
        return {.status = 404, .content_type = "text/plain; charset=utf-8", .body = "Not found\n"};
    RequestFacts facts;
    facts.methods = {is_token ? "oauth.token" : "oauth.authorize"};
    facts.body = request.body;
    facts.only_by_name = true;
    const std::optional<Fault> fault = engine.faults.for_request(facts);
    if (!fault)
        return answer(engine, request, is_token);
    engine.journal.fault(name_of(fault->action));
    if (fault->action == FaultAction::revoked_token)
        engine.tokens.revoke();
    if (auto reply = reply_before(*fault))
        return std::move(*reply);
    return reply_after(*fault, answer(engine, request, is_token));
}

}  // namespace obmen::sandbox
