#pragma once

#include <atomic>
#include <variant>

#include "delivery/reads.hpp"
#include "portal/client.hpp"
#include "support/clock.hpp"

namespace obmen::delivery {

/// The portal answers a command that asks for nothing.
struct PortalIsUp {
    bool was_down = false;  ///< it did not at once
};

/// Asks one cheap command until it is answered, with growing waits, as long as `Client` is patient: instead
/// of as many failures as there are batches. Tells a portal that is down from one that does not take a
/// certain batch. Stops with B24-DOWN (temporary) in the end, at once with the reason if a person must act,
/// and with SYS-INTERRUPTED if `ClientOptions::interrupted` turns true.
/// \param why what the portal was last heard to say
[[nodiscard]] std::variant<PortalIsUp, Stop> wait_for_portal(portal::Client& client, Clock& clock,
                                                             Message why);

/// Sleeps, but no longer than a second after `*interrupted` has turned true; it may be null.
void sleep_unless(const std::atomic<bool>* interrupted, Clock& clock, Duration duration);

}  // namespace obmen::delivery
