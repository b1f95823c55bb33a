#pragma once

#include <map>
#include <string>

#include "config/settings.hpp"
#include "endpoint/endpoint.hpp"
#include "exchange/receipt_courier.hpp"
#include "exchange/receipt_posting.hpp"
#include "exchange/run_context.hpp"
#include "ledger/database.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

/// What the failure of one receipt says of the others.
enum class FailureOf : std::uint8_t {
    receipt,  ///< perhaps nothing: they are tried, too
    target    ///< they would fail as well
};
[[nodiscard]] FailureOf failure_of(const Error& error);

/// Brings the receipts of one source that are due to an endpoint: what ReceiptCourier does, over any
/// endpoint.
///
/// What fails because of its target (no connection, a refused login, a full disk) ends the run; the target is
/// tried again after 10 s … 30 min, doubling, or after 5 min … 6 h where a person must mend something, so
/// that no server locks an account. What fails by itself waits likewise and does not hold up the others; a
/// second one in the same run is taken for a failure of the target. Nothing is ever given up. The object that
/// has seen the failure waits by Clock::steady(), so that a clock that is set holds nothing up; the stored
/// time is for the next process, which waits 5 min of it at the most: a person may have mended it meanwhile.
class ReceiptRun {
  public:
    /// What is named must outlive the object.
    ReceiptRun(ledger::Database& database, endpoint::Endpoint& endpoint, const config::Settings& settings,
               const std::string& source, const RunContext& context);

    /// One run; as ReceiptCourier::deliver(). The endpoint is disconnected at its end.
    CourierReport deliver(bool at_once = false);

  private:
    [[nodiscard]] bool is_due(UtcTime next_attempt) const;
    [[nodiscard]] UtcTime time_after(Duration pause);
    [[nodiscard]] bool is_target_due();
    void deliver_what_is_due(CourierReport& report);
    void drop_leftovers();
    [[nodiscard]] bool deliver_one(const ledger::ReceiptDelivery& delivery);
    void note_arrival(const ledger::ReceiptDelivery& delivery, const ReceiptPosting::Posted& posted);
    void note_failure(const ledger::ReceiptDelivery& delivery, const Error& error, FailureOf of);
    void note_target_failure(const Error& error);
    void note_skew(Duration skew);
    void finish(CourierReport& report);
    void journal(const ledger::ReceiptDelivery& delivery, const std::string& status,
                 const std::string& details);
    void stop_if_asked() const;

    ledger::Database& m_database;
    endpoint::Endpoint& m_endpoint;
    const config::Settings& m_settings;
    std::string m_source;
    RunContext m_context;
    ledger::ReceiptDeliveries m_deliveries;
    ReceiptPosting m_posting;
    Duration m_begun;                      ///< steady
    bool m_at_once = false;                ///< a person asks
    std::map<UtcTime, Duration> m_pauses;  ///< stored times of this object's own: when they come, by steady()
    bool m_skew_told = false;
};

}  // namespace obmen::exchange
