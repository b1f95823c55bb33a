#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "checks/xsd_diagnosis.hpp"

namespace obmen::checks {

/// Counts deviations: each different one is kept once, with the place and value where it came first.
class DeviationList {
  public:
    explicit DeviationList(std::size_t most) : m_most(most) {}

    /// One occurrence; `deviation.count` does not matter.
    void add(XsdDeviation deviation);
    /// What was added, by line, into `diagnosis`.
    void move_into(XsdDiagnosis& diagnosis);

  private:
    std::size_t m_most;
    std::vector<XsdDeviation> m_deviations;
    std::unordered_map<std::string, std::size_t> m_position;
    std::uint64_t m_left_out = 0;
};

}  // namespace obmen::checks
