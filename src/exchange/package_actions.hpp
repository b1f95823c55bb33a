#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "config/settings.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"

/// What a person may do about packages and objects. For the owner of the state directory.
namespace obmen::exchange {

/// Lets held removals through. \returns how many objects. Throws PKG-UNKNOWN, PKG-NOTHING-HELD, PKG-OVERTAKEN
/// (bad_config).
std::uint64_t approve_removals(ledger::Database& database, const std::string& package);

/// The package is planned again with the next round, from its private copy; the portal is asked at once. One
/// that was rejected is read anew; of one that was applied, the objects that failed or were given up, unless
/// a newer package has spoken of them since; one that waits waits no longer. `takes_stale`: also if it is a
/// full export that is older than what was applied. Throws PKG-UNKNOWN, PKG-NOT-RETRYABLE with the reason
/// (bad_config): it is a repeat, superseded, an archive that cannot be opened, has nothing that failed, or
/// its copy is gone.
void retry_package(ledger::Database& database, const std::filesystem::path& spool, const std::string& package,
                   bool takes_stale);

/// The package's content may come in again: it makes no repeats, and its files are new to their source.
/// A receipt of it that nobody brings any more, because its source has been taken out of `settings`, is not
/// waited for any longer. Throws PKG-UNKNOWN (bad_config).
void forget_package(ledger::Database& database, const std::string& package, const config::Settings& settings);

/// Drops what is known of an object in the CRM: the next export that names it looks it up and writes it
/// whole. `kind` is a word of the receipt (Группа, Товар, Предложение, Контрагент, Документ, Свойство) or its
/// English name (group, product, variant, contragent, document, property). Throws PKG-OBJECT-UNKNOWN,
/// PKG-OBJECT-BUSY (bad_config).
void forget_object(ledger::Database& database, const std::string& source_system, const std::string& kind,
                   const std::string& id);

/// Pauses or resumes a source of the settings, or with an empty name the sending. Allowed to guests of the
/// ledger as well. Throws SRC-UNKNOWN (bad_config).
void pause(ledger::Database& database, const config::Settings& settings, const std::string& source,
           bool paused);

}  // namespace obmen::exchange
