#include "access.hpp"

#include <fmt/format.h>

#include "fault_replies.hpp"
#include "php_values.hpp"
#include "rest_front.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

std::string base64(std::string_view text) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char letter : text) {
        bits = bits << 8U | static_cast<unsigned char>(letter);
        count += 8;
        while (count >= 6) {
            count -= 6;
            encoded += letters[bits >> count & 63U];
        }
    }
    if (count > 0)
        encoded += letters[bits << (6 - count) & 63U];
    encoded.append((4 - encoded.size() % 4) % 4, '=');
    return encoded;
}

std::optional<std::string> after_scheme(const std::string& header, std::string_view scheme) {
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ' ||
        folded(header.substr(0, scheme.size())) != scheme)
        return std::nullopt;
    return std::string(trimmed(header.substr(scheme.size())));
}

bool is_let_in(const Settings& settings, const WebRequest& request) {
    const std::string wished = base64(settings.basic_user + ":" + settings.basic_password);
    return settings.basic_user.empty() || after_scheme(request.authorization, "basic") == wished;
}

Identity identified_by_token(Engine& engine, const std::string& token) {
    switch (engine.tokens.use(token, engine.clock.seconds(), engine.settings.token_requests)) {
        case TokenState::valid:
            return {.user = engine.tokens.user_of(token), .application = true};
        case TokenState::expired:
            throw Refusal(401, "expired_token", "The access token provided has expired");
        case TokenState::unknown:
            break;
    }
    throw Refusal(401, "invalid_token", "Unable to get application by token");
}

}  // namespace

std::optional<WebReply> reply_at_the_door(const Engine& engine, const WebRequest& request) {
    const Settings& settings = engine.settings;
    if (!is_let_in(settings, request)) {
        WebReply reply = html_reply(401, "401 Authorization Required");
        reply.authenticate = R"(Basic realm="Restricted area")";
        return reply;
    }
    if (!settings.renamed_to.empty() && folded(request.host) != folded(settings.renamed_to)) {
        WebReply reply = html_reply(302, "302 Found");
        reply.location = fmt::format("http://{}{}", settings.renamed_to, request.target);
        return reply;
    }
    if (engine.clock.seconds() < engine.down_until)
        return status_reply(503);
    return std::nullopt;
}

std::string token_of(const WebRequest& request, const Json& parameters) {
    if (std::string token = member_text(parameters, "auth"); !token.empty())
        return token;
    return after_scheme(request.authorization, "bearer").value_or(std::string());
}

Identity identified(Engine& engine, const Address& address, const std::string& token) {
    Identity identity;
    if (!address.code.empty()) {
        const auto user = index_of(address.user);
        if (!user || *user <= 0 || address.code != engine.settings.code)
            throw Refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials");
        identity.user = *user;
    } else if (!token.empty()) {
        identity = identified_by_token(engine, token);
    } else {
        throw Refusal(401, "NO_AUTH_FOUND", "Wrong authorization data");
    }
    if (!engine.settings.rest_in_plan)
        throw Refusal(403, "ACCESS_DENIED", "REST API is available only on commercial plans");
    return identity;
}

}  // namespace obmen::sandbox
