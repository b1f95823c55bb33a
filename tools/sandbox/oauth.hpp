#pragma once

#include "engine.hpp"
#include "web.hpp"

namespace obmen::sandbox {

/// `/oauth/authorize/` and `/oauth/token/`: the portal's page of consent, which agrees at once, and the
/// authorisation server (reference bitrix24-rest.md §1.4). Neither counts for the portal's limits. Rules for
/// faults see them as the methods `oauth.authorize` and `oauth.token`.
[[nodiscard]] WebReply answer_oauth(Engine& engine, const WebRequest& request);

/// A pair of tokens as `/oauth/token/` gives it, for the user who agreed.
[[nodiscard]] Json issued_tokens(Engine& engine, std::int64_t user, const std::string& host);

}  // namespace obmen::sandbox
