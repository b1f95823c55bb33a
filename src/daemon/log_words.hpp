#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "support/clock.hpp"
#include "support/message.hpp"

/// The words of the daemon's log, in the language of the settings.
namespace obmen::daemon {

/// One of two texts; `{}` in it stand for the arguments, in the same order in both.
template <typename... Arguments>
[[nodiscard]] std::string said(Language language, std::string_view russian, std::string_view english,
                               const Arguments&... arguments) {
    return fmt::vformat(language == Language::russian ? russian : english,
                        fmt::make_format_args(arguments...));
}

/// What it is and what helps against it, with its code.
[[nodiscard]] std::string told(const Message& message, Language language);
/// `5 s`, `12 min`.
[[nodiscard]] std::string told(Duration duration, Language language);
/// ` (the next attempt in 5 s)`
[[nodiscard]] std::string told_pause(Duration pause, Language language);

}  // namespace obmen::daemon
