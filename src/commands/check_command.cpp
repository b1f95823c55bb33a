#include <array>
#include <string_view>

#include "arrival/intake.hpp"
#include "checks/checks.hpp"
#include "commands/check_output.hpp"
#include "commands/commands.hpp"
#include "commands/package_steps.hpp"
#include "commands/progress.hpp"
#include "commands/record_source.hpp"
#include "commerceml/reader.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

class Check {
  public:
    Check(std::vector<std::unique_ptr<CheckOutput>> outputs, bool xsd) : m_outputs(std::move(outputs)) {
        if (xsd) {
            m_xsd = std::make_unique<checks::XsdDiagnoser>();
        }
    }

    void check_file(const NamedFile& file) {
        FileReport report;
        report.name = file.name;
        const FindingSink sink = [&](const Finding& finding) { take(finding, report); };
        commerceml::FileInput input(file.path);
        commerceml::RecordReader reader(input, file.name, sink);
        try {
            while (auto record = reader.next()) {
                ++report.records[record->record.index()];
                checks::check_record(*record, file.name, sink);
            }
            compare_with_schema(input, report);
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::bad_input) {
                throw;
            }
            take(error.finding(), report);
        }
        report.facts = reader.facts();
        show(report);
    }

    void take_unreadable(const Finding& finding) {
        FileReport report;
        report.name = finding.file;
        take(finding, report);
        show(report);
    }

    void finish() {
        for (const auto& output : m_outputs) {
            output->finish();
        }
    }

    [[nodiscard]] ExitCode exit() const { return m_exit; }

  private:
    void compare_with_schema(commerceml::Input& input, FileReport& report) const {
        if (m_xsd) {
            input.rewind();
            report.xsd = m_xsd->diagnose(input);
        }
    }

    void take(const Finding& finding, FileReport& report) {
        report.take(finding);
        for (const auto& output : m_outputs) {
            output->finding(finding);
        }
    }

    void show(const FileReport& report) {
        for (const auto& output : m_outputs) {
            output->file(report);
        }
        m_exit = std::max(m_exit, report.exit());
    }

    std::vector<std::unique_ptr<CheckOutput>> m_outputs;
    std::unique_ptr<checks::XsdDiagnoser> m_xsd;  ///< null: not asked for
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
    Check check(check_outputs(common, options, settings.language, surroundings), options.xsd);
    for (const std::filesystem::path& path : options.files) {
        if (!std::filesystem::is_directory(path) && !is_archive(path)) {
            check.check_file({path.string(), path});
            continue;
        }
        const TemporaryDirectory spool;
        const arrival::Intake intake = arrival::take_in({path}, spool.path());
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            check.take_unreadable(arrival.fault);
        }
        for (const arrival::SpooledPackage& package : intake.packages) {
            for (const arrival::SpooledFile& file : package.files) {
                check.check_file({file.name, package.directory / file.spool_name});
            }
        }
    }
    check.finish();
    return check.exit();
}

}  // namespace obmen::commands
