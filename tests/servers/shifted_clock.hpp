#pragma once

#include <map>
#include <string>

namespace obmen::tests {

/// Why this machine cannot give a program another clock; empty if it can.
[[nodiscard]] std::string why_no_shifted_clock();

/// The environment of a program whose clock is so many hours ahead of the machine's (negative: behind): what
/// it takes for the present, and the times that it shows of files. 0: the machine's clock.
[[nodiscard]] std::map<std::string, std::string> shifted_clock(int hours);

}  // namespace obmen::tests
