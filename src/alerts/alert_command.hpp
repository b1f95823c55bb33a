#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "alerts/alert_text.hpp"

namespace obmen::alerts {

/// Runs a program of the user's for an alert: the body on its standard input, OBMEN_ALERT_CAUSE, _CODE,
/// _STATE (`raised` or `cleared`), _TEXT and _SINCE in its environment, beside this process's own without any
/// other OBMEN_… (which may hold secrets). It gets no other open files; what it prints goes to standard
/// error. With what it has started it is killed after `limit`. Throws SYS-ALERT-COMMAND (temporary) if it
/// cannot be started, ends otherwise than with 0 or takes too long. \pre `command` is not empty
void run_alert_command(const std::vector<std::string>& command, const AlertText& alert,
                       std::chrono::milliseconds limit = std::chrono::seconds(60));

}  // namespace obmen::alerts
