#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/folder_watch.hpp"
#include "daemon/ports.hpp"
#include "daemon/worker.hpp"
#include "ledger/source_states.hpp"

namespace obmen::daemon {

/// When a source is looked at.
struct SourceRhythm {
    Duration poll{std::chrono::seconds(30)};
    /// The first time after a given one at which it is looked at; empty: every `poll`.
    std::function<UtcTime(UtcTime)> next_by_schedule{};
};

/// What drives one source: looks at it when it is time, sooner when the kernel or the source itself says that
/// something is there, later and later while it cannot be read. A source that a person has paused is left
/// alone. Failures are kept in the ledger, so that a restart neither forgets nor hammers.
class SourceWorker : public Worker {
  public:
    /// \param open makes the source; may throw
    /// \param name of the source, in `states`
    /// \param on_look called after each look that went well
    /// \param watch nothing: the kernel cannot tell of this kind of source
    SourceWorker(const WorkerContext& context, std::function<std::unique_ptr<Source>()> open,
                 ledger::SourceStates states, std::string name, SourceRhythm rhythm,
                 std::function<void(const exchange::IntakeReport&)> on_look,
                 std::unique_ptr<FolderWatch> watch);

    Duration turn() override;
    int event_descriptor() const override { return m_watch ? m_watch->descriptor() : -1; }

    /// The last look went wrong, or it is too soon to try again after one that did.
    [[nodiscard]] bool is_failing() const { return m_failures > 0; }
    /// A person wants to know: it is tried at once, whatever failed before.
    void look_now() noexcept;

  private:
    /// A time to wait for: of the clock that cannot be set, or by the calendar.
    struct Due {
        Duration steady{0};
        std::optional<UtcTime> at{};  ///< set: counts instead of `steady`
    };

    [[nodiscard]] Duration step();
    [[nodiscard]] Due first_due(const ledger::SourceState& state) const;
    [[nodiscard]] Duration time_to(const Due& due) const;
    void take_hints();
    void report(const exchange::IntakeReport& report);
    void plan_next(const exchange::IntakeReport& report);
    [[nodiscard]] Duration after(const Failure& failure);

    WorkerContext m_context;
    std::function<std::unique_ptr<Source>()> m_open;
    ledger::SourceStates m_states;
    std::string m_name;
    SourceRhythm m_rhythm;
    std::function<void(const exchange::IntakeReport&)> m_on_look;
    std::unique_ptr<FolderWatch> m_watch;
    std::unique_ptr<Source> m_source;
    std::optional<Due> m_due;  ///< nothing: nothing is known yet
    Duration m_looked_at{0};   ///< steady
    std::uint64_t m_failures = 0;
    bool m_was_paused = false;
    std::atomic<bool> m_wanted{false};
};

}  // namespace obmen::daemon
