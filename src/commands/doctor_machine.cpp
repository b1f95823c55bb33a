#include "commands/doctor_machine.hpp"

#include <fmt/format.h>

#include <optional>

#include "alerts/alarm.hpp"
#include "alerts/alert_text.hpp"
#include "ledger/database.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

using Path = std::filesystem::path;

/// The directory itself, or where it would be made.
Path existing_part(Path directory) {
    while (!directory.empty() && !std::filesystem::exists(directory)) {
        directory = directory.parent_path();
    }
    return directory.empty() ? Path(".") : directory;
}

void check_disk(DoctorLines& lines, const config::Settings& settings) {
    std::uint64_t free = 0;
    try {
        free = free_bytes_of(existing_part(std::filesystem::absolute(settings.state_directory)));
    } catch (const Error& error) {
        lines.failed(DoctorTopic::disk, {}, error.finding().message);
        return;
    }
    const auto size = [&](Language language) { return alerts::size_text(free, language); };
    if (free < settings.alerts.disk_low_bytes) {
        lines.failed(DoctorTopic::disk, {},
                     {"SYS-DISK-LOW",
                      {settings.state_directory.string(), size(lines.language()),
                       alerts::size_text(settings.alerts.disk_low_bytes, lines.language())}});
        return;
    }
    lines.ok(DoctorTopic::disk, {},
             {fmt::format("{}: свободно {}", settings.state_directory.string(), size(Language::russian)),
              fmt::format("{}: {} free", settings.state_directory.string(), size(Language::english))});
}

/// Who has the state directory (its PID); nothing: nobody else, and it is ours while `lock` lives.
std::optional<std::string> owner_of(const Path& directory, std::optional<DirectoryLock>& lock) {
    try {
        lock.emplace(directory);
        return std::nullopt;
    } catch (const Error& error) {
        if (error.finding().message.code != Code{"SYS-LOCKED"}) {
            throw;
        }
        return error.finding().message.arguments.at(1);
    }
}

void check_waiting(DoctorLines& lines, ledger::Database& database, UtcTime now) {
    for (const ledger::WaitingReceipts& waiting : ledger::ReceiptDeliveries(database).all_waiting()) {
        const auto minutes =
            std::chrono::duration_cast<std::chrono::minutes>(now - waiting.oldest.made_at).count();
        lines.skipped(DoctorTopic::receipts, waiting.target,
                      {fmt::format("ждут доставки: {}, первая {} мин.", waiting.count, minutes),
                       fmt::format("{} wait to be delivered, the first for {} min", waiting.count, minutes)});
    }
}

void check_ledger(DoctorLines& lines, const config::Settings& settings, UtcTime now) {
    const Path file = settings.state_directory / "ledger.db";
    if (!std::filesystem::exists(file)) {
        lines.skipped(DoctorTopic::ledger, {},
                      {"ещё нет: появится с первым запуском", "there is none yet: the first run makes it"});
        return;
    }
    try {
        std::optional<DirectoryLock> lock;
        const std::optional<std::string> owner = owner_of(settings.state_directory, lock);
        ledger::Database database(file, owner ? ledger::Opening::guest : ledger::Opening::owner);
        if (owner) {
            lines.ok(DoctorTopic::ledger, {},
                     {"читается; его ведёт obmen (PID " + *owner + "), поэтому целиком не проверялся",
                      "can be read; obmen (PID " + *owner + ") runs it, so it was not checked as a whole"});
        } else {
            lines.ok(DoctorTopic::ledger, {},
                     {"проверен целиком; сейчас его никто не ведёт", "whole; nobody runs it now"});
        }
        check_waiting(lines, database, now);
    } catch (const Error& error) {
        lines.failed(DoctorTopic::ledger, {}, error.finding().message);
    }
}

}  // namespace

void check_state(DoctorLines& lines, const config::Settings& settings, UtcTime now) {
    if (settings.state_directory.empty()) {
        lines.failed(DoctorTopic::disk, {}, {"SYS-MISSING-SETTING", {"[state] directory"}});
        return;
    }
    check_disk(lines, settings);
    check_ledger(lines, settings, now);
}

void check_alerts(DoctorLines& lines, const config::Settings& settings, bool sends,
                  Surroundings& surroundings) {
    if (!alerts::has_ways(settings.alerts)) {
        lines.skipped(DoctorTopic::alert, {},
                      {"не настроено: об остановках узнаёт только журнал службы",
                       "none is set up: only the log is told of stops"});
        return;
    }
    if (!sends) {
        lines.skipped(DoctorTopic::alert, {},
                      {"не проверено; пробное оповещение: obmen doctor --alert",
                       "not tried; for a trial alert: obmen doctor --alert"});
        return;
    }
    try {
        alerts::send_trial(settings.alerts, settings.language, surroundings.log);
        lines.ok(DoctorTopic::alert, {}, {"пробное отправлено", "a trial was sent"});
    } catch (const Error& error) {
        lines.failed(DoctorTopic::alert, {}, error.finding().message);
    }
}

}  // namespace obmen::commands
