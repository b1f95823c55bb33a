#include "receipt/receipt.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "receipt/receipt_name.hpp"
#include "receipt/receipt_words.hpp"
#include "receipt/receipt_writer.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::receipt {

namespace {

ledger::Package package_or_fail(const ledger::Packages& packages, const std::string& package_id) {
    std::optional<ledger::Package> package = packages.find(package_id);
    if (!package) {
        throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"no package " + package_id}});
    }
    return std::move(*package);
}

struct FindingCounts {
    std::uint64_t errors = 0;  ///< fatal ones and row errors
    std::uint64_t all = 0;
};

bool is_error(const Finding& finding) {
    return finding.severity != Severity::warning;
}

FindingCounts count_findings(const ledger::Packages& packages, const std::string& package_id) {
    FindingCounts counts;
    packages.for_each_finding(package_id, [&counts](const Finding& finding) {
        ++counts.all;
        counts.errors += is_error(finding) ? 1U : 0U;
    });
    return counts;
}

/// All findings in the order they were made; where they are too many, errors take the places of warnings.
void write_findings(const ledger::Packages& packages, const std::string& package_id,
                    const FindingCounts& counts, std::uint64_t most, ReceiptWriter& writer) {
    std::uint64_t errors_left = std::min(counts.errors, most);
    std::uint64_t warnings_left = std::min(counts.all - counts.errors, most - errors_left);
    const std::uint64_t listed = errors_left + warnings_left;
    packages.for_each_finding(package_id, [&](const Finding& finding) {
        std::uint64_t& left = is_error(finding) ? errors_left : warnings_left;
        if (left > 0) {
            --left;
            writer.note(finding);
        }
    });
    if (listed < counts.all) {
        const Severity severity = listed < counts.errors ? Severity::row_error : Severity::warning;
        writer.note({severity, Message{"RCP-MORE-FINDINGS", {std::to_string(counts.all - listed)}}});
    }
}

std::uint64_t object_count(const std::vector<ledger::Totals>& totals) {
    std::uint64_t count = 0;
    for (const ledger::Totals& kind : totals) {
        count += counted_in_all(kind);
    }
    return count;
}

void write_rows(const ledger::Packages& packages, const ledger::Package& package, UtcTime now,
                const ReceiptOptions& options, ReceiptWriter& writer) {
    // A repeat says in short what the package that it repeats has come to.
    const bool is_repeat = package.state == ledger::PackageState::repeat;
    std::vector<ledger::Totals> totals = packages.totals(is_repeat ? package.other : package.id);
    std::sort(totals.begin(), totals.end(),
              [](const auto& left, const auto& right) { return left.source_kind < right.source_kind; });
    const FindingCounts findings = count_findings(packages, package.id);
    const bool unchanged_listed = is_repeat || object_count(totals) <= options.list_unchanged_up_to;

    const ReceiptState state = receipt_state(package.state, totals, findings.errors > 0);
    const bool waits = package.removals_held && state == ReceiptState::done;
    writer.head({package.id, package.receipt_revision, now, waits ? ReceiptState::deferred : state,
                 unchanged_listed});
    for (const ledger::PackageFile& file : package.files) {
        writer.file(file);
    }
    for (const ledger::Totals& kind : totals) {
        writer.totals(kind);
    }
    packages.for_each_outcome(package.id, !unchanged_listed,
                              [&writer](const ledger::Outcome& outcome) { writer.object(outcome); });
    write_findings(packages, package.id, findings, options.most_findings, writer);
    writer.finish();
}

std::filesystem::path receipt_path(const ledger::Package& package, const std::filesystem::path& directory) {
    make_directories(directory);
    const std::string first_file = package.files.empty() ? std::string() : package.files.front().name;
    return directory / receipt_file_name(first_file, package.id, package.receipt_revision);
}

/// What a process that was killed has left of this very receipt: folders that 1C reads are not to fill up.
void remove_left_overs(const std::filesystem::path& path) {
    const std::string begin = "." + path.filename().string() + ".";
    std::error_code next_time;
    for (const auto& entry : std::filesystem::directory_iterator(path.parent_path(), next_time)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(begin) && name.ends_with(".tmp")) {
            std::filesystem::remove(entry.path(), next_time);
        }
    }
}

void write_into(DurableFile& file, const ledger::Packages& packages, const ledger::Package& package,
                UtcTime now, const ReceiptOptions& options) {
    ReceiptWriter writer([&file](std::string_view bytes) { file.write(bytes); }, options.encoding,
                         options.language);
    write_rows(packages, package, now, options, writer);
}

}  // namespace

std::filesystem::path write_receipt(const ledger::Packages& packages, const std::string& package_id,
                                    const std::filesystem::path& directory, UtcTime now,
                                    const ReceiptOptions& options) {
    const ledger::Package package = package_or_fail(packages, package_id);
    std::filesystem::path path = receipt_path(package, directory);
    DurableFile file(path);
    write_into(file, packages, package, now, options);
    file.publish();
    return path;
}

std::filesystem::path write_receipt(const ledger::Packages& packages, const ledger::Package& package,
                                    const std::filesystem::path& directory, UtcTime now,
                                    const ReceiptOptions& options) {
    std::filesystem::path path = receipt_path(package, directory);
    remove_left_overs(path);
    DurableFile file(path);
    write_into(file, packages, package, now, options);
    file.replace();
    return path;
}

std::string receipt_text(const ledger::Packages& packages, const std::string& package_id, UtcTime now,
                         const ReceiptOptions& options) {
    std::string text;
    ReceiptWriter writer([&text](std::string_view bytes) { text += bytes; }, options.encoding,
                         options.language);
    write_rows(packages, package_or_fail(packages, package_id), now, options, writer);
    return text;
}

}  // namespace obmen::receipt
