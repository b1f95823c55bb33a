#include "servers/shifted_clock.hpp"

#include "servers/server_process.hpp"

namespace obmen::tests {

namespace {

constexpr const char* library = "usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

}  // namespace

std::string why_no_shifted_clock() {
    return server_program("libfaketime", library) ? "" : "no libfaketime (tools/setup unpacks it)";
}

std::map<std::string, std::string> shifted_clock(int hours) {
    if (hours == 0) {
        return {};
    }
    return {
        {"LD_PRELOAD", OBMEN_STAT_BY_ONE_NAME ":" + server_program("libfaketime", library).value().string()},
        {"FAKETIME", (hours > 0 ? "+" : "") + std::to_string(hours) + "h"},
        {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
        {"FAKETIME_DISABLE_SHM", "1"}};  // servers give their rights up, and could not use it
}

}  // namespace obmen::tests
