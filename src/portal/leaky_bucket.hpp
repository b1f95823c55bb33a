#pragma once

#include "support/clock.hpp"

namespace obmen::portal {

/// The portal's request counter (reference bitrix24-rest.md §4): +1 a request, minus `per_second` each
/// second, blocked above `burst`. Arithmetic only: `now` is any time that never jumps.
class LeakyBucket {
  public:
    /// Throws std::invalid_argument unless `burst` is at least 1 and `per_second` positive. No limit: large
    /// numbers.
    LeakyBucket(double burst, double per_second);

    /// How long to wait at `now` before one more request may leave.
    [[nodiscard]] Duration wait_before_next(Duration now) const;
    void count_request(Duration now);
    /// The portal said "too many": it counts more than we do.
    void fill(Duration now);
    [[nodiscard]] double level(Duration now) const;
    void restore(double level, Duration now);

  private:
    double m_burst;
    double m_per_second;
    double m_level = 0;
    Duration m_at{0};
};

}  // namespace obmen::portal
