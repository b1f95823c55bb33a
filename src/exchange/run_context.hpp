#pragma once

#include <atomic>
#include <functional>

#include "support/clock.hpp"
#include "support/log.hpp"

namespace obmen::portal {
struct PortalWait;
}

namespace obmen::exchange {

/// What every step works with. All of it must outlive the step.
struct RunContext {
    Clock& clock;
    Log& log;
    const std::atomic<bool>* interrupted = nullptr;  ///< true stops between two requests; may be null
    /// Told of the waiting for a portal that does not answer: portal::ClientOptions::on_wait.
    std::function<void(const portal::PortalWait&)> on_portal_wait{};
};

}  // namespace obmen::exchange
