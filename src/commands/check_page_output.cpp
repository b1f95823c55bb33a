#include "commands/check_page_output.hpp"

#include <utility>

namespace obmen::commands {

namespace {

void take_diagnosis(receipt::PageFile& file, const checks::XsdDiagnosis& diagnosis) {
    file.compared = true;
    file.schema = schema_name(diagnosis.schema);
    for (const checks::XsdDeviation& deviation : diagnosis.deviations) {
        file.deviations.push_back({checks::message_of(deviation), deviation.count, deviation.line});
    }
    if (diagnosis.stopped) {
        file.deviations.push_back({diagnosis.stopped->message, 1, diagnosis.stopped->place.line});
    }
    file.deviations_left_out = diagnosis.left_out;
}

}  // namespace

CheckPageOutput::CheckPageOutput(const std::filesystem::path& path, Language language, UtcTime now)
    : m_file(path), m_page{.language = language, .checked_at = now, .files = {}} {}

void CheckPageOutput::finding(const Finding& finding) {
    m_findings[finding.file].add(finding);
}

void CheckPageOutput::file(const FileReport& report) {
    receipt::PageFile file{.name = report.name,
                           .readable = report.readable,
                           .row_errors = report.row_errors,
                           .warnings = report.warnings,
                           .records = report.counted_records(),
                           .encoding = std::string(encoding_name(report.facts.encoding)),
                           .schema_version = report.facts.schema_version,
                           .formed_at = report.facts.formed_at,
                           .findings = std::move(m_findings[report.name])};
    if (report.xsd) {
        take_diagnosis(file, *report.xsd);
    }
    m_page.files.push_back(std::move(file));
}

void CheckPageOutput::finish(const CheckTotals& /*totals*/) {
    m_file.publish(m_page);
}

}  // namespace obmen::commands
