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

/// Query and body together; the body wins. A body of a type that PHP does not read counts as none. Throws
/// Refusal if it is broken JSON.
[[nodiscard]] Json parameters_of(const WebRequest& request);
/// The name and port under which the client knows the portal.
[[nodiscard]] std::string host_of(const WebRequest& request);

/// JSON as PHP prints it: characters beyond ASCII escaped, maps with the keys 0…n-1 as lists.
[[nodiscard]] std::string printed(Json value);
/// The same with its dates in the zone of the settings.
[[nodiscard]] std::string printed(Json value, const Settings& settings);

[[nodiscard]] WebReply refusal_reply(const Refusal& refusal);

}  // namespace obmen::sandbox
