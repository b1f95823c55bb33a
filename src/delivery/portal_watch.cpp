#include "delivery/portal_watch.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace obmen::delivery {

namespace {

constexpr Duration first_pause{2'000};
constexpr Duration longest_pause{60'000};
constexpr Duration slice{1'000};

bool is_true(const std::atomic<bool>* flag) {
    return flag != nullptr && flag->load();
}

void tell(const portal::Client& client, bool is_news, const portal::PortalWait& wait) {
    if (is_news && client.options().on_wait) {
        client.options().on_wait(wait);
    }
}

}  // namespace

std::variant<PortalIsUp, Stop> wait_for_portal(portal::Client& client, Clock& clock, Message why) {
    const std::atomic<bool>* interrupted = client.options().interrupted;
    const std::vector<portal::Command> probe{{"server.time", {}}};
    const Duration begun = clock.steady();
    PortalIsUp up;
    for (Duration pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        if (is_true(interrupted)) {
            return Stop{Message{"SYS-INTERRUPTED"}, true};
        }
        const portal::BatchAnswer answer = client.batch(probe);
        if (std::holds_alternative<portal::BatchDone>(answer)) {
            tell(client, up.was_down, {});
            return up;
        }
        if (const auto* doubt = std::get_if<portal::BatchInDoubt>(&answer)) {
            why = doubt->reason;
        } else {
            const auto& refused = std::get<portal::BatchRefused>(answer);
            if (!refused.temporary()) {
                return Stop{refused.reason, false};
            }
            why = refused.reason;
        }
        tell(client, !std::exchange(up.was_down, true), {.why = why, .patience = client.options().patience});
        const Duration waited = clock.steady() - begun;
        if (waited >= client.options().patience) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
            return Stop{Message{"B24-DOWN", {std::to_string(seconds), as_argument(why)}}, true};
        }
        sleep_unless(interrupted, clock, std::min(pause, client.options().patience - waited));
    }
}

void sleep_unless(const std::atomic<bool>* interrupted, Clock& clock, Duration duration) {
    if (interrupted == nullptr) {
        clock.sleep(duration);
        return;
    }
    for (Duration left = duration; left.count() > 0 && !interrupted->load(); left -= slice) {
        clock.sleep(std::min(left, slice));
    }
}

}  // namespace obmen::delivery
