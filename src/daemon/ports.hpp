#pragma once

#include <memory>
#include <optional>

#include "exchange/exchange.hpp"
#include "exchange/receipt_courier.hpp"
#include "exchange/source_intake.hpp"
#include "support/clock.hpp"

/// What the daemon's threads drive: each has one, and only that thread touches it. Tests give them others.
namespace obmen::daemon {

/// A source of an exchange (exchange::SourceIntake).
class Source {
  public:
    virtual ~Source() = default;
    virtual exchange::IntakeReport look() = 0;
};

/// An exchange that owns its state directory (exchange::Exchange).
class Engine {
  public:
    virtual ~Engine() = default;
    /// Does what people have asked for. \returns whether there was anything
    virtual bool execute_requests() = 0;
    virtual exchange::RoundResult round(const exchange::RoundOptions& options) = 0;
    /// When something that waits may be tried again; nothing: nothing waits for a time.
    virtual std::optional<UtcTime> next_attempt() = 0;
};

/// The receipts of one source on their way (exchange::ReceiptCourier).
class Courier {
  public:
    virtual ~Courier() = default;
    virtual exchange::CourierReport deliver() = 0;
};

/// What people are told (alerts::Alarm).
class Teller {
  public:
    virtual ~Teller() = default;
    /// Finds out what stands and tells what has not been told. \returns when that is to be tried again
    virtual std::optional<UtcTime> tell() = 0;
};

}  // namespace obmen::daemon
