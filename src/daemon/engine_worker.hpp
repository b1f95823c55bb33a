#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/ports.hpp"
#include "daemon/worker.hpp"

namespace obmen::daemon {

/// What others do when the engine has done something. Called by the engine's thread.
struct EngineEvents {
    std::function<void()> on_open;  ///< the state directory is ours, the ledger is up to date
    /// A command has the state directory, and is waited for; called once. Says who.
    std::function<void(const Message&)> on_held;
    std::function<void()> on_written;  ///< somebody has written to the ledger: sources may be paused or not
    std::function<void()> on_round;    ///< there may be receipts
    std::function<void()> on_life;     ///< it is at work; called again and again
    std::function<void(const exchange::RoundResult&)> on_result;  ///< of each round
    std::function<void(const std::optional<Failure>&)> on_turn;   ///< nothing: all is well
    /// It could not be opened; true: it is tried again later, else the thread has nothing more to do
    std::function<bool(const Failure&)> on_refusal;
};

/// What drives an exchange: a round when packages have come, when people ask for something, and when it is
/// time to try again. Whether the portal is asked in a round, the engine knows: while the portal is away,
/// what comes is read and planned all the same.
class EngineWorker : public Worker {
  public:
    /// \param open makes the engine; may throw
    EngineWorker(const WorkerContext& context, std::function<std::unique_ptr<Engine>()> open,
                 EngineEvents events);

    Duration turn() override;

    /// There are packages to read.
    void take_up() noexcept;
    /// Whatever it waits for: a person has perhaps mended it.
    void try_now() noexcept;

  private:
    [[nodiscard]] Duration step();
    void open_engine();
    void round(bool at_once);
    void tidy_up_daily();
    void report(const exchange::RoundResult& result);
    [[nodiscard]] bool is_held_by_a_command(const Failure& failure) const;
    [[nodiscard]] Duration wait_for_command(const Message& who);
    [[nodiscard]] Duration after(const Failure& failure);

    WorkerContext m_context;
    std::function<std::unique_ptr<Engine>()> m_open;
    EngineEvents m_events;
    std::unique_ptr<Engine> m_engine;
    std::atomic<bool> m_news{true};
    std::atomic<bool> m_at_once{false};
    std::optional<UtcTime> m_next{};      ///< Engine::next_attempt
    std::optional<Duration> m_tidy_at{};  ///< steady
    std::optional<Duration> m_due{};      ///< steady; after a failure: not before
    bool m_waits_for_command = false;
    std::uint64_t m_failures = 0;
    bool m_is_refused = false;
};

}  // namespace obmen::daemon
