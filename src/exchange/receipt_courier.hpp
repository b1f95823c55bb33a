#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "config/settings.hpp"
#include "exchange/run_context.hpp"
#include "support/clock.hpp"

namespace obmen::exchange {

struct CourierReport {
    std::uint64_t delivered = 0;
    std::uint64_t waiting = 0;            ///< still on their way
    std::optional<UtcTime> next_attempt;  ///< of the first of them; nothing: none waits
    std::optional<Message> failure;       ///< why the last attempt failed
};

/// Brings the receipts of one source's packages to its receipt target: under a temporary name, checked by
/// size, renamed to a new name. Receipts wait in the outbox (`STATE/outbox`) and in the ledger until they
/// have arrived, also over restarts. For one thread of its own, with a guest connection to the ledger.
class ReceiptCourier {
  public:
    /// What is named must outlive the object. \pre as SourceIntake
    ReceiptCourier(const config::Settings& settings, const config::SourceSettings& source,
                   const RunContext& context);
    ~ReceiptCourier();
    ReceiptCourier(const ReceiptCourier&) = delete;
    ReceiptCourier& operator=(const ReceiptCourier&) = delete;

    /// Tries everything that is due. Never throws for what the target refuses: that is in the report, and
    /// tried again at a stored time. Throws SYS-LEDGER… and SYS-INTERRUPTED.
    /// \param at_once a person asks: also what was put off
    CourierReport deliver(bool at_once = false);

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::exchange
