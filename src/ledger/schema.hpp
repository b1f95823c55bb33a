#pragma once

#include <filesystem>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// Checks that the open file is an undamaged ledger that this program knows, sets the connection up and
/// brings the tables to `schema_version` (a guest only compares it). \param path for messages Throws
/// SYS-LEDGER-NEWER (bad_config) and SYS-LEDGER.
void prepare_schema(Database& database, const std::filesystem::path& path, Opening opening);

}  // namespace obmen::ledger
