#pragma once

#include <optional>
#include <string_view>

#include "support/message.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace obmen::commands {

/// What a validator says of an empty text: usage_error makes it SYS-USAGE-NO-VALUE.
inline constexpr std::string_view empty_value = "the value is empty";

/// What is wrong with a command line, for the person who wrote it (SYS-USAGE): the nearest known names
/// instead of an unknown command or option. Secrets in it are masked.
[[nodiscard]] Message usage_error(const CLI::App& app, const CLI::ParseError& error);

/// The first word that stands where a command should and is none; nothing if there is no such word.
[[nodiscard]] std::optional<Message> unknown_command(const CLI::App& app, int argc, const char* const* argv);

}  // namespace obmen::commands
