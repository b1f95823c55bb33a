#include "exchange/receipt_outbox.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>

#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/file.hpp"

namespace obmen::exchange {

namespace {

using Path = std::filesystem::path;

/// Reads the ledger as it was at one moment, whatever others write meanwhile.
class LedgerSnapshot {
  public:
    explicit LedgerSnapshot(ledger::Database& database) : m_database(database) {
        m_database.execute("BEGIN");
    }
    ~LedgerSnapshot() {
        try {
            m_database.execute("COMMIT");
        } catch (const Error&) {
            m_database.rollback();
        }
    }
    LedgerSnapshot(const LedgerSnapshot&) = delete;
    LedgerSnapshot& operator=(const LedgerSnapshot&) = delete;

  private:
    ledger::Database& m_database;
};

bool is_older_than_a_day(const Path& file, UtcTime now) {
    const std::optional<FileState> state = file_state(file);
    const UtcTime modified{std::chrono::duration_cast<Duration>(
        std::chrono::nanoseconds(state ? state->modified_nanoseconds : 0))};
    return state && now - modified > std::chrono::hours(24);
}

}  // namespace

receipt::ReceiptOptions receipt_options(const config::Settings& settings) {
    return {.language = settings.receipts.language,
            .encoding = settings.receipts.windows1251 ? receipt::TextEncoding::windows1251
                                                      : receipt::TextEncoding::utf8_with_bom,
            .list_unchanged_up_to = settings.receipts.list_unchanged_up_to};
}

Path outbox_of(const config::Settings& settings) {
    return settings.state_directory / "outbox";
}

const config::SourceSettings* source_of(const ledger::Package& package, const config::Settings& settings) {
    const auto found = std::ranges::find(settings.sources, package.origin, &config::SourceSettings::name);
    return package.origin.empty() || found == settings.sources.end() ? nullptr : &*found;
}

bool has_lost_its_source(const std::string& target, const config::Settings& settings) {
    return !settings.sources.empty() &&
           std::ranges::find(settings.sources, target, &config::SourceSettings::name) ==
               settings.sources.end();
}

Path issue_receipt(ledger::Database& database, const ledger::Package& closed,
                   const config::Settings& settings, UtcTime now) {
    ledger::Packages packages(database);
    const config::SourceSettings* source = source_of(closed, settings);
    Path path = receipt::write_receipt(packages, closed,
                                       source != nullptr ? outbox_of(settings) : settings.receipts.directory,
                                       now, receipt_options(settings));
    failpoint("receipt.written");
    database.transaction([&] {
        packages.close(closed, now);
        if (source != nullptr) {
            ledger::ReceiptDeliveries(database).add({.package = closed.id,
                                                     .revision = closed.receipt_revision,
                                                     .file = path.filename().string(),
                                                     .target = source->name,
                                                     .made_at = now});
        }
    });
    failpoint("receipt.issued");
    return path;
}

bool restore_receipt(ledger::Database& database, const ledger::ReceiptDelivery& delivery,
                     const config::Settings& settings, UtcTime now) {
    const ledger::Packages packages(database);
    const LedgerSnapshot snapshot(database);
    std::optional<ledger::Package> package = packages.find(delivery.package);
    if (!package) {
        return false;
    }
    package->receipt_revision = delivery.revision;
    receipt::write_receipt(packages, *package, outbox_of(settings), now, receipt_options(settings));
    return true;
}

void sweep_outbox(ledger::Database& database, const config::Settings& settings, UtcTime now) {
    const ledger::ReceiptDeliveries deliveries(database);
    std::error_code no_outbox_yet;
    for (const auto& entry : std::filesystem::directory_iterator(outbox_of(settings), no_outbox_yet)) {
        const auto row = deliveries.of_file(entry.path().filename().string());
        const bool is_done = row && row->state != ledger::DeliveryState::waiting;
        // One without a row may be of a package that is being closed at this moment.
        if (is_done || (!row && is_older_than_a_day(entry.path(), now))) {
            std::error_code next_time;
            std::filesystem::remove(entry.path(), next_time);
        }
    }
}

}  // namespace obmen::exchange
