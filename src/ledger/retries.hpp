#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/database.hpp"
#include "support/message.hpp"

/// Packages that were applied but for some objects, and are tried again (Planning::Of::failed_objects).
namespace obmen::ledger {

/// Objects of the package that failed, or whose wish waits, and of which no newer package has spoken are to
/// be planned again: their verdicts are open, and the package is `received` once more. \returns how many;
/// with none, nothing is changed
std::uint64_t reopen_failed(Database& database, const std::string& package);

/// The package has been read again: what is open and has no operation has been taken over by newer packages,
/// or has failed for `fault`.
void close_reopened(Database& database, const std::string& package, const std::optional<Message>& fault);

}  // namespace obmen::ledger
