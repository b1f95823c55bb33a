#pragma once

#include <atomic>

#include "support/clock.hpp"
#include "support/log.hpp"

namespace obmen::exchange {

/// What every step works with. All of it must outlive the step.
struct RunContext {
    Clock& clock;
    Log& log;
    const std::atomic<bool>* interrupted = nullptr;  ///< true stops between two requests; may be null
};

}  // namespace obmen::exchange
