#pragma once

#include <string>

#include "support/clock.hpp"
#include "support/message.hpp"

namespace obmen::alerts {

/// One piece of news, ready to leave by any way. UTF-8 without control characters but line breaks in `body`;
/// no secrets.
struct AlertText {
    std::string cause;
    std::string code;
    bool cleared = false;  ///< an all-clear
    std::string since;     ///< `2026-01-15T10:30:00.000Z`
    std::string subject;   ///< one line, with the host's name
    std::string sentence;  ///< what happened and what to do, one line
    std::string body;      ///< what, where, since when, what to do, which machine
};

/// What there is to tell.
struct News {
    std::string cause;
    Message message;
    bool cleared = false;
    UtcTime since{};
    std::string place{};  ///< where, for people; empty: nowhere in particular
};

[[nodiscard]] AlertText alert_text(const News& news, Language language, const std::string& host);

/// This machine's name; `localhost` if it has none.
[[nodiscard]] std::string host_name();

/// `1.5 GiB`, `1,5 ГиБ`
[[nodiscard]] std::string size_text(std::uint64_t bytes, Language language);

}  // namespace obmen::alerts
