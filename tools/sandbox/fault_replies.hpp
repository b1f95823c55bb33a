#pragma once

#include <optional>

#include "fault.hpp"
#include "web.hpp"

namespace obmen::sandbox {

/// A page of the web server in front of the portal.
[[nodiscard]] WebReply html_reply(int status, const char* title);
/// The page, or for 500 the JSON, that comes with a status.
[[nodiscard]] WebReply status_reply(int status);

/// The answer of a fault that keeps the request from running; nothing if it runs.
[[nodiscard]] std::optional<WebReply> reply_before(const Fault& fault);
/// What a fault makes of the answer of a request that ran.
[[nodiscard]] WebReply reply_after(const Fault& fault, WebReply reply);

}  // namespace obmen::sandbox
