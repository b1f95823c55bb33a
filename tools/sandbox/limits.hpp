#pragma once

#include <cstdint>
#include <map>
#include <string>

/// The portal's two limits (reference bitrix24-rest.md §4). Times are seconds of the portal clock.
namespace obmen::sandbox {

/// Request intensity by source address: a counter that each request raises by one and each second lowers by
/// `rate`.
class RequestRate {
  public:
    /// False if the request is refused; a refused one does not count. `burst` 0 lets everything pass.
    bool admit(const std::string& address, double now, double burst, double rate);
    void reset() { m_levels.clear(); }

  private:
    struct Level {
        double value = 0;
        double at = 0;
    };
    std::map<std::string, Level> m_levels;
};

/// Operating time by method: ten baskets of a minute each.
class OperatingTime {
  public:
    /// Seconds that the method has used up in the ten baskets.
    [[nodiscard]] double used(const std::string& method, double now) const;
    /// Seconds until the oldest basket drops out; ten minutes if there is none.
    [[nodiscard]] double until_reset(const std::string& method, double now) const;
    void add(const std::string& method, double now, double seconds);
    void reset() { m_baskets.clear(); }

  private:
    std::map<std::string, std::map<std::int64_t, double>> m_baskets;  ///< method → minute → seconds
};

}  // namespace obmen::sandbox
