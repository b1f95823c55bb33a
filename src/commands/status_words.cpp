#include "commands/status_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"

namespace obmen::commands {

std::string age(Duration duration, Language language) {
    using std::chrono::duration_cast;
    const bool russian = language == Language::russian;
    const auto seconds = std::max<std::int64_t>(0, duration_cast<std::chrono::seconds>(duration).count());
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t two_days = 48 * hour;
    if (seconds < minute) {
        return fmt::format(fmt::runtime(russian ? "{} с" : "{} s"), seconds);
    }
    if (seconds < hour) {
        return fmt::format(fmt::runtime(russian ? "{} мин" : "{} min"), seconds / minute);
    }
    if (seconds < two_days) {
        return fmt::format(fmt::runtime(russian ? "{} ч" : "{} h"), seconds / hour);
    }
    return fmt::format(fmt::runtime(russian ? "{} дн" : "{} d"), seconds / (24 * hour));
}

std::string time_or_never(const std::optional<UtcTime>& time, Language language) {
    if (time) {
        return local_date_time(*time);
    }
    return language == Language::russian ? "ни разу" : "never";
}

std::string column(const std::string& text, std::size_t width) {
    const std::size_t length = character_count(text);
    return text + std::string(length < width ? width - length : 0, ' ');
}

nlohmann::json time_json(const std::optional<UtcTime>& time) {
    return time ? nlohmann::json(utc_date_time(*time)) : nlohmann::json(nullptr);
}

nlohmann::json message_json(const std::optional<Message>& message, Language language) {
    return message ? nlohmann::json{{"code", message->code.text()}, {"text", sentence(*message, language)}}
                   : nlohmann::json(nullptr);
}

}  // namespace obmen::commands
