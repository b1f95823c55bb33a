#pragma once

#include <string>
#include <string_view>

#include "support/message.hpp"

/// What `obmen report` calls the steps of a package; the journal itself has one word for each, for programs.
namespace obmen::commands {

/// Of a JournalEntry's operation or status; what the catalogue does not have (codes) stays as it is.
[[nodiscard]] std::string step_name(std::string_view word, Language language);

/// Of its details: `files=2 source=1c`, a message, or anything else.
[[nodiscard]] std::string step_details(const std::string& details, Language language);

}  // namespace obmen::commands
