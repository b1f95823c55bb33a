#pragma once

#include <string>

#include "ledger/database.hpp"
#include "support/message.hpp"

namespace obmen::alerts {

/// Where something is wrong, for people, by its cause: the source, or the package with its first file. Empty
/// where the cause says all there is to say.
[[nodiscard]] std::string place_of(const std::string& cause, ledger::Database& database, Language language);

}  // namespace obmen::alerts
