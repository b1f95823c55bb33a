#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace obmen::tests {

/// What the disk has after a power cut of what was written and never synced.
enum class Unsynced {
    lost,   ///< nothing of it: files end as they were at their last fsync, names as at their directory's
    drawn,  ///< some of it, in any order: block by block, name by name, drawn by a seed
};

/// Makes of the directory `disk` what a power cut would have left of it, from what the library lost_writes
/// has kept in `records`, and forgets the records: what is on the disk now, is.
void cut_power(const std::filesystem::path& disk, const std::filesystem::path& records, Unsynced unsynced,
               std::uint64_t seed = 0);

}  // namespace obmen::tests
