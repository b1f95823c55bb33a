#pragma once

#include <map>
#include <string>
#include <vector>

#include "power/disk_exchange.hpp"

namespace obmen::tests {

/// A system call of a program's first thread, as strace names it.
struct SystemCall {
    std::string name;
    std::size_t number = 0;  ///< among the calls of this name, from 1: how strace counts
    std::string text;        ///< as strace shows it

    /// For `strace -e inject=`.
    [[nodiscard]] std::string at() const { return ":when=" + std::to_string(number); }
};

/// Why this machine lets nobody trace a process; empty if it does.
[[nodiscard]] std::string reason_against_tracing(const std::filesystem::path& directory);

/// strace with `options`, before the words of the program that it is to run.
[[nodiscard]] std::vector<std::string> traced(const std::vector<std::string>& options);

/// Runs obmen once and says which calls of its first thread change what is outside of it: files below
/// `exchange.disk()` and names in it. Of writes to one file that follow each other only the first and the
/// last.
[[nodiscard]] std::vector<SystemCall> changing_calls(const DiskExchange& exchange);

}  // namespace obmen::tests
