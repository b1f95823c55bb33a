#pragma once

#include <filesystem>

#include "config/settings.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "receipt/receipt.hpp"
#include "support/clock.hpp"

/// Receipts between the ledger and their targets. Files go into the outbox, and out of it, in such an order
/// that a receipt is never lost: on disk before its row, gone only after its row says that it has arrived.
namespace obmen::exchange {

/// How receipts are written, by the settings.
[[nodiscard]] receipt::ReceiptOptions receipt_options(const config::Settings& settings);

/// `STATE/outbox`: receipts that wait for their targets.
[[nodiscard]] std::filesystem::path outbox_of(const config::Settings& settings);

/// The source of the settings that a package came from; null if it was handed over by a person, or its source
/// is not watched any more.
[[nodiscard]] const config::SourceSettings* source_of(const ledger::Package& package,
                                                      const config::Settings& settings);

/// Does nobody bring receipts to this target, as the settings stand? Never where they name no source at all:
/// a command may have been given the state directory alone.
[[nodiscard]] bool has_lost_its_source(const std::string& target, const config::Settings& settings);

/// The next receipt of a package, together with the package's new state: durable in the outbox, with a row
/// for the courier, if the package came from a source; else in the directory for receipts.
/// An end of the package's life (ledger::is_end) is noted with it.
/// \param closed the package as it is from now on: its state, and the revision to be written. The file is on
///     disk first; after a crash in between the package is closed once more, and the file replaced.
/// \returns the path
std::filesystem::path issue_receipt(ledger::Database& database, const ledger::Package& closed,
                                    const config::Settings& settings, UtcTime now);

/// Makes a receipt whose file somebody has taken out of the outbox once more, as the ledger has it now.
/// \returns false if the ledger has no such package any more
bool restore_receipt(ledger::Database& database, const ledger::ReceiptDelivery& delivery,
                     const config::Settings& settings, UtcTime now);

/// Drops files whose receipts have arrived or were overtaken, and remains of crashes that are more than a day
/// old.
void sweep_outbox(ledger::Database& database, const config::Settings& settings, UtcTime now);

}  // namespace obmen::exchange
