#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "support/clock.hpp"
#include "support/message.hpp"

/// How `obmen status` puts times and reasons.
namespace obmen::commands {

/// `40 s`, `5 min`, `3 h`, `2 d`: how long something has lasted.
[[nodiscard]] std::string age(Duration duration, Language language);
[[nodiscard]] std::string time_or_never(const std::optional<UtcTime>& time, Language language);
/// `text`, filled up to `width` characters.
[[nodiscard]] std::string column(const std::string& text, std::size_t width);

[[nodiscard]] nlohmann::json time_json(const std::optional<UtcTime>& time);
[[nodiscard]] nlohmann::json message_json(const std::optional<Message>& message, Language language);

}  // namespace obmen::commands
