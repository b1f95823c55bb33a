#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arrival/intake.hpp"
#include "config/settings.hpp"
#include "support/clock.hpp"
#include "support/file.hpp"
#include "support/finding.hpp"

namespace obmen::arrival {

struct CollectorSettings {
    config::SourceSettings source;
    std::filesystem::path landing;  ///< this source's own, on the disk of the spool
    std::filesystem::path spool;
    ArchiveLimits archive_limits{};
    std::uint64_t disk_low_bytes = 0;  ///< that must stay free
    /// Folders of the source that are obmen's own: not entered. As the source has them.
    std::vector<std::string> own_folders{};
    std::function<std::uint64_t(const std::filesystem::path&)> free_bytes = obmen::free_bytes_of;
};

/// What one look has brought; as exchange::IntakeReport.
struct CollectorReport {
    std::vector<std::string> packages{};
    std::uint64_t files = 0;
    std::uint64_t waiting = 0;
    std::optional<Duration> look_again_in{};
    std::vector<Finding> notes{};

    /// Something may be ready then. At least a second, so that nobody spins.
    void again_in(Duration wait) {
        const Duration sensible = std::max(wait, Duration(std::chrono::seconds(1)));
        look_again_in = std::min(look_again_in.value_or(sensible), sensible);
    }
    void note(const Message& message, const std::string& file) {
        notes.push_back({.severity = Severity::warning, .message = message, .file = file});
    }
};

}  // namespace obmen::arrival
