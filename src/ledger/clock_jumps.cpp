#include "ledger/clock_jumps.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "ledger/meta.hpp"
#include "ledger/portal_wait.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

namespace {

constexpr std::string_view reading_name = "clock";
constexpr Duration worth_moving_for{std::chrono::minutes(5)};
/// So much may be lost of what a machine had run when it goes off.
constexpr Duration between_readings{std::chrono::minutes(10)};

std::optional<ClockReading> last_reading(Database& database) {
    const std::optional<std::string> text = meta_value(database, reading_name);
    if (!text) {
        return std::nullopt;
    }
    const nlohmann::json stored = nlohmann::json::parse(*text);
    return ClockReading{.wall = UtcTime(Duration(stored.at(0).get<std::int64_t>())),
                        .passing = Duration(stored.at(1).get<std::int64_t>()),
                        .boot = stored.at(2).get<std::string>()};
}

void keep(Database& database, const ClockReading& reading) {
    const nlohmann::json stored = nlohmann::json::array(
        {reading.wall.time_since_epoch().count(), reading.passing.count(), reading.boot});
    set_meta(database, reading_name, stored.dump());
}

void move_times(Database& database, Duration jump) {
    const std::int64_t by = jump.count();
    database
        .statement(
            "UPDATE package SET next_attempt = next_attempt + ?1, waiting_since = waiting_since + ?1"
            " WHERE next_attempt IS NOT NULL OR waiting_since IS NOT NULL")
        .bind(by)
        .run();
    database
        .statement(
            "UPDATE package SET counted_from = coalesce(counted_from, received_at) + ? WHERE state NOT IN"
            " ('applied', 'rejected', 'repeat', 'superseded') OR number IN (SELECT package FROM parked)")
        .bind(by)
        .run();
    database.statement("UPDATE receipt_delivery SET next_attempt = next_attempt + ? WHERE state = 0")
        .bind(by)
        .run();
    database.statement("UPDATE receipt_target SET next_attempt = next_attempt + ?").bind(by).run();
    database.statement("UPDATE source_state SET next_attempt = next_attempt + ?").bind(by).run();
    database.statement("UPDATE alert SET next_attempt = next_attempt + ?").bind(by).run();
    if (std::optional<PortalWait> wait = portal_wait(database)) {
        wait->next_attempt += jump;
        set_portal_wait(database, *wait);
    }
}

}  // namespace

std::optional<Duration> note_clock(Database& database, const ClockReading& reading) {
    const std::optional<ClockReading> last = last_reading(database);
    if (!last) {
        keep(database, reading);
        return std::nullopt;
    }
    const bool is_same_run = last->boot == reading.boot && last->passing <= reading.passing;
    const Duration passed = is_same_run ? reading.passing - last->passing : Duration{0};
    const Duration jump = (reading.wall - last->wall) - passed;
    if (std::chrono::abs(jump) > worth_moving_for) {
        database.transaction([&] {
            move_times(database, jump);
            keep(database, reading);
        });
        return jump;
    }
    if (!is_same_run || passed > between_readings) {
        keep(database, reading);
    }
    return std::nullopt;
}

}  // namespace obmen::ledger
