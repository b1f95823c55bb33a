#include "portal/portal_limits.hpp"

#include <algorithm>
#include <cmath>

#include "portal/command.hpp"

namespace obmen::portal {

namespace {

/// Waits after "too many": the official SDK's figures (reference §2.3).
constexpr double growth = 1.5;
constexpr double longest_pause = 60'000;
constexpr double near_the_limit = 0.9;
/// Seconds that delivery lets one batch take.
constexpr double longest_batch = 25;
/// A method of which the portal has not said when its oldest minute drops out.
constexpr double unknown_reset = 60;
/// How much a new measurement counts; slower is believed more quickly than faster.
constexpr double weight_of_slower = 0.5;
constexpr double weight_of_faster = 0.1;

double allowed_burst(double burst) {
    return burst >= 2 ? burst - 1 : burst;
}

Duration of_seconds(double seconds) {
    return Duration{static_cast<Duration::rep>(std::ceil(seconds * 1000))};
}

void measure(MethodUse& use, double seconds) {
    const double weight = seconds > use.seconds ? weight_of_slower : weight_of_faster;
    use.seconds = use.seconds == 0 ? seconds : use.seconds + weight * (seconds - use.seconds);
}

double seconds_in(const LimitState& state, const std::string& method) {
    const auto known = state.methods.find(method);
    return known == state.methods.end() ? 0 : known->second.seconds;
}

}  // namespace

PortalLimits::PortalLimits(const LimitOptions& options, Clock& clock, Log& log)
    : m_options(options),
      m_clock(clock),
      m_file(options.file, options.burst, clock, log),
      m_random(static_cast<std::minstd_rand::result_type>(clock.now().time_since_epoch().count())) {
    static_cast<void>(bucket_of(m_file.state()));  // refuses impossible sizes
    m_file.update([](LimitState&) {});
}

LeakyBucket PortalLimits::bucket_of(const LimitState& state) const {
    LeakyBucket bucket(allowed_burst(m_options.burst), m_options.requests_per_second);
    bucket.restore(state.level, state.at);
    return bucket;
}

void PortalLimits::put(LimitState& state, const LeakyBucket& bucket) const {
    state.at = m_clock.steady();
    state.level = bucket.level(state.at);
}

Duration PortalLimits::admit() {
    Duration wait{0};
    m_file.update([&](LimitState& state) {
        const Duration now = m_clock.steady();
        LeakyBucket bucket = bucket_of(state);
        wait = std::max(bucket.wait_before_next(now), state.not_before - now);
        if (wait <= Duration{0}) {
            wait = Duration{0};
            bucket.count_request(now);
            put(state, bucket);
        }
    });
    return wait;
}

void PortalLimits::refused_for_rate(Duration sent_at) {
    m_file.update([&](LimitState& state) {
        if (state.refusals > 0 && sent_at <= state.refused_at) {
            return;
        }
        const Duration now = m_clock.steady();
        LeakyBucket bucket = bucket_of(state);
        bucket.fill(now);
        put(state, bucket);
        std::uniform_real_distribution<double> jitter(0.9, 1.1);
        const double first = 1000.0 / m_options.requests_per_second + 1000.0;
        const double pause = first * std::pow(growth, std::min(state.refusals, 100U)) * jitter(m_random);
        state.not_before = now + of_seconds(std::min(pause, longest_pause) / 1000);
        state.refused_at = now;
        ++state.refusals;
    });
}

void PortalLimits::accepted(Duration sent_at) {
    const LimitState& known = m_file.state();
    if (known.refusals > 0 && sent_at > known.refused_at) {
        m_file.update([](LimitState& state) { state.refusals = 0; });
    }
}

void PortalLimits::learn(const std::vector<std::string>& methods, const std::vector<CommandTime>& times) {
    m_file.update([&](LimitState& state) {
        const Duration now = m_clock.steady();
        for (std::size_t i = 0; i < methods.size() && i < times.size(); ++i) {
            const CommandTime& time = times[i];
            if (time.seconds >= 0) {
                measure(state.methods[methods[i]], time.seconds);
            }
            if (time.operating >= 0 && is_near(time.operating, seconds_in(state, methods[i]))) {
                const double reset_in = time.reset_in > 0 ? time.reset_in : unknown_reset;
                Duration& until = state.methods[methods[i]].paused_until;
                until = std::max(until, now + of_seconds(reset_in));
            }
        }
    });
}

bool PortalLimits::is_near(double operating, double seconds) const {
    const double next_batch = seconds * static_cast<double>(batch_commands);
    return operating >= near_the_limit * m_options.operating_limit ||
           operating + std::min(next_batch, longest_batch) >= m_options.operating_limit;
}

void PortalLimits::pause(const std::vector<std::string>& methods, const std::vector<CommandTime>& times) {
    double reset_in = unknown_reset;
    for (const CommandTime& time : times) {
        reset_in = time.reset_in > 0 ? time.reset_in : reset_in;
    }
    m_file.update([&](LimitState& state) {
        const Duration now = m_clock.steady();
        for (const std::string& method : methods) {
            Duration& until = state.methods[method].paused_until;
            if (until <= now) {
                until = now + of_seconds(reset_in);
            }
        }
    });
}

void PortalLimits::took_too_long(const std::vector<std::string>& methods, double seconds) {
    m_file.update([&](LimitState& state) {
        for (const std::string& method : methods) {
            MethodUse& use = state.methods[method];
            use.seconds = std::max(use.seconds, seconds / static_cast<double>(methods.size()));
        }
    });
}

Duration PortalLimits::pause_of(const std::string& method) const {
    const auto known = m_file.state().methods.find(method);
    return known == m_file.state().methods.end()
               ? Duration{0}
               : std::max(Duration{0}, known->second.paused_until - m_clock.steady());
}

double PortalLimits::seconds_of(const std::string& method) const {
    return seconds_in(m_file.state(), method);
}

double PortalLimits::level() const {
    return bucket_of(m_file.state()).level(m_clock.steady());
}

}  // namespace obmen::portal
