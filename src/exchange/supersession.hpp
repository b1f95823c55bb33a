#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "ledger/database.hpp"

/// Full exports that a newer one makes needless (design: "A package's life").
namespace obmen::exchange {

/// Notes of packages that have been received and not read yet which of them give way (ledger:
/// Package::other): one that comes from a source and holds nothing but full exports of catalogues, where the
/// package that follows, but for others that give way to that one too, holds full exports of all these
/// catalogues and nothing else, can be read to its end, and was not formed earlier. Whatever stands between
/// two full exports keeps the older: its changes are to be laid over it.
///
/// Reads such packages to their end, without converting anything; all others only up to their first
/// catalogue.
void note_superseded(ledger::Database& database, const std::vector<std::string>& packages,
                     const std::filesystem::path& spool, const config::Settings& settings);

}  // namespace obmen::exchange
