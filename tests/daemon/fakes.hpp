#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ports.hpp"
#include "daemon/worker.hpp"
#include "support/clock.hpp"
#include "support/error.hpp"
#include "support/log.hpp"

namespace obmen::daemon::test {

/// Time that a test moves. Both kinds, or each by itself.
class HandClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override { return m_wall; }
    [[nodiscard]] Duration steady() const override { return m_steady; }
    void sleep(Duration duration) override { pass(duration); }
    void pass(Duration duration) {
        m_wall += duration;
        m_steady += duration;
    }
    void set_wall(UtcTime time) { m_wall = time; }

  private:
    UtcTime m_wall{Duration{1'768'000'000'000}};
    Duration m_steady{1'000'000};
};

/// Keeps what is said.
class KeptLog : public Log {
  public:
    void write(LogLevel level, const std::string& text) override { lines.emplace_back(level, text); }
    [[nodiscard]] int count(const std::string& part) const {
        int found = 0;
        for (const auto& [level, text] : lines) {
            found += text.find(part) == std::string::npos ? 0 : 1;
        }
        return found;
    }

    std::vector<std::pair<LogLevel, std::string>> lines;
};

/// What every worker under test stands in.
struct Workplace {
    HandClock clock;
    KeptLog log;
    std::atomic<bool> stopping{false};

    /// In the middle between less and more: pauses are what they are said to be.
    [[nodiscard]] WorkerContext context() {
        return {.clock = clock,
                .log = log,
                .language = Language::english,
                .random = [] { return 0.5; },
                .stopping = stopping};
    }
};

inline Error temporary(Message message) {
    return {FailureClass::temporary, std::move(message)};
}

inline Error for_people(Message message) {
    return {FailureClass::bad_config, std::move(message)};
}

/// Answers each look by the next of a list; by nothing new when that has come to its end.
struct ScriptedSource : Source {
    using Step = std::function<exchange::IntakeReport()>;
    explicit ScriptedSource(std::shared_ptr<std::deque<Step>> script, int& looks_counted)
        : steps(std::move(script)), looks(looks_counted) {}

    exchange::IntakeReport look() override {
        ++looks;
        if (steps->empty()) {
            return {};
        }
        const Step step = steps->front();
        steps->pop_front();
        return step();
    }

    std::shared_ptr<std::deque<Step>> steps;
    int& looks;
};

/// Keeps how it was called; answers as the test says.
struct ScriptedEngine : Engine {
    struct Calls {
        std::vector<bool> rounds;  ///< at_once of each
        Notice notice{};           ///< of the next look
        std::optional<UtcTime> next{};
        std::function<exchange::RoundResult()> answer{};  ///< of a round; may throw
        std::function<void()> opening{};                  ///< may throw
        int opened = 0;
        int tidied = 0;
    };
    explicit ScriptedEngine(Calls& kept) : calls(kept) {
        ++calls.opened;
        if (calls.opening) {
            calls.opening();
        }
    }

    Notice look_out() override { return std::exchange(calls.notice, {}); }
    exchange::RoundResult round(bool at_once, const std::function<void()>& progress) override {
        calls.rounds.push_back(at_once);
        progress();
        return calls.answer ? calls.answer() : exchange::RoundResult{};
    }
    std::optional<UtcTime> next_attempt() override { return calls.next; }
    void tidy_up() override { ++calls.tidied; }

    Calls& calls;
};

}  // namespace obmen::daemon::test
