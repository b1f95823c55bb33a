#pragma once

#include "engine.hpp"
#include "web.hpp"

namespace obmen::sandbox {

/// `/sandbox/…`: faults, journal, verdict, state, settings, reset. Answers plain JSON; mistakes are 400 with
/// a text.
[[nodiscard]] WebReply answer_control(Engine& engine, const WebRequest& request);

}  // namespace obmen::sandbox
