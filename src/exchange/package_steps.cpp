#include "exchange/package_steps.hpp"

#include <algorithm>
#include <utility>

#include "arrival/assembly.hpp"
#include "commerceml/reader.hpp"
#include "exchange/content_reader.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/package_reading.hpp"
#include "exchange/quarantine.hpp"
#include "exchange/receipt_outbox.hpp"
#include "exchange/record_source.hpp"
#include "ledger/pending.hpp"
#include "ledger/planning.hpp"
#include "ledger/removals.hpp"
#include "ledger/repeats.hpp"
#include "ledger/retries.hpp"
#include "receipt/receipt_name.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"

namespace obmen::exchange {

namespace {

int reading_rank(const commerceml::FileKind& kind) {
    if (kind.catalogue) {
        return kind.classifier ? 1 : 2;
    }
    if (kind.offers) {
        return 3;
    }
    if (kind.classifier) {
        return 0;
    }
    if (kind.contragents) {
        return 4;
    }
    return kind.documents ? 5 : 6;
}

ledger::Package package_row(const arrival::SpooledPackage& package, UtcTime now, const std::string& origin) {
    ledger::Package row{.id = package.id, .source = package.source, .received_at = now, .origin = origin};
    for (const arrival::SpooledFile& file : package.files) {
        row.files.push_back(
            {.name = file.name, .spool_name = file.spool_name, .size = file.size, .sha256 = file.sha256});
    }
    return row;
}

/// Objects of the package, of all kinds, with this verdict.
std::uint64_t count_of(const ledger::Packages& packages, const std::string& package_id,
                       ledger::Verdict verdict) {
    std::uint64_t count = 0;
    for (const ledger::Totals& totals : packages.totals(package_id)) {
        count += totals.count.at(static_cast<std::size_t>(verdict));
    }
    return count;
}

/// What a merged package's full exports lack is switched off, where the mapping says so.
void plan_removals(ledger::Database& database, const crm::Mapping& mapping, const std::string& package_id) {
    if (mapping.product.on_missing == crm::OnMissing::deactivate) {
        static_cast<void>(ledger::Removals(database).plan(package_id, mapping.product.max_missing_percent));
    } else {
        ledger::Removals(database).keep_missing(package_id);
    }
}

void reject(ledger::Database& database, const ledger::Package& package,
            const std::filesystem::path& directory, const Finding& fault, UtcTime now) {
    keep_reason(directory, package, fault, now);
    failpoint("quarantine.reason");
    ledger::Packages packages(database);
    const std::string& package_id = package.id;
    database.transaction([&] {
        packages.clear_results(package_id);
        packages.add_finding(package_id, fault);
        packages.set_state(package_id, ledger::PackageState::rejected);
    });
    failpoint("package.rejected");
}

/// A package that was planned and cannot be read once more: what it was to be read for fails, all else stays.
void leave_as_it_is(ledger::Database& database, const std::string& package_id, const Finding& fault) {
    database.transaction([&] {
        ledger::Pending(database).fail_incomplete(package_id, fault.message);
        ledger::Packages(database).set_state(package_id, ledger::PackageState::planned);
    });
}

/// A package whose private copies somebody has taken away must not hold up the others for ever.
void require_copies(const ledger::Package& package, const std::filesystem::path& directory) {
    for (const ledger::PackageFile& file : package.files) {
        if (!std::filesystem::exists(directory / file.spool_name)) {
            throw Error(FailureClass::bad_input,
                        Message{"SYS-FILE", {(directory / file.spool_name).string(), "no such file"}});
        }
    }
}

}  // namespace

std::vector<NamedFile> in_reading_order(std::vector<NamedFile> files, const RecordSources& sources) {
    std::vector<arrival::GroupFacts> facts;
    for (const NamedFile& file : files) {
        commerceml::FileInput input(file.path);
        const commerceml::FileKind kind = sources.kind_of(input);
        arrival::GroupFacts& known = facts.emplace_back();
        if (files.size() > 1 && (kind.catalogue || kind.offers)) {
            known.add(content_of(file.path, file.name, arrival::ContentReader::Depth::head, sources));
        }
        known.rank = reading_rank(kind);
    }
    std::vector<NamedFile> ordered;
    for (const std::size_t index : arrival::in_taking_order(facts)) {
        ordered.push_back(std::move(files[index]));
    }
    return ordered;
}

void record_arrival(ledger::Database& database, const arrival::SpooledPackage& package, UtcTime now,
                    const std::string& origin) {
    ledger::Packages packages(database);
    database.transaction([&] {
        packages.add(package_row(package, now, origin));
        for (const Finding& note : package.notes) {
            packages.add_finding(package.id, note);
        }
    });
}

void record_rejection(ledger::Database& database, const arrival::RejectedArrival& arrival, UtcTime now,
                      const std::string& origin) {
    const ledger::Package row = package_row(arrival.package, now, origin);
    keep_reason(arrival.package.directory, row, arrival.fault, now);
    ledger::Packages packages(database);
    database.transaction([&] {
        packages.add(row);
        packages.add_finding(arrival.package.id, arrival.fault);
        packages.set_state(arrival.package.id, ledger::PackageState::rejected);
    });
}

void plan_due_removals(ledger::Database& database, const config::Settings& settings) {
    const std::vector<std::string> due = ledger::Removals(database).due();
    if (due.empty()) {
        return;
    }
    const crm::Mapping mapping = mapping_of(settings);
    for (const std::string& package_id : due) {
        plan_removals(database, mapping, package_id);
    }
}

PlanReport plan_package(ledger::Database& database, const std::string& package_id,
                        const std::filesystem::path& spool, const config::Settings& settings,
                        ShortWay short_way) {
    const RecordSources sources(settings);
    const crm::Mapping mapping = mapping_of(settings);
    ledger::Packages packages(database);
    // A merge that was cut off is finished first: then the package was planned, and its verdicts stay.
    ledger::Planning::discard(database, package_id);
    const ledger::Package package = packages.find(package_id).value();
    database.transaction([&] {
        if (!package.was_planned && package.state == ledger::PackageState::planning) {
            packages.clear_results(package_id);  // it was cut off while being read
        }
        packages.set_state(package_id, ledger::PackageState::planning);
    });
    failpoint("package.reading");
    PlanReport report;
    try {
        require_copies(package, spool / package_id);
        PackageReading reading(database, package, settings, mapping, sources, spool / package_id, short_way);
        report.records = reading.read();
        report.passed_over = reading.passed_over();
        failpoint("package.read");
        ledger::Removals(database).weigh_marks(package_id, mapping.product.max_missing_percent,
                                               mapping.product.on_missing == crm::OnMissing::deactivate);
        ledger::Planning::merge(database, package_id);
        reading.settle();
        failpoint("package.planned");
        plan_removals(database, mapping, package_id);
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            throw;
        }
        report.fault = error.finding();
        ledger::Planning::discard(database, package_id);
        if (package.was_planned) {
            leave_as_it_is(database, package_id, *report.fault);
        } else {
            reject(database, package, spool / package_id, *report.fault, SystemClock().now());
        }
    }
    if (package.retrying) {
        ledger::close_reopened(database, package_id,
                               report.fault ? std::optional(report.fault->message) : std::nullopt);
    }
    return report;
}

