#pragma once

#include <string>
#include <vector>

namespace obmen::bench {

/// What one run of a program took, as the kernel counts it (wait4).
struct Measurement {
    double cpu_seconds = 0;     ///< user and system
    double wall_seconds = 0;    ///< from fork to exit
    double peak_megabytes = 0;  ///< peak resident set, in 10^6 bytes
    int exit_code = -1;         ///< 128 + signal if it was killed
    std::string out;            ///< standard output, without its last line end
};

/// Runs `arguments` and waits. Standard error goes where ours goes. The peak is never less than what this
/// process itself held at its own peak, which is why the program that measures holds nothing.
[[nodiscard]] Measurement measure(const std::vector<std::string>& arguments);

}  // namespace obmen::bench
