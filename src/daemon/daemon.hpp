#pragma once

#include <atomic>
#include <filesystem>
#include <vector>

#include "config/settings.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/run_context.hpp"
#include "support/finding.hpp"
#include "support/message.hpp"

/// `obmen watch`: every exchange of some settings files side by side (README.md of this room).
namespace obmen::daemon {

struct WatchPlan {
    std::vector<std::filesystem::path> files;  ///< settings, one exchange each
    config::Environment environment;
    Language language = Language::english;  ///< of what concerns all of them
    bool verbose = false;                   ///< also what is being done, whatever the settings say
    bool by_person = false;                 ///< somebody sits there and waits: watch_once()
    /// Set by a SIGTERM or SIGINT that came before watch() listened: it stops at once. Null: nobody sets it.
    const std::atomic<bool>* interrupted = nullptr;
};

/// Why there is nothing to wait for any more.
struct WatchEnd {
    std::vector<Finding> mistakes;  ///< nothing was begun: what a person has to mend first
    bool failed = false;  ///< something came up that the process must not survive; the log says what
};

/// Runs until SIGTERM or SIGINT; SIGHUP reads the settings again. From here on these signals are blocked in
/// the calling thread. A second signal, or a step that does not come to its end, ends the process at once.
/// \pre no other thread runs
[[nodiscard]] WatchEnd watch(const WatchPlan& plan, Clock& clock, Log& log);

/// What one look at everything came to.
struct OnceEnd {
    std::vector<Finding> mistakes;
    exchange::PackageEnd worst = exchange::PackageEnd::applied;  ///< of the packages
    bool waits = false;   ///< removals for a person, receipts for their target
    bool failed = false;  ///< a source, a portal or a state directory; the log says what
};
/// Looks at every source once, sends what there is, delivers receipts, tells alerts; for those who have cron.
/// What has failed before and may pass by itself is tried now; what a person has to mend first (a refused
/// login, another host key) keeps its pauses, lest an account be locked, unless it is a person who asks.
[[nodiscard]] OnceEnd watch_once(const WatchPlan& plan, const exchange::RunContext& context);

}  // namespace obmen::daemon
