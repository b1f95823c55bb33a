#include "limits.hpp"

#include <algorithm>
#include <cmath>

namespace obmen::sandbox {

namespace {

constexpr double minute = 60;
constexpr std::int64_t baskets = 10;

std::int64_t basket_of(double now) {
    return static_cast<std::int64_t>(std::floor(now / minute));
}

}  // namespace

bool RequestRate::admit(const std::string& address, double now, double burst, double rate) {
    if (burst <= 0)
        return true;
    Level& level = m_levels[address];
    level.value = std::max(0.0, level.value - (now - level.at) * rate);
    level.at = now;
    if (level.value + 1 > burst)
        return false;
    level.value += 1;
    return true;
}

double OperatingTime::used(const std::string& method, double now) const {
    const auto found = m_baskets.find(method);
    double sum = 0;
    if (found != m_baskets.end()) {
        for (const auto& [basket, seconds] : found->second) {
            if (basket > basket_of(now) - baskets)
                sum += seconds;
        }
    }
    return sum;
}

double OperatingTime::until_reset(const std::string& method, double now) const {
    const auto found = m_baskets.find(method);
    std::int64_t oldest = basket_of(now);
    if (found != m_baskets.end()) {
        const auto first = found->second.upper_bound(basket_of(now) - baskets);
        if (first != found->second.end())
            oldest = first->first;
    }
    return static_cast<double>(oldest + baskets) * minute - now;
}

void OperatingTime::add(const std::string& method, double now, double seconds) {
    auto& of_method = m_baskets[method];
    of_method.erase(of_method.begin(), of_method.upper_bound(basket_of(now) - baskets));
    of_method[basket_of(now)] += seconds;
}

}  // namespace obmen::sandbox
