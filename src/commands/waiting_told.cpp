#include "commands/waiting_told.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "portal/client.hpp"

namespace obmen::commands {

namespace {

std::string line_of(const portal::PortalWait& wait, Language language, bool json) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait.patience).count();
    if (json) {
        nlohmann::json line{{"waiting_for_portal", wait.why.has_value()}};
        if (wait.why) {
            line["code"] = wait.why->code.text();
            line["text"] = sentence(*wait.why, language);
            line["patience_seconds"] = seconds;
        }
        return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    const bool russian = language == Language::russian;
    if (!wait.why) {
        return russian ? "Портал снова отвечает, работа продолжается"
                       : "The portal answers again, work goes on";
    }
    return fmt::format(
        fmt::runtime(russian
                         ? "{}. Ждём портал, не дольше {} с; прервать — Ctrl+C, ничего не потеряется"
                         : "{}. Waiting for the portal, {} s at the most; Ctrl+C ends it, nothing is lost"),
        sentence(*wait.why, language), seconds);
}

}  // namespace

exchange::RunContext context_with_waiting_told(const Surroundings& surroundings, Language language,
                                               bool json) {
    exchange::RunContext context = surroundings.context();
    context.on_portal_wait = [language, json](const portal::PortalWait& wait) {
        std::cerr << line_of(wait, language, json) << std::endl;
    };
    return context;
}

}  // namespace obmen::commands
