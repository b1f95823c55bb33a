#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <optional>
#include <thread>

#include "daemon/backoff.hpp"
#include "daemon/bell.hpp"
#include "daemon/log_words.hpp"
#include "support/clock.hpp"
#include "support/error.hpp"
#include "support/log.hpp"

namespace obmen::daemon {

/// What went wrong in one turn, where the process can go on.
struct Failure {
    FailureClass failure_class = FailureClass::temporary;
    Message message;
    bool is_known = true;  ///< false: no error of ours; what it happened in is not to be used any more
};

/// Runs `work`. \returns what went wrong; nothing if all went well. Throws what the process must not survive:
/// a broken invariant of ours, a disk that has lost what it was given (SYS-FSYNC), no memory.
[[nodiscard]] std::optional<Failure> failure_of(const std::function<void()>& work);

/// The wall clock may be set, the machine may sleep, somebody may pause a source: no worker rests longer.
inline constexpr Duration longest_rest{std::chrono::minutes(1)};

/// What all workers need. All of it must outlive them.
struct WorkerContext {
    Clock& clock;
    Log& log;
    Language language = Language::english;
    RandomShare random;
    const std::atomic<bool>& stopping;
};

/// What one thread does, a turn at a time. Turns are of that thread alone; all else may be called by any.
class Worker {
  public:
    Worker() = default;
    virtual ~Worker() = default;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Does what is due. \returns how long to rest before the next turn, at the most. Throws only what the
    /// process must not survive.
    [[nodiscard]] virtual Duration turn() = 0;
    /// A descriptor that ends the rest when it can be read; -1: none.
    [[nodiscard]] virtual int event_descriptor() const { return -1; }

    /// Ends the rest.
    void wake() noexcept { m_bell.ring(); }
    /// Rests as turn() said. \param pace real time for a unit of time: 1 but in tests
    void rest(Duration longest, double pace);

  private:
    Bell m_bell;
};

/// Runs a worker until it is told to stop.
class WorkerThread {
  public:
    /// \param on_end called at the end of the thread, with what ended it; nothing if it was told to stop
    /// What is named must outlive the object.
    WorkerThread(Worker& worker, const std::atomic<bool>& stopping, double pace,
                 std::function<void(std::exception_ptr)> on_end);
    /// Waits for the end. \pre `stopping` is true, and the worker was woken after that
    ~WorkerThread();
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;

  private:
    std::thread m_thread;
};

/// Real time that a unit of `clock` takes: 1 but in tests, which shorten all waiting.
[[nodiscard]] double pace_of(const Clock& clock);

}  // namespace obmen::daemon
