#include "exchange/pruning.hpp"

#include <system_error>

#include "ledger/history.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"

namespace obmen::exchange {

namespace {

constexpr std::size_t packages_at_once = 100;

/// Gone before the rows are: a crash in between leaves a package that is pruned again.
void remove_copies(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (error) {
        fail_with_file(directory, error.value());
    }
}

}  // namespace

std::uint64_t prune_history(Exchange& exchange) {
    ledger::Database& database = exchange.database();
    const UtcTime before =
        exchange.context().clock.now() -
        std::chrono::hours(24 * static_cast<std::int64_t>(exchange.settings().history_days));
    std::uint64_t count = 0;
    while (true) {
        const std::vector<std::string> packages = ledger::prunable(database, before, packages_at_once);
        for (const std::string& id : packages) {
            const std::atomic<bool>* interrupted = exchange.context().interrupted;
            if (interrupted != nullptr && interrupted->load()) {
                return count;
            }
            remove_copies(exchange.spool() / id);
            failpoint("history.copies");
            ledger::prune(database, id);
            failpoint("history.pruned");
            ++count;
        }
        if (packages.size() < packages_at_once) {
            break;
        }
    }
    ledger::prune_journal(database, before);
    ledger::prune_requests(database, before);
    return count;
}

}  // namespace obmen::exchange
