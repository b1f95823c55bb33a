#pragma once

#include <optional>
#include <string>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// Packages with the very same content (design: "Repeats").
namespace obmen::ledger {

/// What a package holds, and the settings that decide what it means, each as one hash.
struct Content {
    std::string bytes;
    std::string meaning;
};

void set_content(Database& database, const std::string& package, const Content& content);
[[nodiscard]] Content content_row(Database& database, const std::string& package);

/// The package that has applied this content already, so that to apply it again would change nothing: planned
/// last of all, applied wholly and without errors, with nothing held and nothing waiting. A package that came
/// after it counts as well if it has changed nothing. Nothing if there is none.
[[nodiscard]] std::optional<std::string> applied_already(Database& database, const std::string& package,
                                                         const Content& content);

/// Has a repeat of this content been answered since?
[[nodiscard]] bool repeat_answered_since(Database& database, const Content& content, UtcTime since);

/// The content may come in again: of one package, or of all.
void forget_content(Database& database, const std::string& package);
void forget_all_content(Database& database);

}  // namespace obmen::ledger
