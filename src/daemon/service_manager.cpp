#include "daemon/service_manager.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>

namespace obmen::daemon {

namespace {

void tell(const std::string& state) {
    constexpr int keep_environment = 0;
    static_cast<void>(::sd_notify(keep_environment, state.c_str()));
}

/// One line: a line break would begin another assignment.
std::string line_of(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

}  // namespace

void ServiceManager::ready(const std::string& status) const {
    tell("READY=1\nSTATUS=" + line_of(status));
}

void ServiceManager::status(const std::string& text) const {
    tell("STATUS=" + line_of(text));
}

void ServiceManager::still_starting(Duration longer) const {
    tell("EXTEND_TIMEOUT_USEC=" +
         std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(longer).count()));
}

void ServiceManager::reloading() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    constexpr std::int64_t microseconds = 1'000'000;
    const std::int64_t at = now.tv_sec * microseconds + now.tv_nsec / 1000;
    tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(at));
}

void ServiceManager::stopping() const {
    tell("STOPPING=1");
}

void ServiceManager::alive() const {
    tell("WATCHDOG=1");
}

std::optional<Duration> ServiceManager::heartbeat() const {
    std::uint64_t microseconds = 0;
    constexpr int keep_environment = 0;
    if (::sd_watchdog_enabled(keep_environment, &microseconds) <= 0) {
        return std::nullopt;
    }
    return std::max(Duration{1},
                    std::chrono::duration_cast<Duration>(std::chrono::microseconds(microseconds / 2)));
}

}  // namespace obmen::daemon
