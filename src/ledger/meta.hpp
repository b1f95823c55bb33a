#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/database.hpp"

/// What the ledger keeps once, under a name (table `meta`). Names and what they hold are never edited.
namespace obmen::ledger {

/// Nothing if it was never set, or dropped since.
[[nodiscard]] std::optional<std::string> meta_value(Database& database, std::string_view name);
void set_meta(Database& database, std::string_view name, std::string_view value);
void drop_meta(Database& database, std::string_view name);

}  // namespace obmen::ledger
