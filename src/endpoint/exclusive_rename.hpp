#pragma once

#include <cstdint>

namespace obmen::endpoint {

/// Ways of giving a file a new name without taking it from another, from the best to the last resort.
enum class RenameMeans : std::uint8_t {
    no_replace,  ///< renameat2(RENAME_NOREPLACE)
    link,        ///< link, then unlink: for file systems without the first
    look         ///< a look, then rename: for those without links (exFAT, some shares); not atomic
};

/// Tries `first` and what comes after it. 0 or errno; EEXIST if the new name is taken.
[[nodiscard]] int rename_exclusively(int from_folder, const char* from, int to_folder, const char* to,
                                     RenameMeans first = RenameMeans::no_replace);

}  // namespace obmen::endpoint
