#pragma once

#include <chrono>
#include <string>

namespace obmen {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// All time and all waiting of obmen. Tests pass one that they move by hand, or a scaled one.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual UtcTime now() const = 0;
    /// Time that never jumps; only differences mean anything.
    [[nodiscard]] virtual Duration steady() const = 0;
    virtual void sleep(Duration duration) = 0;
};

/// The machine's clock. `scale` shortens every wait and stretches steady time by the same factor: 0.01 makes
/// a second of waiting last 10 ms.
class SystemClock : public Clock {
  public:
    explicit SystemClock(double scale = 1.0) : m_scale(scale) {}
    [[nodiscard]] UtcTime now() const override;
    [[nodiscard]] Duration steady() const override;
    void sleep(Duration duration) override;

  private:
    double m_scale;
};

/// `2026-01-15T10:30:00`, local time, as 1C reads it.
[[nodiscard]] std::string local_date_time(UtcTime time);
/// `2026-01-15T10:30:00.123Z`
[[nodiscard]] std::string utc_date_time(UtcTime time);

}  // namespace obmen
