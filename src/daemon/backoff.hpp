#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "support/clock.hpp"
#include "support/error.hpp"

namespace obmen::daemon {

/// A number from 0 up to, not including, 1.
using RandomShare = std::function<double()>;
/// One of the machine's own chance, for one thread.
[[nodiscard]] RandomShare machine_random();

/// How long to wait after the `attempts`th failure in a row (from 1): doubling, a quarter less or more by
/// chance, so that many do not come back at the same moment. What may pass by itself from 5 s up to 10 min;
/// what a person has to mend, and where trying again may do harm (a refused login), from 5 min up to 6 h.
[[nodiscard]] Duration pause_after(FailureClass failure, std::uint64_t attempts, const RandomShare& random);

/// The shortest wait after a failure that a person has to mend.
inline constexpr Duration least_pause_for_people{std::chrono::minutes(5)};
/// No wait is longer, chance included.
inline constexpr Duration longest_pause{std::chrono::minutes(450)};

/// A tenth less or more by chance: polls of several sources do not stay in step.
[[nodiscard]] Duration spread(Duration duration, const RandomShare& random);

}  // namespace obmen::daemon
