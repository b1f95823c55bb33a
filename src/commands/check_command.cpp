#include <algorithm>
#include <array>
#include <string_view>

#include "arrival/intake.hpp"
#include "arrival/pictures.hpp"
#include "checks/checks.hpp"
#include "checks/package_check.hpp"
#include "commands/check_output.hpp"
#include "commands/commands.hpp"
#include "commands/picture_check.hpp"
#include "commands/progress.hpp"
#include "commerceml/reader.hpp"
#include "exchange/finding_filter.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/record_source.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

/// What is checked as a whole: ids, references and pictures are those of all its files together.
struct CheckedPackage {
    std::vector<exchange::NamedFile> files;
    std::optional<arrival::PackagePictures> pictures{};  ///< nothing where nobody knows what came along
};

class Check {
  public:
    Check(std::vector<std::unique_ptr<CheckOutput>> outputs, const config::Settings& settings, bool xsd)
        : m_outputs(std::move(outputs)),
          m_sources(settings),
          m_findings(exchange::without_settled([this](const Finding& finding) { take(finding); },
                                               exchange::mapping_of(settings).product.default_currency)) {
        if (xsd) {
            m_xsd = std::make_unique<checks::XsdDiagnoser>();
        }
    }

    void check_package(CheckedPackage package) {
        m_reports.clear();
        const FindingSink sink = [this](const Finding& finding) { take(finding); };
        checks::PackageCheck together(sink,
                                      [&](const checks::Conflict& conflict) { take(conflict.finding); });
        for (const exchange::NamedFile& file :
             exchange::in_reading_order(std::move(package.files), m_sources)) {
            check_file(file, together, package.pictures);
        }
        together.finish();
        show_reports();
    }

    void take_unreadable(const Finding& finding) {
        m_reports.clear();
        m_reports.push_back({.name = finding.file});
        take(finding);
        show_reports();
    }

    void finish() {
        for (const auto& output : m_outputs) {
            output->finish(m_totals);
        }
    }

    [[nodiscard]] ExitCode exit() const { return m_exit; }

  private:
    void check_file(const exchange::NamedFile& file, checks::PackageCheck& together,
                    const std::optional<arrival::PackagePictures>& pictures) {
        m_reports.push_back({.name = file.name});
        FileReport& report = m_reports.back();
        const FindingSink sink = [this](const Finding& finding) { take(finding); };
        PictureCheck picture_check(pictures, file.name);
        commerceml::FileInput input(file.path);
        std::unique_ptr<commerceml::RecordSource> source;
        try {
            source = m_sources.open(input, file.name, sink);
            together.begin_file(file.name);
            while (auto record = source->next()) {
                ++report.records[record->record.index()];
                checks::check_record(*record, file.name, m_findings);
                together.take(*record);
                picture_check.take(*record);
            }
            together.end_file(source->facts().schema_version);
            picture_check.finish(sink);
            compare_with_schema(input, report);
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::bad_input) {
                throw;
            }
            take(error.finding());
        }
        if (source) {
            report.facts = source->facts();
        }
    }

    void compare_with_schema(commerceml::Input& input, FileReport& report) const {
        if (m_xsd && m_sources.is_commerceml(input)) {
            input.rewind();
            report.xsd = m_xsd->diagnose(input);
        }
    }

    /// Counts for the file that the finding names, else for the one being read.
    void take(const Finding& finding) {
        const auto named = std::ranges::find(m_reports, finding.file, &FileReport::name);
        (named == m_reports.end() ? m_reports.back() : *named).take(finding);
        for (const auto& output : m_outputs) {
            output->finding(finding);
        }
    }

    void show_reports() {
        for (const FileReport& report : m_reports) {
            for (const auto& output : m_outputs) {
                output->file(report);
            }
            m_totals.add(report);
            m_exit = std::max(m_exit, report.exit());
        }
    }

    std::vector<std::unique_ptr<CheckOutput>> m_outputs;
    exchange::RecordSources m_sources;
    FindingSink m_findings;                       ///< of single records
    std::unique_ptr<checks::XsdDiagnoser> m_xsd;  ///< null: not asked for
    std::vector<FileReport> m_reports;            ///< of the package at hand, in reading order
    CheckTotals m_totals;
    ExitCode m_exit = ExitCode::applied;
};

bool is_archive(const std::filesystem::path& path) {
    commerceml::FileInput input(path);
    std::array<char, 4> magic{};
    const std::size_t size = input.read(magic.data(), magic.size());
    return std::string_view(magic.data(), size) == "PK\x03\x04" ||
           std::string_view(magic.data(), size) == "PK\x05\x06";
}

CheckedPackage package_of(const arrival::SpooledPackage& spooled) {
    CheckedPackage package{.files = {}, .pictures = arrival::PackagePictures(spooled.other_files)};
    for (const arrival::SpooledFile& file : spooled.files) {
        package.files.push_back({file.name, spooled.directory / file.spool_name});
    }
    return package;
}

}  // namespace

ExitCode run_check(const CommonOptions& common, const CheckOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment, options.flat);
    Check check(check_outputs(common, options, settings.language, surroundings), settings, options.xsd);
    CheckedPackage loose;
    for (const std::filesystem::path& path : options.files) {
        if (!std::filesystem::is_directory(path) && !is_archive(path)) {
            loose.files.push_back({path.string(), path});
            continue;
        }
        const TemporaryDirectory spool;
        const arrival::Intake intake =
            arrival::take_in({path}, spool.path(), exchange::archive_limits(settings.limits));
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            check.take_unreadable(arrival.fault);
        }
        for (const arrival::SpooledPackage& package : intake.packages) {
            check.check_package(package_of(package));
        }
    }
    if (!loose.files.empty()) {
        check.check_package(std::move(loose));
    }
    check.finish();
    return check.exit();
}

}  // namespace obmen::commands
