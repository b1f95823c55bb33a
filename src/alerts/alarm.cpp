#include "alerts/alarm.hpp"

#include <algorithm>
#include <chrono>

#include "alerts/alert_command.hpp"
#include "alerts/alert_place.hpp"
#include "alerts/mail.hpp"
#include "support/backoff.hpp"
#include "support/error.hpp"

namespace obmen::alerts {

namespace {

constexpr Backoff before_next_attempt{std::chrono::minutes(1), std::chrono::hours(1)};

/// Bits of AlertRow::ways.
constexpr std::uint64_t by_mail = 1;
constexpr std::uint64_t by_command = 2;

std::uint64_t ways_of(const config::AlertSettings& settings) {
    return (settings.mail.server.empty() ? 0 : by_mail) | (settings.command.empty() ? 0 : by_command);
}

/// Throws what keeps it from leaving.
void send_by(std::uint64_t way, const config::AlertSettings& settings, const AlertText& text,
             Language language, Log& log) {
    if (way == by_command) {
        run_alert_command(settings.command, text);
        return;
    }
    for (const std::string& refusal : send_mail(settings.mail, text)) {
        log.warning(full_text({"SYS-ALERT-MAIL", {refusal}}, language));
    }
}

}  // namespace

Alarm::Alarm(ledger::Database& database, const config::AlertSettings& settings, Language language,
             Clock& clock, Log& log)
    : m_database(database),
      m_settings(settings),
      m_language(language),
      m_clock(clock),
      m_log(log),
      m_rows(database) {}

void Alarm::raise(const std::string& cause, const Message& message, AlertKind kind) {
    if (m_rows.raise(cause, message, kind == AlertKind::one_off, m_clock.now())) {
        m_log.warning(cause + ": " + full_text(message, m_language));
    }
}

void Alarm::clear(const std::string& cause) {
    const auto stood = m_rows.clear(cause, m_clock.now());
    if (stood && !stood->one_off) {
        m_log.info(cause + ": " +
                   sentence({"SYS-ALERT-CLEAR", {sentence(stood->message, m_language)}}, m_language));
    }
}

std::vector<std::string> Alarm::standing() const {
    std::vector<std::string> causes;
    for (const ledger::AlertRow& row : m_rows.all()) {
        if (!row.cleared_at) {
            causes.push_back(row.cause);
        }
    }
    return causes;
}

std::optional<UtcTime> Alarm::tell() {
    std::vector<ledger::AlertRow> rows = m_rows.all();
    std::erase_if(rows, [](const ledger::AlertRow& row) { return !row.is_news(); });
    std::ranges::stable_sort(rows, [](const ledger::AlertRow& left, const ledger::AlertRow& right) {
        return std::pair(left.cleared_at.has_value(), left.since) <
               std::pair(right.cleared_at.has_value(), right.since);
    });
    std::optional<UtcTime> next;
    std::uint64_t broken = 0;
    for (const ledger::AlertRow& row : rows) {
        if (row.next_attempt && *row.next_attempt > m_clock.now()) {
            next = next ? std::min(*next, *row.next_attempt) : row.next_attempt;
            continue;
        }
        const std::uint64_t gone = send(row, broken);
        if ((ways_of(m_settings) & ~gone) == 0) {
            m_rows.mark_told(row.cause, m_clock.now());
            continue;
        }
        const UtcTime due = m_clock.now() + before_next_attempt.jittered_pause(row.attempts + 1);
        m_database.transaction([&] {
            m_rows.mark_way(row.cause, gone);
            m_rows.mark_failed(row.cause, row.attempts + 1, due);
        });
        next = next ? std::min(*next, due) : due;
    }
    return next;
}

News Alarm::news_of(const ledger::AlertRow& row) const {
    return {.cause = row.cause,
            .message = row.message,
            .cleared = row.cleared_at.has_value(),
            .since = row.since,
            .place = place_of(row.cause, m_database, m_language)};
}

std::uint64_t Alarm::send(const ledger::AlertRow& row, std::uint64_t& broken) {
    const AlertText text = alert_text(news_of(row), m_language, host_name());
    std::uint64_t gone = row.ways;
    for (const std::uint64_t way : {by_mail, by_command}) {
        if ((way & ways_of(m_settings) & ~gone & ~broken) == 0) {
            continue;
        }
        try {
            send_by(way, m_settings, text, m_language, m_log);
            gone |= way;
        } catch (const Error& error) {
            broken |= way;
            m_log.error(full_text(error.finding().message, m_language));
        }
    }
    return gone;
}

bool has_ways(const config::AlertSettings& settings) {
    return ways_of(settings) != 0;
}

void send_trial(const config::AlertSettings& settings, Language language, Log& log) {
    const SystemClock clock;
    const AlertText text = alert_text(
        {.cause = "trial", .message = {"SYS-ALERT-TRIAL"}, .since = clock.now()}, language, host_name());
    std::optional<Error> failure;
    for (const std::uint64_t way : {by_mail, by_command}) {
        try {
            if ((way & ways_of(settings)) != 0) {
                send_by(way, settings, text, language, log);
            }
        } catch (const Error& error) {
            failure = failure ? failure : error;
        }
    }
    if (failure) {
        throw Error(*failure);
    }
}

}  // namespace obmen::alerts