bool plan_incomplete(ledger::Database& database, const std::vector<std::string>& package_ids,
                     const std::filesystem::path& spool, const config::Settings& settings) {
    ledger::Pending pending(database);
    if (pending.incomplete_packages().empty()) {
        return false;
    }
    const ledger::Packages packages(database);
    for (const std::string& id : package_ids) {
        const ledger::Package package = packages.find(id).value();
        if (package.was_planned && package.state != ledger::PackageState::rejected) {
            static_cast<void>(plan_package(database, id, spool, settings));
        }
    }
    pending.complete();
    return true;
}

bool is_settled(ledger::Database& database, const std::string& package_id) {
    ledger::Packages packages(database);
    packages.tell_of_variants(package_id);
    const std::vector<std::string> incomplete = ledger::Pending(database).incomplete_packages();
    return count_of(packages, package_id, ledger::Verdict::planned) == 0 &&
           std::ranges::find(incomplete, package_id) == incomplete.end() &&
           !packages.has_waiting_parts(package_id);
}

std::filesystem::path receipt_path(const ledger::Package& package, const config::Settings& settings) {
    const std::string first_file = package.files.empty() ? std::string() : package.files.front().name;
    const std::string name = receipt::receipt_file_name(first_file, package.id, package.receipt_revision);
    return (source_of(package, settings) != nullptr ? outbox_of(settings) : settings.receipts.directory) /
           name;
}

namespace {

/// False for what has ended without having been sent: that stays so.
bool ends_by_its_objects(ledger::PackageState state) {
    return state == ledger::PackageState::applied || !ledger::is_end(state);
}

bool is_silent_repeat(ledger::Database& database, const ledger::Package& package, UtcTime now) {
    constexpr Duration a_day = std::chrono::hours(24);
    return package.state == ledger::PackageState::repeat &&
           ledger::repeat_answered_since(database, ledger::content_row(database, package.id), now - a_day);
}

}  // namespace

std::string receipt_again(const ledger::Packages& packages, const std::string& package_id,
                          const config::Settings& settings, UtcTime time) {
    return receipt::receipt_text(packages, package_id, time, receipt_options(settings));
}

std::filesystem::path close_package(ledger::Database& database, const std::string& package_id,
                                    bool everything_sent, const config::Settings& settings, UtcTime now,
                                    bool has_news) {
    ledger::Packages packages(database);
    packages.tell_of_variants(package_id);
    const ledger::Package package = packages.find(package_id).value();
    const bool settled =
        !ends_by_its_objects(package.state) || (everything_sent && is_settled(database, package_id));
    if (!settled && !has_news) {
        packages.set_state(package_id, ledger::PackageState::deferred);
        return {};
    }
    ledger::Package closed = package;
    if (ends_by_its_objects(package.state)) {
        closed.state = settled ? ledger::PackageState::applied : ledger::PackageState::deferred;
    }
    if (is_silent_repeat(database, package, now)) {
        packages.close(closed, now);
        return {};
    }
    ++closed.receipt_revision;
    return issue_receipt(database, closed, settings, now);
}

bool has_errors(const ledger::Packages& packages, const std::string& package_id) {
    bool found = count_of(packages, package_id, ledger::Verdict::failed) > 0;
    if (!found) {
        packages.for_each_finding(package_id, [&](const Finding& finding) {
            found = found || finding.severity == Severity::row_error;
        });
    }
    return found;
}

PackageEnd end_of(const ledger::Packages& packages, const std::string& package_id) {
    const ledger::Package package = packages.find(package_id).value();
    if (package.state == ledger::PackageState::rejected) {
        return PackageEnd::rejected;
    }
    if (package.state == ledger::PackageState::repeat || package.state == ledger::PackageState::superseded) {
        return PackageEnd::applied;
    }
    if (package.state != ledger::PackageState::applied || package.removals_held) {
        return PackageEnd::deferred;
    }
    if (has_errors(packages, package_id)) {
        return PackageEnd::with_errors;
    }
    return count_of(packages, package_id, ledger::Verdict::deferred) > 0 ? PackageEnd::deferred
                                                                         : PackageEnd::applied;
}

}  // namespace obmen::exchange
