#pragma once

#include <filesystem>

#include "config/settings.hpp"
#include "ledger/packages.hpp"
#include "ledger/repeats.hpp"

namespace obmen::exchange {

/// Grows when the same bytes under the same settings come to mean something else in the CRM.
inline constexpr int rules_version = 1;

/// Of all that the meaning of a package's bytes depends on beside the ledger: mapping files, settings, the
/// family of methods, the rules. Throws SYS-FILE (temporary) if a file cannot be read.
[[nodiscard]] std::string hash_of_meaning(const config::Settings& settings);

/// What a package holds: the bytes of its files, whatever they are called and in whatever order, and its
/// pictures with their names, which the files speak of; and what that means: the mapping files, the settings
/// beside them, the family of methods, the rules. Throws SYS-FILE (temporary) if a file cannot be read.
[[nodiscard]] ledger::Content content_of(const ledger::Package& package,
                                         const std::filesystem::path& directory,
                                         const config::Settings& settings);

}  // namespace obmen::exchange
