#pragma once

#include <filesystem>

#include "ledger/packages.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::exchange {

/// Why a package was rejected, for programs: `reason.json` beside its private copies, on disk when this
/// returns; one of an earlier attempt is replaced. Does nothing if the copies are gone. Throws SYS-FILE,
/// SYS-DISK-FULL (temporary).
void keep_reason(const std::filesystem::path& directory, const ledger::Package& package, const Finding& fault,
                 UtcTime now);

}  // namespace obmen::exchange
