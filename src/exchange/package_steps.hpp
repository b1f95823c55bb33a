#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arrival/intake.hpp"
#include "commerceml/records.hpp"
#include "config/settings.hpp"
#include "exchange/record_source.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"
#include "support/clock.hpp"

/// The arrows of a package's life, one function each (design: "A package's life"). The commands and the
/// daemon call the same functions.
namespace obmen::exchange {

/// Names a file for reading: as it is called to people, and where the private copy is.
struct NamedFile {
    std::string name;
    std::filesystem::path path;
};

/// Files in reading order: classifiers, catalogues with a classifier, catalogues, offers, contragents,
/// documents; by content, never by name; within each of these by the time they were formed, then as given.
/// But of two files of one catalogue that both have offers, or goods, the one formed first comes first: what
/// it says must not be laid over what was said later.
[[nodiscard]] std::vector<NamedFile> in_reading_order(std::vector<NamedFile> files,
                                                      const RecordSources& sources);

/// Records by kind, in the order of commerceml::Record.
using RecordCounts = std::array<std::uint64_t, std::variant_size_v<commerceml::Record>>;

/// received: the package's row and files are in the ledger (its bytes are on disk already).
/// \param origin [[source]] that it came from; empty: handed over by a person
void record_arrival(ledger::Database& database, const arrival::SpooledPackage& package, UtcTime now,
                    const std::string& origin = {});
/// rejected before reading: an archive that cannot be opened, for example.
void record_rejection(ledger::Database& database, const arrival::RejectedArrival& arrival, UtcTime now,
                      const std::string& origin = {});

struct PlanReport {
    RecordCounts records{};
    std::uint64_t passed_over = 0;  ///< of them, those that did not have to be read: they are as they were
    std::optional<Finding> fault;   ///< set: the package is rejected
};
/// Whether records that are known word for word are passed over (design: "The short way"). What comes of a
/// package is the same; `not_taken` is for tests and for comparisons.
enum class ShortWay : std::uint8_t { taken, not_taken };

/// received → planning → planned, or → rejected with the fault as a finding. Nothing is sent. A package that
/// was cut off while being read is read anew; one that was planned already may be planned once more: its
/// verdicts and findings stay, also where that is cut off. If it cannot be read then, `fault` says why, and
/// only the objects that it was read for fail. A full export that is
/// older than the one of its catalogue that has been applied is rejected (PKG-STALE), unless the package
/// `takes_stale`. What is rejected keeps its private copies, with the reason beside them (`reason.json`).
PlanReport plan_package(ledger::Database& database, const std::string& package_id,
                        const std::filesystem::path& spool, const config::Settings& settings,
                        ShortWay short_way = ShortWay::taken);

/// Objects that have vanished from the CRM are made anew from their packages, and those that are other ones
/// now are written whole: plans these packages, oldest first, once more, if the ledger has such objects.
/// \returns whether it has
bool plan_incomplete(ledger::Database& database, const std::vector<std::string>& package_ids,
                     const std::filesystem::path& spool, const config::Settings& settings);

/// Plans the removals of full exports that were merged before a crash came; see ledger::Removals.
void plan_due_removals(ledger::Database& database, const config::Settings& settings);

/// Has everything of a package that was planned, or rejected, come to an end?
[[nodiscard]] bool is_settled(ledger::Database& database, const std::string& package_id);

/// applied or deferred, as its outcomes say, after a delivery; and the receipt, one revision on. \returns its
/// path (see issue_receipt); empty if it still waits and there is no news to tell (`!has_news`): 1C has that
/// receipt already. Of repeats of one content only the first in 24 hours is answered.
std::filesystem::path close_package(ledger::Database& database, const std::string& package_id,
                                    bool everything_sent, const config::Settings& settings, UtcTime now,
                                    bool has_news = true);

/// The bytes of the last receipt, as of `time`, from the ledger. Holds them in memory.
[[nodiscard]] std::string receipt_again(const ledger::Packages& packages, const std::string& package_id,
                                        const config::Settings& settings, UtcTime time);

/// Where the last receipt of a package is written.
[[nodiscard]] std::filesystem::path receipt_path(const ledger::Package& package,
                                                 const config::Settings& settings);

/// True if an object of the package failed, or something of it could not be read at all, which no object
/// shows.
[[nodiscard]] bool has_errors(const ledger::Packages& packages, const std::string& package_id);

/// What a package's verdicts add up to, for the exit code: applied, with_errors, rejected or deferred. A
/// repeat ended as the package that it repeats; a superseded one is applied by the one that took its place.
enum class PackageEnd : std::uint8_t { applied, with_errors, rejected, deferred };
[[nodiscard]] PackageEnd end_of(const ledger::Packages& packages, const std::string& package_id);

}  // namespace obmen::exchange
