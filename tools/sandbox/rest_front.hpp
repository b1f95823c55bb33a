#pragma once

#include "engine.hpp"
#include "web.hpp"

namespace obmen::sandbox {

/// `/rest/…`: address, authorisation, parameters, limits, faults, envelope (reference bitrix24-rest.md §1,
/// §2).
[[nodiscard]] WebReply answer_rest(Engine& engine, const WebRequest& request);

/// Path of a target, and what follows its question mark.
[[nodiscard]] std::string path_of(const std::string& target);
[[nodiscard]] std::string query_of(const std::string& target);

/// JSON as PHP prints it: characters beyond ASCII escaped, maps with the keys 0…n-1 as lists.
[[nodiscard]] std::string printed(Json value);

[[nodiscard]] WebReply refusal_reply(const Refusal& refusal);

}  // namespace obmen::sandbox
