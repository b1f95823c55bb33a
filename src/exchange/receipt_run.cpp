#include "exchange/receipt_run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "exchange/receipt_outbox.hpp"
#include "ledger/journal.hpp"
#include "ledger/source_states.hpp"
#include "support/backoff.hpp"
#include "support/failpoint.hpp"

namespace obmen::exchange {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Backoff for_time_to_mend{seconds(10), minutes(30)};
constexpr Backoff for_people_to_mend{minutes(5), hours(6)};
constexpr Duration largest_skew = seconds(120);

/// Not a failure of the receipt or its target, but of what notes it, or the wish to stop.
bool ends_everything(const Error& error) {
    const std::string_view code = error.finding().message.code.text();
    return error.failure_class() == FailureClass::bug || code == "SYS-INTERRUPTED" ||
           code.starts_with("SYS-LEDGER");
}

Duration pause_after_failure(const Error& error, std::uint64_t failures) {
    return (error.failure_class() == FailureClass::bad_config ? for_people_to_mend : for_time_to_mend)
        .jittered_pause(failures);
}

}  // namespace

FailureOf failure_of(const Error& error) {
    constexpr auto of_target = std::to_array<std::string_view>(
        {"SRC-CONNECT", "SRC-STALLED", "SRC-BUSY", "SRC-FULL", "SRC-MISSING", "SYS-DISK-FULL"});
    const bool known = std::ranges::find(of_target, error.finding().message.code.text()) != of_target.end();
    return known || error.failure_class() == FailureClass::bad_config ? FailureOf::target
                                                                      : FailureOf::receipt;
}

ReceiptRun::ReceiptRun(ledger::Database& database, endpoint::Endpoint& endpoint,
                       const config::Settings& settings, const std::string& source, const RunContext& context)
    : m_database(database),
      m_endpoint(endpoint),
      m_settings(settings),
      m_source(source),
      m_context(context),
      m_deliveries(database),
      m_posting(endpoint, context.clock),
      m_begun(context.clock.steady()) {}

CourierReport ReceiptRun::deliver(bool at_once) {
    m_at_once = at_once;
    CourierReport report;
    if (is_target_due()) {
        try {
            deliver_what_is_due(report);
        } catch (...) {
            m_endpoint.disconnect();
            throw;
        }
        m_endpoint.disconnect();
    }
    finish(report);
    return report;
}

bool ReceiptRun::is_due(UtcTime next_attempt) const {
    const auto pause = m_pauses.find(next_attempt);
    const Duration latest = pause != m_pauses.end() ? pause->second : m_begun + for_people_to_mend.first;
    return m_at_once || for_people_to_mend.is_over(next_attempt, m_context.clock.now()) ||
           latest <= m_context.clock.steady();
}

/// When the next attempt is due, to be stored.
UtcTime ReceiptRun::time_after(Duration pause) {
    const UtcTime now = m_context.clock.now();
    std::erase_if(m_pauses, [&](const auto& known) { return for_people_to_mend.is_over(known.first, now); });
    m_pauses[now + pause] = m_context.clock.steady() + pause;
    return now + pause;
}

bool ReceiptRun::is_target_due() {
    const auto trouble = m_deliveries.trouble(m_source);
    return !trouble || is_due(trouble->next_attempt);
}

void ReceiptRun::deliver_what_is_due(CourierReport& report) {
    bool one_has_failed = false;
    for (const ledger::ReceiptDelivery& delivery : m_deliveries.waiting(m_source)) {
        if (delivery.next_attempt && !is_due(*delivery.next_attempt)) {
            continue;
        }
        stop_if_asked();
        try {
            if (report.delivered == 0 && !one_has_failed) {
                drop_leftovers();
            }
            report.delivered += deliver_one(delivery) ? 1U : 0U;
        } catch (const Error& error) {
            if (ends_everything(error)) {
                throw;
            }
            const FailureOf of = one_has_failed ? FailureOf::target : failure_of(error);
            note_failure(delivery, error, of);
            if (of == FailureOf::target) {
                note_target_failure(error);
                return;
            }
            one_has_failed = true;
        }
    }
}

/// What attempts for receipts that have been overtaken since have left at the target.
void ReceiptRun::drop_leftovers() {
    for (const ledger::ReceiptDelivery& delivery : m_deliveries.with_temporary(m_source)) {
        if (delivery.state != ledger::DeliveryState::waiting) {
            m_endpoint.remove(delivery.temporary);
            m_deliveries.note_temporary(delivery, {});
        }
    }
}

