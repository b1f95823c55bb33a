#include "alerts/watchman.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "ledger/alert_rows.hpp"
#include "ledger/noteworthy.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "ledger/source_files.hpp"
#include "ledger/source_states.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::alerts {

namespace {

constexpr Duration told_of_for{std::chrono::hours(24 * 7)};

Trouble not_put_away(const ledger::FilesLeftBehind& files) {
    return {.message = {"SRC-NOT-PUT-AWAY",
                        {files.source, std::to_string(files.files), quotable(files.first),
                         as_argument(files.reason)}},
            .since = files.since,
            .needs_person = needs_person(files.reason)};
}

SourceView view_of(ledger::Database& database, const config::SourceSettings& source, UtcTime now) {
    SourceView view{.name = source.name, .quiet_hours = source.quiet_hours};
    const ledger::SourceState state = ledger::SourceStates(database).find(source.name);
    view.paused = state.paused;
    if (state.failing_since && state.failure) {
        view.trouble = {.message = *state.failure,
                        .since = *state.failing_since,
                        .needs_person = needs_person(*state.failure)};
    }
    view.last_arrival =
        state.arrived_at ? *state.arrived_at : ledger::AlertRows(database).waited_for_since(source.name, now);
    return view;
}

Trouble undelivered(const ledger::ReceiptDelivery& receipt, const Message& why, UtcTime since) {
    return {.message = {"RCP-UNDELIVERED", {receipt.file, receipt.target, as_argument(why), receipt.package}},
            .since = since,
            .needs_person = needs_person(why)};
}

std::vector<ReceiptView> receipts_that_fail(ledger::Database& database, const config::Settings& settings) {
    const ledger::ReceiptDeliveries deliveries(database);
    std::vector<ReceiptView> views;
    for (const ledger::WaitingReceipts& waiting : deliveries.all_waiting()) {
        const bool is_watched = std::ranges::find(settings.sources, waiting.target,
                                                  &config::SourceSettings::name) != settings.sources.end();
        if (!is_watched) {
            const Message why{"SYS-MISSING-SETTING", {"[[source]] name = \"" + waiting.target + "\""}};
            views.push_back({waiting.target, undelivered(waiting.oldest, why, waiting.oldest.made_at)});
        } else if (const auto trouble = deliveries.trouble(waiting.target)) {
            views.push_back(
                {waiting.target, undelivered(waiting.oldest, trouble->failure, trouble->failing_since)});
        } else if (waiting.failing && waiting.failing->failure) {
            views.push_back({waiting.target, undelivered(*waiting.failing, *waiting.failing->failure,
                                                         *waiting.failing->failing_since)});
        }
    }
    return views;
}

std::vector<PackageView> packages_to_tell_of(ledger::Database& database, UtcTime now) {
    std::vector<PackageView> views;
    const auto add = [&](PackageView::What what, const std::vector<ledger::NoteworthyPackage>& packages) {
        for (const ledger::NoteworthyPackage& package : packages) {
            views.push_back({.what = what, .id = package.id, .message = package.message});
        }
    };
    add(PackageView::What::held, ledger::packages_held(database));
    add(PackageView::What::rejected, ledger::packages_rejected(database, now - told_of_for));
    add(PackageView::What::expired, ledger::packages_expired(database, now - told_of_for));
    return views;
}

/// A disk that cannot be asked has nothing free.
std::uint64_t free_bytes(const std::filesystem::path& directory) {
    try {
        return free_bytes_of(directory);
    } catch (const Error&) {
        return 0;
    }
}

}  // namespace

Snapshot read_snapshot(ledger::Database& database, const config::Settings& settings, UtcTime now) {
    Snapshot snapshot{.now = now, .patience = std::chrono::minutes(settings.alerts.patience_minutes)};
    const std::vector<ledger::FilesLeftBehind> left_behind = ledger::files_left_behind(database);
    for (const config::SourceSettings& source : settings.sources) {
        SourceView& view = snapshot.sources.emplace_back(view_of(database, source, now));
        const auto files = std::ranges::find(left_behind, source.name, &ledger::FilesLeftBehind::source);
        if (files != left_behind.end() && source.archive != config::ArchivePolicy::leave) {
            view.left_behind = not_put_away(*files);
        }
    }
    snapshot.receipts = receipts_that_fail(database, settings);
    snapshot.packages = packages_to_tell_of(database, now);
    snapshot.state_directory = settings.state_directory.string();
    snapshot.disk_free = free_bytes(settings.state_directory);
    snapshot.disk_low = settings.alerts.disk_low_bytes;
    snapshot.language = settings.language;
    return snapshot;
}

Watchman::Watchman(ledger::Database& database, const config::Settings& settings, Alarm& alarm, Clock& clock)
    : m_database(database), m_settings(settings), m_alarm(alarm), m_clock(clock), m_began(clock.steady()) {}

void Watchman::look(const std::optional<Trouble>& portal) {
    Snapshot snapshot = read_snapshot(m_database, m_settings, m_clock.now());
    snapshot.portal = portal;
    snapshot.watched_for = m_clock.steady() - m_began;
    std::vector<std::string> over = m_alarm.standing();
    snapshot.standing = {over.begin(), over.end()};
    for (const Standing& standing : standing_causes(snapshot)) {
        m_alarm.raise(standing.cause, standing.message, standing.kind);
        std::erase(over, standing.cause);
    }
    for (const std::string& cause : over) {
        if (is_watched_cause(cause)) {
            m_alarm.clear(cause);
        }
    }
}

}  // namespace obmen::alerts
