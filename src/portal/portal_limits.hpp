#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "portal/leaky_bucket.hpp"
#include "portal/limit_file.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"

namespace obmen::portal {

/// What the portal said of the time that a command took (`result_time`, reference bitrix24-rest.md §3).
/// Negative: it said nothing.
struct CommandTime {
    double seconds = -1;    ///< that the call took
    double operating = -1;  ///< seconds that its method has used up in the last ten minutes
    double reset_in = -1;   ///< seconds until the oldest of these minutes drops out
};

struct LimitOptions {
    double burst = 50;               ///< the plan's X
    double requests_per_second = 2;  ///< the plan's Y
    double operating_limit = 480;    ///< seconds that a method may use up in ten minutes
    std::filesystem::path file{};    ///< shared with other processes; empty: this one only
};

/// The portal's limits, as far as they can be known on this side (reference bitrix24-rest.md §4): the request
/// counter, the waits after "too many requests", and the time that methods have used up.
class PortalLimits {
  public:
    PortalLimits(const LimitOptions& options, Clock& clock, Log& log);

    /// Counts one more request if it may leave now. Else how long to wait before asking again.
    ///
    /// Of a burst one request is kept back: requests do not take equally long to the portal, and what leaves
    /// in time may arrive in a bunch.
    [[nodiscard]] Duration admit();
    /// The portal said "too many" to a request that left at `sent_at`: everybody waits, longer each time,
    /// with jitter. What left before the last such answer came is the same wave, and adds nothing.
    void refused_for_rate(Duration sent_at);
    /// It did not say so any more.
    void accepted(Duration sent_at);

    /// How long commands of these methods took, and how near they left them to the limit. Nine tenths, or one
    /// more batch, is too near: then the method pauses until the oldest minute drops out.
    void learn(const std::vector<std::string>& methods, const std::vector<CommandTime>& times);
    /// The portal calls no command of these methods for now. \param times of commands beside them: they may
    /// tell for how long; else as it was told before, else a minute
    void pause(const std::vector<std::string>& methods, const std::vector<CommandTime>& times);
    /// The commands took so long together that somebody on the way gave up.
    void took_too_long(const std::vector<std::string>& methods, double seconds);

    /// How long a method is still not to be called; zero: it may be.
    [[nodiscard]] Duration pause_of(const std::string& method) const;
    /// How long one call of it takes, in seconds; 0 if nobody knows.
    [[nodiscard]] double seconds_of(const std::string& method) const;
    /// Of the request counter.
    [[nodiscard]] double level() const;

  private:
    [[nodiscard]] LeakyBucket bucket_of(const LimitState& state) const;
    [[nodiscard]] bool is_near(double operating, double seconds) const;
    void put(LimitState& state, const LeakyBucket& bucket) const;

    LimitOptions m_options;
    Clock& m_clock;
    LimitFile m_file;
    std::minstd_rand m_random;
};

}  // namespace obmen::portal
