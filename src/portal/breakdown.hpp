#pragma once

#include "portal/client.hpp"

namespace obmen::portal {

/// True if the portal broke over a command and says nothing of it (INTERNAL_SERVER_ERROR,
/// ERROR_UNEXPECTED_ANSWER; reference bitrix24-rest.md §2.3). A read is worth asking again, and is never
/// "there is none".
[[nodiscard]] bool is_breakdown(const Refused& refused);

}  // namespace obmen::portal
