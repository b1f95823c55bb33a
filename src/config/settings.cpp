#include "config/settings.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>

namespace obmen::config {

namespace {

std::string first_set_variable(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return value;
        }
    }
    return {};
}

std::string state_home_of_process() {
    if (std::string given = first_set_variable({"XDG_STATE_HOME"}); !given.empty()) {
        return given;
    }
    const std::string home = first_set_variable({"HOME"});
    return home.empty() ? std::string() : home + "/.local/state";
}

/// One place for all that a user runs on this machine, whatever their state directories.
std::string limits_of_process(const std::string& state_home) {
    if (std::string given = first_set_variable({"OBMEN_LIMITS"}); !given.empty()) {
        return given;
    }
    std::error_code unknown;
    if (::geteuid() == 0 && std::filesystem::is_directory("/var/lib/obmen", unknown)) {
        return "/var/lib/obmen/limits";
    }
    return state_home.empty() ? std::string() : state_home + "/obmen/limits";
}

/// `:Europe/Moscow` and `/usr/share/zoneinfo/Europe/Moscow` mean `Europe/Moscow`, and `:/etc/localtime` says
/// what would hold anyway.
std::string time_zone_of_process() {
    std::string zone = first_set_variable({"TZ"});
    for (const std::string_view prefix : {":", "/usr/share/zoneinfo/"}) {
        if (zone.starts_with(prefix)) {
            zone.erase(0, prefix.size());
        }
    }
    return zone == "/etc/localtime" ? std::string() : zone;
}

}  // namespace

Environment environment_of_process() {
    const std::string state_home = state_home_of_process();
    return {.portal = first_set_variable({"OBMEN_PORTAL"}),
            .locale = first_set_variable({"LC_ALL", "LC_MESSAGES", "LANG"}),
            .state_home = state_home,
            .limits = limits_of_process(state_home),
            .home = first_set_variable({"HOME"}),
            .time_zone = time_zone_of_process()};
}

Settings default_settings(const Environment& environment) {
    Settings settings;
    settings.language = language_of_locale(environment.locale);
    settings.portal.url = resolve_portal_url(environment.portal, std::filesystem::current_path());
    settings.portal.limits_directory = environment.limits;
    if (!environment.state_home.empty()) {
        settings.state_directory = std::filesystem::path(environment.state_home) / "obmen";
        settings.receipts.directory = settings.state_directory / "receipts";
    }
    return settings;
}

}  // namespace obmen::config
