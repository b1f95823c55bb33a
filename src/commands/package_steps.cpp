#include "commands/package_steps.hpp"

#include <algorithm>
#include <utility>

#include "checks/checks.hpp"
#include "commands/record_source.hpp"
#include "commerceml/reader.hpp"
#include "crm/converter.hpp"
#include "ledger/planning.hpp"
#include "ledger/references.hpp"
#include "receipt/receipt.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

/// More findings than this help nobody; the rest is counted.
constexpr std::uint64_t most_findings = 10'000;

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

ledger::Package package_row(const arrival::SpooledPackage& package, UtcTime now) {
    ledger::Package row{.id = package.id, .source = package.source, .received_at = now};
    for (const arrival::SpooledFile& file : package.files) {
        row.files.push_back(
            {.name = file.name, .spool_name = file.spool_name, .size = file.size, .sha256 = file.sha256});
    }
    return row;
}

/// Writes findings into the ledger, as many as a receipt can hold.
class FindingRecorder {
  public:
    /// A silent one takes nothing: a package that is planned once more has its findings already.
    FindingRecorder(ledger::Packages& packages, std::string package_id, bool silent)
        : m_packages(packages), m_package_id(std::move(package_id)), m_silent(silent) {}

    void take(const Finding& finding) {
        if (!m_silent && m_count++ < most_findings) {
            m_packages.add_finding(m_package_id, finding);
        }
    }
    void finish() {
        if (m_count > most_findings) {
            Message message{"PKG-MORE-FINDINGS", {std::to_string(m_count - most_findings)}};
            m_packages.add_finding(m_package_id,
                                   {.severity = Severity::warning, .message = std::move(message)});
        }
    }

  private:
    ledger::Packages& m_packages;
    std::string m_package_id;
    bool m_silent;
    std::uint64_t m_count = 0;
};

/// The identity of a record that has a row of its own in the receipt; nothing for reference data.
struct RowIdentity {
    crm::SourceKind kind;
    std::string id;
};
std::optional<RowIdentity> row_identity(const commerceml::Record& record) {
    using Identity = std::optional<RowIdentity>;
    return std::visit(
        [](const auto& object) -> Identity {
            using Type = std::decay_t<decltype(object)>;
            if constexpr (std::is_same_v<Type, commerceml::Group>) {
                return RowIdentity{crm::SourceKind::group, object.id};
            } else if constexpr (std::is_same_v<Type, commerceml::Product>) {
                return RowIdentity{crm::SourceKind::product, object.id};
            } else if constexpr (std::is_same_v<Type, commerceml::Offer>) {
                const std::size_t mark = object.id.find('#');
                const bool variant = mark != std::string::npos && mark + 1 < object.id.size();
                return RowIdentity{variant ? crm::SourceKind::variant : crm::SourceKind::product, object.id};
            } else if constexpr (std::is_same_v<Type, commerceml::Contragent>) {
                return RowIdentity{crm::SourceKind::contragent, object.id};
            } else if constexpr (std::is_same_v<Type, commerceml::Document>) {
                return RowIdentity{crm::SourceKind::document, object.id};
            } else if constexpr (std::is_same_v<Type, commerceml::Property>) {
                return RowIdentity{crm::SourceKind::property, object.id};
            } else {
                return std::nullopt;
            }
        },
        record);
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

/// Reads one package's files into the ledger's planning area.
class PackageReading {
  public:
    PackageReading(ledger::Database& database, const ledger::Package& package,
                   const config::Settings& settings, const std::vector<flat::FlatMapping>& mappings,
                   bool once_more)
        : m_packages(database),
          m_package(package),
          m_mappings(mappings),
          m_recorder(m_packages, package.id, once_more),
          m_references(database, settings.source_system),
          m_planning(database, package.id, settings.source_system),
          m_converter({settings.price_type, settings.default_currency}, m_references,
                      {[this](const crm::Wish& wish) { m_planning.stage(wish); },
                       [this](const crm::LeftOut& object) { m_planning.leave_out(object); },
                       [this](const Finding& finding) { m_recorder.take(finding); }}) {}

    /// Throws the fatal finding as an Error if a file cannot be used.
    RecordCounts read(const std::filesystem::path& directory) {
        std::vector<NamedFile> files;
        for (const ledger::PackageFile& file : m_package.files) {
            files.push_back({file.name, directory / file.spool_name});
        }
        for (const NamedFile& file : in_reading_order(std::move(files), m_mappings)) {
            read_file(file);
        }
        m_converter.finish();
        m_recorder.finish();
        m_planning.flush();
        return m_counts;
    }

  private:
    void read_file(const NamedFile& file) {
        commerceml::FileInput input(file.path);
        const FindingSink warnings = [this](const Finding& finding) { m_recorder.take(finding); };
        const auto source = open_source(input, file.name, warnings, m_mappings);
        const std::uint64_t before = total();
        while (auto record = source->next()) {
            ++m_counts[record->record.index()];
            take(*record, file.name);
        }
        m_packages.set_formed_at(m_package.id, file.name, source->facts().formed_at);
        if (total() == before) {
            m_recorder.take(
                {.severity = Severity::warning, .message = Message{"CML-NO-DATA"}, .file = file.name});
        }
    }

    void take(const commerceml::LocatedRecord& record, const std::string& file) {
        std::optional<Message> error;
        const bool usable = checks::check_record(record, file, [&](const Finding& finding) {
            if (finding.severity == Severity::row_error && !error) {
                error = finding.message;
                return;
            }
            m_recorder.take(finding);
        });
        if (usable) {
            m_converter.convert(record, file);
            return;
        }
        const auto identity = row_identity(record.record);
        if (identity && error) {
            m_planning.leave_out({.key = crm::make_key(identity->kind, identity->id),
                                  .source_id = identity->id,
                                  .reason = *error,
                                  .is_error = true,
                                  .file = file,
                                  .place = record.place});
        } else if (error) {
            m_recorder.take(
                {.severity = Severity::row_error, .message = *error, .file = file, .place = record.place});
        }
    }

    [[nodiscard]] std::uint64_t total() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : m_counts) {
            sum += count;
        }
        return sum;
    }

    ledger::Packages m_packages;
    const ledger::Package& m_package;
    const std::vector<flat::FlatMapping>& m_mappings;
    FindingRecorder m_recorder;
    ledger::LedgerReferences m_references;
    ledger::Planning m_planning;
    crm::Converter m_converter;
    RecordCounts m_counts{};
};

}  // namespace

