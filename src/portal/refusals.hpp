#pragma once

#include "portal/client.hpp"

namespace obmen::portal {

/// Does the portal say that whoever asks may not do this? Of one object that may be a matter of that object;
/// of all that a method is called for it is a right that somebody has taken away (reference bitrix24-rest.md
/// §5.3).
[[nodiscard]] bool means_denied(const Refused& refusal);

/// Has the webhook or application lost its permission for a whole family of methods (reference
/// bitrix24-rest.md §2.3)?
[[nodiscard]] bool lacks_scope(const Refused& refusal);

}  // namespace obmen::portal
