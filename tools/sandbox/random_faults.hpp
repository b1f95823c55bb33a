#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fault.hpp"
#include "json.hpp"

namespace obmen::sandbox {

/// Faults drawn by a seed: the n-th request after the order meets the same one in every run. What a request
/// draws depends on its number and on how many commands it has, on nothing else.
class RandomFaults {
  public:
    /// `{"seed":…,"share":…,"kinds":[…],"slow_milliseconds":…,"times":…}`. Throws Refusal or
    /// nlohmann::json::exception.
    explicit RandomFaults(const Json& order);

    /// The fault of the next request, if it draws one. `commands`: in its batch, 1 if it is none.
    /// `application`: only requests with a token can find it expired.
    std::optional<Fault> draw(std::size_t commands, bool application);
    /// The order, with how many requests drew and how many drew a fault.
    [[nodiscard]] Json state() const;

  private:
    Json m_order;
    std::uint64_t m_seed = 0;
    double m_share = 0;
    std::vector<std::string> m_kinds;
    int m_slow_milliseconds = 0;
    std::int64_t m_times = 0;
    std::int64_t m_seen = 0;
    std::int64_t m_acted = 0;
};

}  // namespace obmen::sandbox
