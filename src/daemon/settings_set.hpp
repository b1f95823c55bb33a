#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::daemon {

/// One settings file: one exchange.
struct ExchangeSettings {
    std::filesystem::path file;
    std::string
        name;  ///< for people: the file's name without its ending, or its path where that is not unique
    config::Settings settings;
    std::string fingerprint;  ///< another one where the file, a secret or a mapping is another
};

struct SettingsSet {
    std::vector<ExchangeSettings> exchanges;  ///< in the order of their files
    std::vector<Finding> mistakes;            ///< of all files; empty: all is well
};

/// Reads settings files and finds out, before anything starts, all that is wrong with them: the first mistake
/// of each file and of the mappings it names, no portal, no source (SYS-NO-SOURCE), two files with one state
/// directory (SYS-STATE-TWICE).
[[nodiscard]] SettingsSet load_settings_set(const std::vector<std::filesystem::path>& files,
                                            const config::Environment& environment, Clock& clock);

}  // namespace obmen::daemon
