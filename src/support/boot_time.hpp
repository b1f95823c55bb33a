#pragma once

#include <string>

#include "support/clock.hpp"

namespace obmen {

/// Since the machine was started, its sleep included: time that nobody can set.
[[nodiscard]] Duration time_since_boot();

/// Tells one run of the machine from the next; empty where the kernel does not say.
[[nodiscard]] const std::string& boot_id();

}  // namespace obmen
