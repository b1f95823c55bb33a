#pragma once

#include <cstdint>

namespace obmen::sandbox {

/// Numbers that look like chance and are the same in every run, on every machine (splitmix64).
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t number() {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = m_state;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }
    /// 0 … count - 1. \pre count > 0
    std::uint64_t below(std::uint64_t count) { return number() % count; }
    /// 0 ≤ share < 1.
    double share() { return static_cast<double>(number() >> 11U) * 0x1.0p-53; }

  private:
    std::uint64_t m_state;
};

}  // namespace obmen::sandbox