/// \returns false if there is nothing to deliver any more: a person has forgotten the package
bool ReceiptRun::deliver_one(const ledger::ReceiptDelivery& delivery) {
    const std::filesystem::path file = outbox_of(m_settings) / delivery.file;
    if (!std::filesystem::exists(file) &&
        !restore_receipt(m_database, delivery, m_settings, m_context.clock.now())) {
        m_deliveries.mark_overtaken(delivery);
        return false;
    }
    const ReceiptPosting::Posted posted = m_posting.post(
        {.name = delivery.file, .file = file, .left_behind = delivery.temporary},
        [&](const std::string& temporary) { m_deliveries.note_temporary(delivery, temporary); });
    note_arrival(delivery, posted);
    failpoint("receipt.delivered");
    std::error_code swept_later;
    std::filesystem::remove(file, swept_later);
    return true;
}

void ReceiptRun::note_arrival(const ledger::ReceiptDelivery& delivery, const ReceiptPosting::Posted& posted) {
    m_database.transaction([&] {
        m_deliveries.mark_delivered(delivery, posted.name, m_context.clock.now());
        m_deliveries.forget_trouble(m_source);
        journal(delivery, "ok", posted.name);
    });
    m_context.log.info((m_settings.language == Language::russian ? "квитанция " : "receipt ") + posted.name +
                       " -> " + m_endpoint.shown());
    if (posted.skew) {
        note_skew(*posted.skew);
    }
}

void ReceiptRun::note_failure(const ledger::ReceiptDelivery& delivery, const Error& error, FailureOf of) {
    const UtcTime now = m_context.clock.now();
    const Message& why = error.finding().message;
    std::optional<UtcTime> next;
    if (of == FailureOf::receipt) {
        next = time_after(pause_after_failure(error, delivery.attempts + 1));
    }
    m_database.transaction([&] {
        m_deliveries.mark_failed(delivery, why, now, next);
        journal(delivery, std::string(why.code.text()), delivery.file);
    });
    m_context.log.warning(full_text(
        {"RCP-UNDELIVERED", {delivery.file, m_endpoint.shown(), as_argument(why), delivery.package}},
        m_settings.language));
}

void ReceiptRun::note_target_failure(const Error& error) {
    const auto before = m_deliveries.trouble(m_source);
    const std::uint64_t failures = before ? before->attempts + 1 : 1;
    m_deliveries.note_trouble({.target = m_source,
                               .attempts = failures,
                               .next_attempt = time_after(pause_after_failure(error, failures)),
                               .failing_since = before ? before->failing_since : m_context.clock.now(),
                               .failure = error.finding().message});
}

void ReceiptRun::note_skew(Duration skew) {
    ledger::SourceStates(m_database).set_skew(m_source, skew);
    if (std::chrono::abs(skew) > largest_skew && !std::exchange(m_skew_told, true)) {
        const auto whole = std::chrono::duration_cast<seconds>(skew).count();
        m_context.log.warning(
            full_text({"SRC-SKEW", {m_endpoint.shown(), std::to_string(whole)}}, m_settings.language));
    }
}

/// What still waits, by the ledger.
void ReceiptRun::finish(CourierReport& report) {
    const std::vector<ledger::ReceiptDelivery> waiting = m_deliveries.waiting(m_source);
    const auto trouble = m_deliveries.trouble(m_source);
    report.waiting = waiting.size();
    for (const ledger::ReceiptDelivery& delivery : waiting) {
        UtcTime due = delivery.next_attempt.value_or(m_context.clock.now());
        due = trouble ? std::max(due, trouble->next_attempt) : due;
        if (!report.next_attempt || due < *report.next_attempt) {
            report.next_attempt = due;
        }
        if (delivery.failure) {
            report.failure = delivery.failure;
        }
    }
    if (trouble && !waiting.empty()) {
        report.failure = trouble->failure;
    }
}

void ReceiptRun::journal(const ledger::ReceiptDelivery& delivery, const std::string& status,
                         const std::string& details) {
    ledger::Journal(m_database)
        .write({.time = m_context.clock.now(),
                .operation = "receipt-delivery",
                .source_system = m_settings.source_system,
                .target_system = m_endpoint.shown(),
                .package = delivery.package,
                .object_id = {},
                .status = status,
                .details = details});
}

void ReceiptRun::stop_if_asked() const {
    if (m_context.interrupted != nullptr && *m_context.interrupted) {
        throw Error(FailureClass::temporary, Message{"SYS-INTERRUPTED"});
    }
}

}  // namespace obmen::exchange
