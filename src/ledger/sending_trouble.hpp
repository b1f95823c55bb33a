#pragma once

#include <optional>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

/// Why nothing can be sent to the portal, for those who tell people.
namespace obmen::ledger {

struct SendingTrouble {
    Message message;
    UtcTime since{};            ///< of the first attempt in vain
    bool needs_person = false;  ///< trying again does not mend it
};

/// Nothing: what was sent last has arrived.
[[nodiscard]] std::optional<SendingTrouble> sending_trouble(Database& database);
/// One more attempt in vain; what stood already keeps its `since`.
void note_sending_trouble(Database& database, const SendingTrouble& trouble);
/// Writes nothing if there is none.
void forget_sending_trouble(Database& database);

}  // namespace obmen::ledger
