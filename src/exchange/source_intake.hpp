#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "exchange/run_context.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::exchange {

/// What one look at a source has brought.
struct IntakeReport {
    std::vector<std::string>
        packages;             ///< ids: in the spool and recorded as received (or rejected), in order
    std::uint64_t files = 0;  ///< that the source shows and that are not left alone
    std::uint64_t waiting =
        0;  ///< of them: not settled, not complete, without their partner, or held back by the limits
    /// When something that waits may be ready, sooner than the poll interval; nothing: only the poll will
    /// tell.
    std::optional<Duration> look_again_in;
    std::vector<Finding> notes;  ///< for the log: what was skipped and why, once each
};

/// One source of an exchange, wired: its endpoint, its memory in the ledger by a guest connection of its own,
/// the landing directory, the spool. For one thread of its own, beside the thread that owns the Exchange.
class SourceIntake {
  public:
    /// Takes the source for this state directory (SRC-OWNER, temporary, if another obmen has it). \pre the
    /// ledger has been brought up to date by its owner. What is named must outlive the object.
    SourceIntake(const config::Settings& settings, const config::SourceSettings& source,
                 const RunContext& context);
    ~SourceIntake();
    SourceIntake(const SourceIntake&) = delete;
    SourceIntake& operator=(const SourceIntake&) = delete;

    /// One poll: lists, copies what is ready, makes packages of what is complete and records them, then
    /// applies the archive policy to files whose packages have ended. Throws what keeps the source from being
    /// read (SRC-…, SYS-FILE, SYS-DISK-FULL, SYS-LEDGER…); whatever it was in the middle of goes on with the
    /// next look.
    IntakeReport look();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::exchange
