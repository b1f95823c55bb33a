#pragma once

#include <mutex>
#include <optional>

#include "alerts/causes.hpp"
#include "daemon/worker.hpp"
#include "exchange/exchange.hpp"

namespace obmen::daemon {

/// What keeps an exchange from doing its work, for alerts: the engine's thread notes it, that of alerts reads
/// it.
class EngineTroubles {
  public:
    struct State {
        bool portal_is_known = false;  ///< it has been asked since the start
        std::optional<alerts::Trouble> portal{};
        std::optional<alerts::Trouble> engine{};  ///< a round failed
    };

    /// A round has ended: was the portal asked, and in vain?
    void note_round(const exchange::RoundResult& result, UtcTime now);
    /// A turn of the engine has ended; nothing: well.
    void note_turn(const std::optional<Failure>& failure, UtcTime now);
    [[nodiscard]] State state() const;

  private:
    mutable std::mutex m_mutex;
    State m_state;
};

}  // namespace obmen::daemon
