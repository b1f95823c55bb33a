#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace obmen {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// Where a room may say what it is doing. Passed by reference; there is no global one. Texts are masked
/// before writing.
class Log {
  public:
    virtual ~Log() = default;
    virtual void write(LogLevel level, const std::string& text) = 0;

    void debug(const std::string& text) { write(LogLevel::debug, text); }
    void info(const std::string& text) { write(LogLevel::info, text); }
    void warning(const std::string& text) { write(LogLevel::warning, text); }
    void error(const std::string& text) { write(LogLevel::error, text); }
};

/// Says nothing.
class SilentLog : public Log {
  public:
    void write(LogLevel /*level*/, const std::string& /*text*/) override {}
};

/// One line per event on standard error: `time level text`, from `lowest` up.
class StderrLog : public Log {
  public:
    explicit StderrLog(LogLevel lowest);
    ~StderrLog() override;
    void write(LogLevel level, const std::string& text) override;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen
