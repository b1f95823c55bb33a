#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "daemon/engine_troubles.hpp"
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

/// What Engine::look_out has found.
struct Notice {
    bool written = false;  ///< somebody has written: perhaps a person has paused a source, or lets it go on
    bool asked = false;    ///< something that people asked for has been done
    bool resumed = false;  ///< a person lets the sending go on
    bool arrived = false;  ///< there are packages that nobody has read, whoever has brought them
};

/// An exchange that owns its state directory (exchange::Exchange).
class Engine {
  public:
    virtual ~Engine() = default;
    /// Sees whether another thread or process has written to the ledger, and does what people have asked for.
    /// Cheap where nothing has happened.
    virtual Notice look_out() = 0;
    /// What has come is planned, what is due is sent. \param at_once a person asks: also what was put off
    /// \param progress called while it sends
    virtual exchange::RoundResult round(bool at_once, const std::function<void()>& progress) = 0;
    /// When something that waits may be tried again; nothing: nothing waits for a time.
    virtual std::optional<UtcTime> next_attempt() = 0;
    /// Drops what has had its time. For when there is nothing else to do, once a day.
    virtual void tidy_up() = 0;
};

/// The receipts of one source on their way (exchange::ReceiptCourier).
class Courier {
  public:
    virtual ~Courier() = default;
    /// \param at_once a person asks: also what was put off
    virtual exchange::CourierReport deliver(bool at_once) = 0;
};

/// What people are told (alerts::Alarm).
class Teller {
  public:
    virtual ~Teller() = default;
    /// Finds out what stands (the ledger says most of it) and tells what has not been told. \returns when
    /// that is to be tried again
    virtual std::optional<UtcTime> tell(const EngineTroubles::State& engine) = 0;
};

}  // namespace obmen::daemon
