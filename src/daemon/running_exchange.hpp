#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/daemon_log.hpp"
#include "daemon/engine_worker.hpp"
#include "daemon/journal_file.hpp"
#include "daemon/settings_set.hpp"
#include "daemon/side_workers.hpp"
#include "daemon/source_worker.hpp"
#include "daemon/worker.hpp"

namespace obmen::daemon {

/// How an exchange begins and what it tells the one who runs it. Called by its threads.
struct ExchangeHost {
    Clock& clock;
    Log& log;
    double pace = 1;                ///< pace_of(clock)
    bool verbose = false;           ///< WatchPlan::verbose
    bool is_first = false;          ///< the process is starting: what a person has to mend is a reason not to
    std::function<void()> on_open;  ///< it runs
    std::function<void(const Message&)> on_held;     ///< it waits for a command that has its state directory
    std::function<void(const Message&)> on_refused;  ///< it cannot be run, and is not tried again
    /// A thread has ended: told to, or by what the process must not survive.
    std::function<void(std::exception_ptr)> on_thread_end;
};

/// One exchange of the daemon: the thread of the engine, which owns the state directory, and beside it, as
/// soon as the ledger is up to date, one thread for each source, for each source's receipts, for alerts and
/// for the journal. Whatever one of them waits for, the others go on.
class RunningExchange {
  public:
    /// Starts at once. What `host` names must outlive the object.
    RunningExchange(ExchangeSettings settings, ExchangeHost host);
    /// Tells it to stop and waits for its threads.
    ~RunningExchange();
    RunningExchange(const RunningExchange&) = delete;
    RunningExchange& operator=(const RunningExchange&) = delete;

    /// Tells all threads to finish the step in hand. Does not wait.
    void stop() noexcept;
    /// All threads have ended.
    [[nodiscard]] bool has_ended() const { return m_running.load() == 0; }
    /// Everything that waits is tried at once, and the journal file is opened anew; as soon as it runs, if it
    /// has only begun.
    void look_now();
    /// The engine has shown a sign of life lately. \param longest that one step of it may take
    [[nodiscard]] bool is_alive(Duration longest) const;
    [[nodiscard]] const ExchangeSettings& settings() const { return m_settings; }

  private:
    /// A worker beside the engine, with all that is its own; the thread goes first.
    struct Side {
        std::unique_ptr<NamedLog> log;
        std::unique_ptr<ledger::Database> database;  ///< may be null
        std::unique_ptr<Worker> worker;
        std::unique_ptr<WorkerThread> thread;
    };

    [[nodiscard]] WorkerContext context(Log& log);
    [[nodiscard]] std::unique_ptr<EngineWorker> make_engine();
    void start_sides();
    [[nodiscard]] bool start_thread(Side& side);
    [[nodiscard]] std::unique_ptr<Side> named_side(const std::string& source);
    [[nodiscard]] std::unique_ptr<Side> source_side(const config::SourceSettings& source);
    [[nodiscard]] std::unique_ptr<Side> courier_side(const config::SourceSettings& source);
    [[nodiscard]] std::unique_ptr<Side> teller_side();
    [[nodiscard]] std::unique_ptr<Side> journal_side();
    void wake_sides_now();
    /// Calls `use` for each worker of a kind.
    template <typename Kind, typename Use>
    void for_each(const Use& use) {
        const std::lock_guard lock(m_mutex);
        for_each_locked<Kind>(use);
    }
    template <typename Kind, typename Use>
    void for_each_locked(const Use& use) {
        for (const auto& side : m_sides) {
            if (auto* worker = dynamic_cast<Kind*>(side->worker.get())) {
                use(*worker);
            }
        }
    }
    [[nodiscard]] bool refuse(const Failure& failure);
    [[nodiscard]] LogLevel lowest_level() const;
    void end_thread(const std::exception_ptr& end);

    ExchangeSettings m_settings;
    ExchangeHost m_host;
    NamedLog m_log;
    std::atomic<bool> m_stopping{false};
    std::atomic<int> m_running{0};
    EngineTroubles m_troubles;
    std::atomic<Duration::rep> m_life{0};  ///< real steady time
    std::unique_ptr<EngineWorker> m_engine;
    std::mutex m_mutex;  ///< of what follows
    std::vector<std::unique_ptr<Side>> m_sides;
    bool m_is_wanted_now = false;  ///< before there were any
    std::unique_ptr<WorkerThread> m_engine_thread;
};

}  // namespace obmen::daemon
