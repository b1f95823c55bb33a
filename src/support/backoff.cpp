#include "support/backoff.hpp"

#include <random>

namespace obmen {

Duration Backoff::pause(std::uint64_t failures) const {
    Duration wait = first;
    for (std::uint64_t i = 1; i < failures && wait < longest; ++i) {
        wait *= 2;
    }
    return wait < longest ? wait : longest;
}

Duration Backoff::jittered_pause(std::uint64_t failures) const {
    constexpr double share = 0.2;
    std::random_device chance;
    std::uniform_real_distribution<double> factor(1 - share, 1 + share);
    return Duration{
        static_cast<Duration::rep>(static_cast<double>(pause(failures).count()) * factor(chance))};
}

}  // namespace obmen
