#include "daemon/daemon_log.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "support/clock.hpp"
#include "support/secret.hpp"

namespace obmen::daemon {

namespace {

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> levels{{{"debug", LogLevel::debug},
                                                                       {"info", LogLevel::info},
                                                                       {"warning", LogLevel::warning},
                                                                       {"error", LogLevel::error}}};

std::string_view name_of(LogLevel level) {
    return levels[static_cast<std::size_t>(level)].first;
}

/// As syslog numbers them (sd-daemon(3)).
int priority_of(LogLevel level) {
    constexpr std::array<int, 4> priorities{7, 6, 4, 3};
    return priorities[static_cast<std::size_t>(level)];
}

}  // namespace

std::optional<LogLevel> level_of(std::string_view name) {
    const auto found = std::ranges::find(levels, name, &std::pair<std::string_view, LogLevel>::first);
    return found == levels.end() ? std::nullopt : std::optional(found->second);
}

DaemonLog::DaemonLog(LogLevel lowest, bool under_journald, int descriptor)
    : m_lowest(lowest), m_under_journald(under_journald), m_descriptor(descriptor) {}

void DaemonLog::write(LogLevel level, const std::string& text) {
    if (level < m_lowest) {
        return;
    }
    std::string line = masked(text);
    std::ranges::replace(line, '\n', ' ');
    line = m_under_journald
               ? fmt::format("<{}>{}\n", priority_of(level), line)
               : fmt::format("{} {} {}\n", utc_date_time(SystemClock().now()), name_of(level), line);
    const std::lock_guard lock(m_mutex);
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(m_descriptor, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;  // nobody can be told that nobody can be told
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool is_under_journald() {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat info {};
    // `device:inode` of the stream: a descendant whose standard error is redirected has the variable too.
    return stream != nullptr && ::fstat(STDERR_FILENO, &info) == 0 &&
           fmt::format("{}:{}", info.st_dev, info.st_ino) == stream;
}

NamedLog::NamedLog(std::string name, Log& log, LogLevel lowest)
    : m_name(std::move(name)), m_log(log), m_lowest(lowest) {}

void NamedLog::write(LogLevel level, const std::string& text) {
    if (level >= m_lowest) {
        m_log.write(level, m_name + ": " + text);
    }
}

}  // namespace obmen::daemon
