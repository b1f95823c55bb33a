#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/toml_values.hpp"

/// What the sections of a settings file may say, and where it goes. Inside this room.
namespace obmen::config {

/// `[portal]` with `[portal.oauth]`.
[[nodiscard]] Key portal_section(PortalSettings& portal, const Environment& environment);

/// A source and where it stands in the file: what is compared with other settings can be checked only when
/// the whole file has been read.
struct WrittenSource {
    SourceSettings settings;
    std::string line;
};
/// `[[source]]` with `[source.receipts]`. Each source is checked for itself: CFG-MISSING, CFG-SCHEDULE,
/// CFG-ZONE, and CFG-RANGE for a key that is not for its kind of address.
[[nodiscard]] Key source_tables(std::vector<WrittenSource>& sources, const Environment& environment);
/// Throws CFG-SOURCE-TWICE and CFG-OWN-RECEIPTS (bad_config). `receipts` is the directory for receipts of
/// sources that name no other place.
void check_sources(const std::vector<WrittenSource>& sources, const std::filesystem::path& receipts,
                   const std::filesystem::path& file);

/// `[alerts]` with `[alerts.mail]`.
[[nodiscard]] Key alerts_section(AlertSettings& alerts);
[[nodiscard]] Key log_section(LogSettings& log);

}  // namespace obmen::config
