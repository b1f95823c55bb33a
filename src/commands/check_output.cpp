#include "commands/check_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/check_page_output.hpp"
#include "commands/output.hpp"

namespace obmen::commands {

namespace {

void write_line(std::ostream& out, const nlohmann::json& object) {
    out << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

nlohmann::json json_of(const checks::XsdDiagnosis& diagnosis) {
    return {{"schema", schema_name(diagnosis.schema)},
            {"deviations", diagnosis.deviations.size()},
            {"occurrences", diagnosis.occurrences()},
            {"left_out", diagnosis.left_out},
            {"complete", !diagnosis.stopped}};
}

std::string_view verdict_word(const FileReport& report) {
    return !report.readable ? "unusable" : report.row_errors > 0 ? "with_errors" : "good";
}

}  // namespace

void CheckText::finding(const Finding& finding) {
    show_finding(m_out, finding, m_language, false);
}

void CheckText::file(const FileReport& report) {
    deviations(report);
    std::string counts;
    const auto records = report.counted_records();
    for (const auto& [kind, count] : records) {
        counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", kind, count);
    }
    const bool russian = m_language == Language::russian;
    const char* verdict = !report.readable        ? (russian ? "не годится" : "unusable")
                          : report.row_errors > 0 ? (russian ? "с ошибками" : "with errors")
                                                  : (russian ? "годится" : "good");
    m_out << fmt::format(fmt::runtime(russian ? "{}: {}; ошибок в строках {}, замечаний {}; {}\n"
                                              : "{}: {}; row errors {}, warnings {}; {}\n"),
                         report.name, verdict, report.row_errors, report.warnings,
                         counts.empty() ? (russian ? "объектов нет" : "no objects") : counts);
    if (report.xsd) {
        m_out << fmt::format(
            fmt::runtime(russian ? "{}: схема CommerceML {}: видов отклонений {}, всего {}\n"
                                 : "{}: schema CommerceML {}: kinds of deviations {}, in all {}\n"),
            report.name, schema_name(report.xsd->schema), report.xsd->deviations.size(),
            report.xsd->occurrences());
    }
}

/// `file:line: schema CODE ×count: text`: not among the warnings, which say what obmen itself stumbles over.
void CheckText::deviations(const FileReport& report) {
    if (!report.xsd) {
        return;
    }
    for (const checks::XsdDeviation& deviation : report.xsd->deviations) {
        m_out << fmt::format("{}:{}: {} {} ×{}: {}\n", report.name, deviation.line,
                             m_language == Language::russian ? "схема" : "schema", deviation.code.text(),
                             deviation.count, sentence(checks::message_of(deviation), m_language));
    }
    if (report.xsd->left_out > 0) {
        finding({.message = {"XSD-MORE", {std::to_string(report.xsd->left_out)}}, .file = report.name});
    }
    if (report.xsd->stopped) {
        Finding stopped = *report.xsd->stopped;
        stopped.file = report.name;
        finding(stopped);
    }
}

void CheckText::finish(const CheckTotals& totals) {
    if (totals.files > 1) {
        m_out << fmt::format(fmt::runtime(m_language == Language::russian
                                              ? "Всего файлов {}; ошибок в строках {}, замечаний {}\n"
                                              : "Files in all {}; row errors {}, warnings {}\n"),
                             totals.files, totals.row_errors, totals.warnings);
    }
}

void CheckJson::finding(const Finding& finding) {
    show_finding(m_out, finding, m_language, true);
}

void CheckJson::file(const FileReport& report) {
    deviations(report);
    nlohmann::json counts = nlohmann::json::object();
    const auto records = report.counted_records();
    for (const auto& [kind, count] : records) {
        counts[kind] = count;
    }
    nlohmann::json object{{"file", report.name},
                          {"verdict", verdict_word(report)},
                          {"readable", report.readable},
                          {"row_errors", report.row_errors},
                          {"warnings", report.warnings},
                          {"encoding", encoding_name(report.facts.encoding)},
                          {"schema_version", report.facts.schema_version},
                          {"formed_at", report.facts.formed_at},
                          {"records", counts}};
    if (report.xsd) {
        object["xsd"] = json_of(*report.xsd);
    }
    write_line(m_out, object);
}

void CheckJson::finish(const CheckTotals& totals) {
    write_line(m_out, {{"totals",
                        {{"files", totals.files},
                         {"readable", totals.readable},
                         {"row_errors", totals.row_errors},
                         {"warnings", totals.warnings},
                         {"records", totals.records}}},
                       {"exit_code", static_cast<int>(totals.exit)}});
}

void CheckJson::deviations(const FileReport& report) {
    if (!report.xsd) {
        return;
    }
    for (const checks::XsdDeviation& deviation : report.xsd->deviations) {
        const Message message = checks::message_of(deviation);
        write_line(m_out, {{"level", "warning"},
                           {"code", deviation.code.text()},
                           {"file", report.name},
                           {"line", deviation.line},
                           {"column", 0},
                           {"id", ""},
                           {"text", sentence(message, m_language)},
                           {"remedy", remedy(message, m_language)},
                           {"count", deviation.count},
                           {"parent", deviation.parent},
                           {"element", deviation.element},
                           {"attribute", deviation.attribute},
                           {"value", deviation.value}});
    }
    if (report.xsd->stopped) {
        Finding stopped = *report.xsd->stopped;
        stopped.file = report.name;
        finding(stopped);
    }
}

std::vector<std::unique_ptr<CheckOutput>> check_outputs(const CommonOptions& common,
                                                        const CheckOptions& options, Language language,
                                                        const Surroundings& surroundings) {
    std::vector<std::unique_ptr<CheckOutput>> outputs;
    if (common.json) {
        outputs.push_back(std::make_unique<CheckJson>(surroundings.out, language));
    } else {
        outputs.push_back(std::make_unique<CheckText>(surroundings.out, language));
    }
    if (!options.page.empty()) {
        outputs.push_back(
            std::make_unique<CheckPageOutput>(options.page, language, surroundings.clock.now()));
    }
    return outputs;
}

}  // namespace obmen::commands
