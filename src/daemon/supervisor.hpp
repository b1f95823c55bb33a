#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/bell.hpp"
#include "daemon/clock_watch.hpp"
#include "daemon/daemon.hpp"
#include "daemon/running_exchange.hpp"
#include "daemon/service_manager.hpp"

namespace obmen::daemon {

/// What exchanges tell the main thread. For all threads.
class News {
  public:
    struct Item {
        std::vector<Message> refusals;         ///< exchanges that cannot be run
        std::vector<std::exception_ptr> ends;  ///< of threads, by what the process must not survive
        unsigned opened = 0;                   ///< exchanges that run now
        std::optional<Message> held;           ///< an exchange waits for a command: who that is
    };

    void opened();
    void held(const Message& who);
    void refused(const Message& why);
    void thread_ended(const std::exception_ptr& end);
    /// All since the last time.
    [[nodiscard]] Item take();
    [[nodiscard]] Bell& bell() { return m_bell; }

  private:
    std::mutex m_mutex;
    Item m_item;
    Bell m_bell;
};

/// The main thread of the daemon: starts exchanges, listens to signals and to systemd, reloads, stops.
class Supervisor {
  public:
    Supervisor(const WatchPlan& plan, Clock& clock, Log& log);

    [[nodiscard]] WatchEnd run();

  private:
    /// A place for an exchange: when it is told to stop, its successor waits until it has ended.
    struct Slot {
        std::unique_ptr<RunningExchange> running;
        std::optional<ExchangeSettings> successor;
        bool is_stopping = false;
    };

    [[nodiscard]] std::unique_ptr<RunningExchange> start(ExchangeSettings settings, bool is_first);
    void listen();
    void on_signal(int number);
    void reload();
    void replace_ended();
    void take_news();
    void beat();
    void stop_all();
    void end_now(int code, const std::string& why);
    [[nodiscard]] bool has_ended() const;
    [[nodiscard]] std::string status() const;

    WatchPlan m_plan;
    Clock& m_clock;
    Log& m_log;
    News m_news;
    FileDescriptor m_signals;
    ServiceManager m_service;
    ClockWatch m_clock_watch;
    std::vector<Slot> m_slots;
    std::size_t m_to_open = 0;  ///< exchanges that have not said yet whether they can be run
    WatchEnd m_end;
    bool m_is_stopping = false;
    Duration m_stop_deadline{0};  ///< since boot
};

}  // namespace obmen::daemon
