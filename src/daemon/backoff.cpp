#include "daemon/backoff.hpp"

#include <memory>

#include "support/backoff.hpp"

namespace obmen::daemon {

namespace {

Duration varied(Duration duration, double share, const RandomShare& random) {
    const double factor = 1 - share + 2 * share * random();
    return Duration{static_cast<Duration::rep>(static_cast<double>(duration.count()) * factor)};
}

}  // namespace

RandomShare machine_random() {
    const auto engine = std::make_shared<std::minstd_rand>(std::random_device{}());
    return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

Duration pause_after(FailureClass failure, std::uint64_t attempts, const RandomShare& random) {
    constexpr Duration first_temporary{std::chrono::seconds(5)};
    constexpr Duration most_temporary{std::chrono::minutes(10)};
    constexpr Duration most_for_people{std::chrono::hours(6)};
    constexpr double quarter = 0.25;

    const bool for_people = failure == FailureClass::bad_config;
    const Duration first = for_people ? least_pause_for_people : first_temporary;
    const Duration most = for_people ? most_for_people : most_temporary;
    return varied(Backoff{first, most}.pause(attempts), quarter, random);
}

Duration spread(Duration duration, const RandomShare& random) {
    constexpr double tenth = 0.1;
    return varied(duration, tenth, random);
}

}  // namespace obmen::daemon
