#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/finding.hpp"

namespace obmen::arrival {

/// A regular file that will be copied.
struct FoundFile {
    std::filesystem::path path;  ///< canonical
    std::string name;            ///< within the package, as it is shown
};

/// What one package will be made of: an archive, or files.
struct Arrival {
    std::string source{};                            ///< as it was named, as it is shown
    std::optional<std::filesystem::path> archive{};  ///< canonical
    bool found_in_folder = false;    ///< the archive was not named itself: without XML it is no package
    std::vector<FoundFile> files{};  ///< in natural order of their names; empty for an archive
    std::vector<std::string> other_files{};  ///< the same order
    std::vector<FoundFile> pictures{};       ///< those of them that are pictures, the same order
    std::vector<Finding> notes{};
};

/// Looks at everything that was named without copying anything; see take_in() for the rules and the errors.
/// `spool` is left out of folders.
[[nodiscard]] std::vector<Arrival> survey(const std::vector<std::filesystem::path>& named,
                                          const std::filesystem::path& spool);

}  // namespace obmen::arrival
