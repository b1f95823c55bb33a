#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "arrival/intake.hpp"

namespace obmen::arrival {

struct UnpackedArchive {
    std::vector<SpooledFile> files;        ///< in natural order of their names; at least one
    std::vector<std::string> other_files;  ///< the same order
    std::vector<SpooledFile> pictures;     ///< likewise
    std::vector<Finding> notes;            ///< pictures that could not be unpacked
};

/// Unpacks the XML entries of a zip archive into `directory` as `0001.xml`, …, each read to its end so that
/// size and CRC are checked. `name` is what the archive is called in messages.
///
/// Throws bad_input (PKG-ZIP…, PKG-EMPTY) if the archive cannot be used; what was unpacked stays in
/// `directory`. Throws temporary (SYS-FILE) if it cannot be read or written now. Memory: libzip's directory
/// of the archive and one block.
UnpackedArchive unpack(const std::filesystem::path& archive, const std::string& name,
                       const std::filesystem::path& directory, const ArchiveLimits& limits,
                       PictureCopies pictures = PictureCopies::none);

}  // namespace obmen::arrival
