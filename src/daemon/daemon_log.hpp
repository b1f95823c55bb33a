#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "support/log.hpp"

namespace obmen::daemon {

/// `debug`, `info`, `warning`, `error`; nothing for another word.
[[nodiscard]] std::optional<LogLevel> level_of(std::string_view name);

/// One line per event, masked of secrets, from `lowest` up, for all threads. By itself `TIME level text`;
/// under journald, which has a time of its own, `<6>text` with the level as journald reads it.
class DaemonLog : public Log {
  public:
    /// \param descriptor standard error, but in tests
    explicit DaemonLog(LogLevel lowest, bool under_journald, int descriptor = 2);

    void write(LogLevel level, const std::string& text) override;

  private:
    std::mutex m_mutex;
    LogLevel m_lowest;
    bool m_under_journald;
    int m_descriptor;
};

/// Does journald read what this process writes to standard error (JOURNAL_STREAM)?
[[nodiscard]] bool is_under_journald();

/// Says who speaks: `exchange/source: text`, from `lowest` up.
class NamedLog : public Log {
  public:
    /// `log` must outlive the object.
    NamedLog(std::string name, Log& log, LogLevel lowest);
    void write(LogLevel level, const std::string& text) override;

  private:
    std::string m_name;
    Log& m_log;
    LogLevel m_lowest;
};

}  // namespace obmen::daemon
