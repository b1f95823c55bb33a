#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "support/clock.hpp"
#include "support/log.hpp"

namespace obmen::portal {

/// What is known of one method of the portal.
struct MethodUse {
    double seconds = 0;        ///< that one call takes, as measured lately; 0: not known
    Duration paused_until{0};  ///< not to be called before
    bool operator==(const MethodUse&) const = default;
};

/// Where a portal's limits stand. Times are those of Clock::steady().
struct LimitState {
    double level = 0;  ///< of the request counter at `at`
    Duration at{0};
    Duration not_before{0};  ///< no request may leave earlier: the portal has said "too many"
    Duration refused_at{0};  ///< when it said so for the last time
    unsigned refusals = 0;   ///< how often without an accepted request in between
    std::map<std::string, MethodUse> methods;
    bool operator==(const LimitState&) const = default;
};

/// The state of one portal's limits, shared by all processes of this machine that use the same directory:
/// the portal counts requests by the address that they come from, whoever sends them.
///
/// One small file per portal, mode 0600, one line of JSON, locked with flock while it is read, changed and
/// written: milliseconds. Times are stored as distances from the moment of writing, which is there twice: by
/// the machine's steady clock with the id of the boot, and by the wall clock for after a restart of the
/// machine. So a clock that is set changes nothing, and no stored wait is longer than ten minutes. A file
/// that cannot be understood counts as a counter that is full; a directory that cannot be used, or a lock
/// that a stopped process holds, costs a warning and the sharing, never the exchange.
class LimitFile {
  public:
    /// \param full the level that stands for "nothing is known"
    /// `clock` and `log` must outlive the object. An empty path: nothing is shared.
    LimitFile(std::filesystem::path path, double full, Clock& clock, Log& log);

    /// Reads the state, lets `change` change it, and writes it if it is another now.
    void update(const std::function<void(LimitState&)>& change);
    /// As it was at the last update.
    [[nodiscard]] const LimitState& state() const { return m_state; }

    /// The file for a portal (PortalAddress::identity) in a directory; empty if that is empty.
    [[nodiscard]] static std::filesystem::path path_for(const std::filesystem::path& directory,
                                                        const std::string& identity);

  private:
    /// False if it must be written anew in any case: it cannot be understood, or would not age.
    [[nodiscard]] bool read(int descriptor);
    [[nodiscard]] bool parse(const std::string& line);
    [[nodiscard]] std::string printed(const LimitState& state) const;
    void warn(const std::string& text);

    std::filesystem::path m_path;
    double m_full;
    Clock& m_clock;
    Log& m_log;
    LimitState m_state;
    bool m_warned = false;
};

}  // namespace obmen::portal
