#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/removals.hpp"
#include "support/message.hpp"

/// What waits for a person: rows of `hold`, each with its note in the package's receipt.
namespace obmen::ledger {

struct Catalogue {
    std::int64_t number = 0;
    std::string name;
};

struct Hold {
    std::int64_t package = 0;
    Catalogue catalogue;
    bool is_newest = false;
    RemovalPlan plan;
    std::int64_t finding = 0;
};

[[nodiscard]] std::vector<Hold> holds_of_package(Database& database, std::int64_t package);
[[nodiscard]] std::vector<Hold> holds_of_catalogue(Database& database, std::int64_t catalogue);

/// With its note in the package's receipt, which is true no more: the package is owed another one.
void end_hold(Database& database, const Hold& hold);
/// \param plan with the catalogue as people know it; \param code of the note that says so
void begin_hold(Database& database, std::int64_t package, const std::string& package_id,
                std::int64_t catalogue, const RemovalPlan& plan, Code code);

}  // namespace obmen::ledger
