#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace obmen::commerceml {

/// The same numbers everywhere: std::mt19937 without the library's distributions.
class Dice {
  public:
    explicit Dice(std::string_view seed);
    /// 0 … `sides` - 1. \pre sides > 0
    [[nodiscard]] std::size_t roll(std::size_t sides) { return m_engine() % sides; }

  private:
    std::mt19937 m_engine;
};

/// Numbers from `from` up to, without, `to`: all of them, or `most` that are rolled, in order and without
/// twins.
[[nodiscard]] std::vector<std::size_t> places_between(std::size_t from, std::size_t to, std::size_t most,
                                                      Dice& dice);

}  // namespace obmen::commerceml
