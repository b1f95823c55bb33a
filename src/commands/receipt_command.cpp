#include <ostream>

#include "commands/state_access.hpp"
#include "exchange/package_steps.hpp"
#include "ledger/packages.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// As it was written; made again from the ledger if the file is gone, which only the last revision can be.
std::string receipt_bytes(const ledger::Packages& packages, ledger::Package package, int revision,
                          const config::Settings& settings, const std::filesystem::path& state) {
    const bool is_last = revision == package.receipt_revision;
    const bool is_pruned = package.pruned;
    const UtcTime settled_at = package.settled_at.value_or(package.received_at);
    package.receipt_revision = revision;
    const std::filesystem::path file = exchange::receipt_path(package, settings);
    for (const std::filesystem::path& place :
         {file, state / "outbox" / file.filename(), state / "receipts" / file.filename()}) {
        if (std::filesystem::exists(place)) {
            return read_whole_file(place);
        }
    }
    if (!is_last || is_pruned) {
        throw Error(FailureClass::bad_config, Message{"SYS-FILE", {file.string(), "-"}});
    }
    return exchange::receipt_again(packages, package.id, settings, settled_at);
}

}  // namespace

ExitCode run_receipt(const CommonOptions& common, const ReceiptCommandOptions& options,
                     Surroundings& surroundings) {
    config::Settings settings = settings_for(common, surroundings.environment);
    const std::filesystem::path state = state_with_ledger(settings, options.state);
    if (!options.receipts.empty()) {
        settings.receipts.directory = options.receipts;
    }
    const auto database = open_ledger(state);
    const ledger::Packages packages(*database);
    const std::optional<ledger::Package> package = packages.find(options.package);
    if (!package) {
        throw Error(FailureClass::bad_config, Message{"PKG-UNKNOWN", {options.package}});
    }
    const int revision = options.revision == 0 ? package->receipt_revision : options.revision;
    if (revision == 0 || revision > package->receipt_revision) {
        throw Error(FailureClass::bad_config, Message{"PKG-NO-RECEIPT", {options.package}});
    }
    const std::string bytes = receipt_bytes(packages, *package, revision, settings, state);
    if (options.output.empty()) {
        surroundings.out << bytes;
    } else {
        write_durably(options.output, bytes);
    }
    return ExitCode::applied;
}

}  // namespace obmen::commands
