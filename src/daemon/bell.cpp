#include "daemon/bell.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>

namespace obmen::daemon {

Bell::Bell() : m_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!m_event.is_open()) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
}

void Bell::ring() noexcept {
    const std::uint64_t one = 1;
    // It can only fail when it rings already.
    static_cast<void>(!::write(m_event.get(), &one, sizeof one));
}

void Bell::hush() noexcept {
    std::uint64_t rings = 0;
    static_cast<void>(!::read(m_event.get(), &rings, sizeof rings));
}

bool Bell::wait(Duration longest) {
    const bool rang = !wait_for_any({m_event.get()}, longest).empty();
    if (rang) {
        hush();
    }
    return rang;
}

std::vector<int> wait_for_any(const std::vector<int>& descriptors, Duration longest) {
    using SteadyClock = std::chrono::steady_clock;
    constexpr Duration longest_poll{std::chrono::hours(24)};
    std::vector<pollfd> polled;
    for (const int descriptor : descriptors) {
        polled.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
    }
    const auto end = SteadyClock::now() + std::clamp(longest, Duration{0}, longest_poll);
    while (true) {
        const auto left = std::chrono::ceil<Duration>(end - SteadyClock::now());
        const int count =
            ::poll(polled.data(), polled.size(), static_cast<int>(std::max(left, Duration{0}).count()));
        if (count < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        if (count >= 0) {
            break;
        }
    }
    std::vector<int> ready;
    for (const pollfd& one : polled) {
        if (one.revents != 0) {
            ready.push_back(one.fd);
        }
    }
    return ready;
}

}  // namespace obmen::daemon