std::vector<NamedFile> in_reading_order(std::vector<NamedFile> files,
                                        const std::vector<flat::FlatMapping>& mappings) {
    std::vector<std::pair<int, NamedFile>> ranked;
    ranked.reserve(files.size());
    for (NamedFile& file : files) {
        commerceml::FileInput input(file.path);
        const int rank = reading_rank(peek_source_kind(input, mappings));
        ranked.emplace_back(rank, std::move(file));
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<int, NamedFile>::first);
    std::vector<NamedFile> ordered;
    ordered.reserve(ranked.size());
    for (auto& [rank, file] : ranked) {
        ordered.push_back(std::move(file));
    }
    return ordered;
}

void record_arrival(ledger::Database& database, const arrival::SpooledPackage& package, UtcTime now) {
    ledger::Packages packages(database);
    database.transaction([&] {
        packages.add(package_row(package, now));
        for (const Finding& note : package.notes) {
            packages.add_finding(package.id, note);
        }
    });
}

void record_rejection(ledger::Database& database, const arrival::RejectedArrival& arrival, UtcTime now) {
    ledger::Packages packages(database);
    database.transaction([&] {
        packages.add(package_row(arrival.package, now));
        packages.add_finding(arrival.package.id, arrival.fault);
        packages.set_state(arrival.package.id, ledger::PackageState::rejected);
    });
}

PlanReport plan_package(ledger::Database& database, const std::string& package_id,
                        const std::filesystem::path& spool, const config::Settings& settings) {
    const std::vector<flat::FlatMapping> mappings = flat::load_mappings(settings.flat_mappings);
    ledger::Packages packages(database);
    const ledger::Package package = packages.find(package_id).value();
    const bool once_more =
        package.state == ledger::PackageState::planned || package.state == ledger::PackageState::delivering;
    database.transaction([&] {
        ledger::Planning::discard(database, package_id);
        if (package.state == ledger::PackageState::planning) {
            packages.clear_results(package_id);  // it was cut off while being read
        }
        packages.set_state(package_id, ledger::PackageState::planning);
    });
    PlanReport report;
    try {
        report.records =
            PackageReading(database, package, settings, mappings, once_more).read(spool / package_id);
        ledger::Planning::merge(database, package_id);
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            throw;
        }
        report.fault = error.finding();
        ledger::Planning::discard(database, package_id);
        database.transaction([&] {
            packages.clear_results(package_id);
            packages.add_finding(package_id, *report.fault);
            packages.set_state(package_id, ledger::PackageState::rejected);
        });
    }
    return report;
}

std::filesystem::path close_package(ledger::Database& database, const std::string& package_id,
                                    bool everything_sent, const config::Settings& settings, UtcTime now) {
    ledger::Packages packages(database);
    const ledger::Package package = packages.find(package_id).value();
    const int revision = package.receipt_revision + 1;
    const bool settled = everything_sent && count_of(packages, package_id, ledger::Verdict::planned) == 0;
    database.transaction([&] {
        if (package.state != ledger::PackageState::rejected) {
            packages.set_state(package_id,
                               settled ? ledger::PackageState::applied : ledger::PackageState::deferred);
        }
        packages.set_receipt_revision(package_id, revision);
    });
    const receipt::ReceiptOptions options{.language = settings.receipts.language,
                                          .encoding = settings.receipts.windows1251
                                                          ? receipt::TextEncoding::windows1251
                                                          : receipt::TextEncoding::utf8_with_bom,
                                          .list_unchanged_up_to = settings.receipts.list_unchanged_up_to};
    return receipt::write_receipt(packages, package_id, settings.receipts.directory, now, options);
}

PackageEnd end_of(const ledger::Packages& packages, const std::string& package_id) {
    const ledger::Package package = packages.find(package_id).value();
    if (package.state == ledger::PackageState::rejected) {
        return PackageEnd::rejected;
    }
    if (package.state != ledger::PackageState::applied) {
        return PackageEnd::deferred;
    }
    if (count_of(packages, package_id, ledger::Verdict::failed) > 0) {
        return PackageEnd::with_errors;
    }
    return count_of(packages, package_id, ledger::Verdict::deferred) > 0 ? PackageEnd::deferred
                                                                         : PackageEnd::applied;
}

ExitCode exit_code_of(PackageEnd end) {
    switch (end) {
        case PackageEnd::applied:
            return ExitCode::applied;
        case PackageEnd::with_errors:
            return ExitCode::with_errors;
        case PackageEnd::rejected:
            return ExitCode::rejected;
        case PackageEnd::deferred:
            return ExitCode::deferred;
    }
    return ExitCode::failed;
}

}  // namespace obmen::commands
