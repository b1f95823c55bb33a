#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "fuzz/promise.hpp"
#include "fuzz/workplace.hpp"
#include "portal/facts.hpp"
#include "portal/limit_file.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

// Files about a portal that others may have written. `--facts`: what is understood is written down again as
// itself. The file of limits that all processes share: whatever stands there, no wait is longer than ten
// minutes, the counter stays within its bounds, and what is written over it is understood.
namespace {

using namespace obmen;
using namespace obmen::portal;

void try_facts(const std::string& text) {
    try {
        const std::string printed = facts_to_json(facts_from_json(text));
        require(facts_to_json(facts_from_json(printed)) == printed,
                "facts change when they are written down");
    } catch (const Error& error) {
        require(error.finding().message.code == Code{"B24-FACTS"}, "another error");
        for (const std::string& argument : error.finding().message.arguments) {
            require(quotable(argument) == argument, "cannot be shown");
        }
    }
}

/// A clock that stands.
class StandingClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override {
        return UtcTime(std::chrono::milliseconds(1'700'000'000'000));
    }
    [[nodiscard]] Duration steady() const override { return std::chrono::hours(1); }
    void sleep(Duration /*duration*/) override {}
};

constexpr double full = 50;

void require_bounds(const LimitState& state, const Clock& clock) {
    const Duration longest = std::chrono::minutes(10);
    require(state.level >= 0 && state.level <= full, "a counter out of its bounds");
    require(state.at <= clock.steady(), "counted in the future");
    require(state.not_before <= clock.steady() + longest, "a wait without an end");
    for (const auto& use : state.methods) {
        require(use.second.paused_until <= clock.steady() + longest, "a pause without an end");
        require(use.second.seconds >= 0, "a call that takes less than no time");
    }
}

void try_limits(const std::string& text) {
    static const Workplace place;
    const std::filesystem::path path = place.directory() / "portal.limits";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    StandingClock clock;
    SilentLog log;
    LimitFile file(path, full, clock, log);
    LimitState first;
    file.update([&](LimitState& state) {
        require_bounds(state, clock);
        state.level = state.level < 1 ? state.level + 1 : state.level - 1;
        first = state;
    });
    LimitFile other(path, full, clock, log);
    other.update([&](LimitState& state) {
        require_bounds(state, clock);
        require(state.refusals == first.refusals && state.methods.size() == first.methods.size() &&
                    state.not_before <= std::max(first.not_before, clock.steady()),
                "another process reads something else");
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        try_facts(text);
    } else {
        try_limits(text);
    }
    return 0;
}
