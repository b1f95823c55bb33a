#pragma once

#include <optional>
#include <string>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// A machine's clock that is set while something waits. What waits has a lifetime, and its pauses are stored
/// by the wall clock: neither may end, or last for years, because of that.
namespace obmen::ledger {

/// One look at the clocks of the machine.
struct ClockReading {
    UtcTime wall;
    Duration passing;  ///< time that nobody can set, since the machine was started
    std::string boot;  ///< tells one run of the machine from the next
};

/// Compares with the last reading that the ledger has. Where the clock has been set by more than five minutes
/// since, all stored times that something is counted from, or waits for, are moved along with it, in one
/// transaction: only time that has passed counts. A machine that was off has let no time pass.
/// Writes nothing else, but now and then the reading. Complexity: O(1) without a jump.
/// \returns by how much the clock has jumped
std::optional<Duration> note_clock(Database& database, const ClockReading& reading);

}  // namespace obmen::ledger
