#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "portal/command.hpp"
#include "portal/transport.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"

namespace obmen::portal::test {

/// Time that moves only when somebody sleeps.
class FakeClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override { return UtcTime{m_time + m_set}; }
    [[nodiscard]] Duration steady() const override { return m_time; }
    void sleep(Duration duration) override {
        m_sleeps.push_back(duration);
        m_time += duration;
    }
    void advance(Duration duration) { m_time += duration; }
    /// Somebody sets the wall clock; steady time knows nothing of it.
    void set_wall_clock(Duration by) { m_set += by; }
    [[nodiscard]] const std::vector<Duration>& sleeps() const { return m_sleeps; }

  private:
    Duration m_time{1'768'000'000'000};
    Duration m_set{0};
    std::vector<Duration> m_sleeps;
};

/// Answers from a list; the last one again and again.
class FakeTransport : public PromptTransport {
  public:
    explicit FakeTransport(std::deque<HttpAnswer> answers) : m_answers(std::move(answers)) {}

    HttpAnswer post(const Secret& url, const std::string& body, std::chrono::milliseconds timeout) override {
        urls.push_back(url.reveal());
        bodies.push_back(body);
        last_timeout = timeout;
        HttpAnswer answer = m_answers.front();
        if (m_answers.size() > 1) {
            m_answers.pop_front();
        }
        return answer;
    }

    std::vector<std::string> urls;
    std::vector<std::string> bodies;
    std::chrono::milliseconds last_timeout{0};

  private:
    std::deque<HttpAnswer> m_answers;
};

/// Keeps requests on the wire until a test lets one land.
class HeldTransport : public Transport {
  public:
    void send(std::uint64_t request, const Secret& /*url*/, const std::string& body,
              std::chrono::milliseconds /*timeout*/) override {
        on_wire.emplace_back(request, body);
    }
    void land(std::size_t index, HttpAnswer answer) {
        m_home.push_back({on_wire.at(index).first, std::move(answer)});
        on_wire.erase(on_wire.begin() + static_cast<std::ptrdiff_t>(index));
    }
    HttpArrival next() override {
        HttpArrival first = std::move(m_home.at(0));
        m_home.pop_front();
        return first;
    }
    [[nodiscard]] bool has_answer() const override { return !m_home.empty(); }

    std::vector<std::pair<std::uint64_t, std::string>> on_wire;

  private:
    std::deque<HttpArrival> m_home;
};

/// A command as it travels, with its percent-encoding taken off, so that a test can be read.
inline std::string plain(const Command& command) {
    const std::string text = encoded(command);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

class MemoryLog : public Log {
  public:
    void write(LogLevel level, const std::string& text) override { lines.emplace_back(level, text); }
    std::vector<std::pair<LogLevel, std::string>> lines;
};

inline HttpAnswer answered(long status, std::string body,
                           std::string content_type = "application/json; charset=utf-8") {
    HttpAnswer answer;
    answer.delivery = HttpAnswer::Delivery::answered;
    answer.status = status;
    answer.body = std::move(body);
    answer.content_type = std::move(content_type);
    return answer;
}

}  // namespace obmen::portal::test
