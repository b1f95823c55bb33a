#include "portal/leaky_bucket.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

namespace obmen::portal {

namespace {

/// A bucket that is exactly full may come out a hair above by rounding; the portal's count is a whole number.
constexpr double rounding = 1e-9;

}  // namespace

LeakyBucket::LeakyBucket(double burst, double per_second) : m_burst(burst), m_per_second(per_second) {
    if (!(burst >= 1) || !(per_second > 0)) {
        throw std::invalid_argument("a leaky bucket needs room for one request and a leak");
    }
}

double LeakyBucket::level(Duration now) const {
    const double seconds = std::chrono::duration<double>(now - m_at).count();
    return std::max(0.0, m_level - std::max(0.0, seconds) * m_per_second);
}

Duration LeakyBucket::wait_before_next(Duration now) const {
    const double excess = level(now) + 1 - m_burst;
    if (excess <= rounding) {
        return Duration{0};
    }
    return Duration{static_cast<Duration::rep>(std::ceil(excess / m_per_second * 1000.0))};
}

void LeakyBucket::count_request(Duration now) {
    restore(level(now) + 1, now);
}

void LeakyBucket::fill(Duration now) {
    restore(std::max(level(now), m_burst), now);
}

void LeakyBucket::restore(double level, Duration now) {
    m_level = std::max(0.0, level);
    m_at = now;
}

}  // namespace obmen::portal
