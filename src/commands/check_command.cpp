#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>

#include "arrival/intake.hpp"
#include "checks/checks.hpp"
#include "checks/package_check.hpp"
#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "commands/package_steps.hpp"
#include "commands/progress.hpp"
#include "commerceml/reader.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

/// CommerceML's names of the records, in the order of commerceml::Record.
constexpr std::array<std::string_view, std::variant_size_v<commerceml::Record>> record_names{
    "Классификатор", "Группа", "Свойство",         "ЕдиницаИзмерения", "ТипЦены",    "Склад",
    "Каталог",       "Товар",  "ПакетПредложений", "Предложение",      "Контрагент", "Документ"};

/// What one file turned out to be.
struct FileReport {
    RecordCounts records{};
    std::uint64_t row_errors = 0;
    std::uint64_t warnings = 0;
    bool readable = true;
};

class Check {
  public:
    Check(const CommonOptions& common, Language language, std::ostream& out)
        : m_json(common.json), m_language(language), m_out(out) {}

    void check_package(std::vector<NamedFile> files) {
        FileReport report;  // of what concerns no single file
        const FindingSink sink = [this](const Finding& finding) { take(finding, *m_report); };
        m_package.emplace(sink, [sink](const checks::Conflict& conflict) { sink(conflict.finding); });
        for (const NamedFile& file : in_reading_order(std::move(files))) {
            check_file(file);
        }
        m_report = &report;
        m_package->finish();
        take_exit(report);
    }

    void check_file(const NamedFile& file) {
        FileReport report;
        const FindingSink sink = [&](const Finding& finding) { take(finding, report); };
        m_report = &report;
        try {
            commerceml::FileInput input(file.path);
            commerceml::RecordReader reader(input, file.name, sink);
            m_package->begin_file(file.name);
            while (auto record = reader.next()) {
                ++report.records[record->record.index()];
                checks::check_record(*record, file.name, sink);
                m_package->take(*record);
            }
            m_package->end_file(reader.facts().schema_version);
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::bad_input) {
                throw;
            }
            take(error.finding(), report);
        }
        show(file, report);
        take_exit(report);
    }

    void take_unreadable(const Finding& finding) {
        FileReport report;
        take(finding, report);
        take_exit(report);
    }

    [[nodiscard]] ExitCode exit() const { return m_exit; }

  private:
    void take(const Finding& finding, FileReport& report) {
        report.readable = report.readable && finding.severity != Severity::fatal;
        report.row_errors += finding.severity == Severity::row_error ? 1 : 0;
        report.warnings += finding.severity == Severity::warning ? 1 : 0;
        show_finding(m_out, finding, m_language, m_json);
    }

    void take_exit(const FileReport& report) {
        const ExitCode code = !report.readable        ? ExitCode::rejected
                              : report.row_errors > 0 ? ExitCode::with_errors
                                                      : ExitCode::applied;
        m_exit = std::max(m_exit, code);
    }

    void show(const NamedFile& file, const FileReport& report) {
        std::string counts;
        nlohmann::json json_counts = nlohmann::json::object();
        for (std::size_t i = 0; i < record_names.size(); ++i) {
            if (report.records[i] > 0) {
                counts +=
                    fmt::format("{}{} {}", counts.empty() ? "" : ", ", record_names.at(i), report.records[i]);
                json_counts[std::string(record_names.at(i))] = report.records[i];
            }
        }
        if (m_json) {
            const nlohmann::json line{{"file", file.name},
                                      {"readable", report.readable},
                                      {"row_errors", report.row_errors},
                                      {"warnings", report.warnings},
                                      {"records", json_counts}};
            m_out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
            return;
        }
        const bool russian = m_language == Language::russian;
        const char* verdict = !report.readable        ? (russian ? "не годится" : "unusable")
                              : report.row_errors > 0 ? (russian ? "с ошибками" : "with errors")
                                                      : (russian ? "годится" : "good");
        m_out << fmt::format(fmt::runtime(russian ? "{}: {}; ошибок в строках {}, замечаний {}; {}\n"
                                                  : "{}: {}; row errors {}, warnings {}; {}\n"),
                             file.name, verdict, report.row_errors, report.warnings,
                             counts.empty() ? (russian ? "объектов нет" : "no objects") : counts);
    }

    bool m_json;
    Language m_language;
    std::ostream& m_out;
    std::optional<checks::PackageCheck> m_package;
    FileReport* m_report = nullptr;
    ExitCode m_exit = ExitCode::applied;
};

bool is_archive(const std::filesystem::path& path) {
    commerceml::FileInput input(path);
    std::array<char, 4> magic{};
    const std::size_t size = input.read(magic.data(), magic.size());
    return std::string_view(magic.data(), size) == "PK\x03\x04" ||
           std::string_view(magic.data(), size) == "PK\x05\x06";
}

}  // namespace

ExitCode run_check(const CommonOptions& common, const CheckOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    Check check(common, settings.language, surroundings.out);
    std::vector<NamedFile> loose;
    for (const std::filesystem::path& path : options.files) {
        if (!std::filesystem::is_directory(path) && !is_archive(path)) {
            loose.push_back({path.string(), path});
            continue;
        }
        const TemporaryDirectory spool;
        const arrival::Intake intake = arrival::take_in({path}, spool.path());
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            check.take_unreadable(arrival.fault);
        }
        for (const arrival::SpooledPackage& package : intake.packages) {
            std::vector<NamedFile> files;
            for (const arrival::SpooledFile& file : package.files) {
                files.push_back({file.name, package.directory / file.spool_name});
            }
            check.check_package(std::move(files));
        }
    }
    if (!loose.empty()) {
        check.check_package(std::move(loose));
    }
    return check.exit();
}

}  // namespace obmen::commands
