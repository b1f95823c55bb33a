#pragma once

#include <optional>
#include <string>

#include "support/clock.hpp"

namespace obmen::daemon {

/// systemd, where it has started us (NOTIFY_SOCKET); elsewhere nothing happens.
class ServiceManager {
  public:
    void ready(const std::string& status) const;
    void status(const std::string& text) const;
    /// Starting takes longer, for so much longer at the least: a start is else given up (TimeoutStartSec).
    void still_starting(Duration longer) const;
    /// The settings are read again; `ready` ends it.
    void reloading() const;
    void stopping() const;
    /// We are alive.
    void alive() const;
    /// How often `alive` is wanted (half of WATCHDOG_USEC); nothing: never.
    [[nodiscard]] std::optional<Duration> heartbeat() const;
};

}  // namespace obmen::daemon
