#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/ports.hpp"
#include "daemon/worker.hpp"

namespace obmen::daemon {

/// What brings the receipts of one source to their target: when there are new ones, and when it is time to
/// try again.
class CourierWorker : public Worker {
  public:
    /// \param open makes the courier; may throw
    CourierWorker(const WorkerContext& context, std::function<std::unique_ptr<Courier>()> open);
    Duration turn() override;
    /// As soon as it can be, whatever pause there is. From any thread.
    void deliver_now() noexcept;

  private:
    [[nodiscard]] Duration step(bool at_once);

    WorkerContext m_context;
    std::function<std::unique_ptr<Courier>()> m_open;
    std::unique_ptr<Courier> m_courier;
    std::atomic<bool> m_wanted{false};
    std::optional<Duration> m_due{};  ///< steady; after a failure: not before
    std::uint64_t m_failures = 0;
    std::optional<Message> m_told{};  ///< why receipts wait, as the log says already
};

/// What tells people: now and then finds out what stands, and tells what is new.
class TellerWorker : public Worker {
  public:
    /// \param open makes the teller; may throw
    TellerWorker(const WorkerContext& context, std::function<std::unique_ptr<Teller>()> open,
                 const EngineTroubles& engine);
    Duration turn() override;

  private:
    WorkerContext m_context;
    std::function<std::unique_ptr<Teller>()> m_open;
    const EngineTroubles& m_engine;
    std::unique_ptr<Teller> m_teller;
    std::uint64_t m_failures = 0;
};

}  // namespace obmen::daemon
