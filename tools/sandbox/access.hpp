#pragma once

#include <optional>
#include <string>

#include "engine.hpp"
#include "web.hpp"

namespace obmen::sandbox {

/// What the path of a request says: who calls what.
struct Address {
    std::string user;
    std::string code;
    std::string method;      ///< lower case
    bool wants_xml = false;  ///< METHOD.xml
};

/// Who turned out to call.
struct Identity {
    std::int64_t user = 1;
    bool application = false;  ///< with a token, not over the webhook
};

/// What stands in front of the portal answers itself: the wall of the web server (401), the old name of a
/// portal that was renamed (302), a portal that is down (503). Nothing if the request gets through.
[[nodiscard]] std::optional<WebReply> reply_at_the_door(const Engine& engine, const WebRequest& request);

/// The token of a request: `auth` in query or body, else `Authorization: Bearer`; empty for none.
[[nodiscard]] std::string token_of(const WebRequest& request, const Json& parameters);

/// Checks the webhook's code, or else the token, which has one request less then. Throws Refusal.
[[nodiscard]] Identity identified(Engine& engine, const Address& address, const std::string& token);

}  // namespace obmen::sandbox
