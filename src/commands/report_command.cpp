#include <ostream>

#include "commands/output.hpp"
#include "commands/report_page.hpp"
#include "commands/state_access.hpp"
#include "commands/step_words.hpp"
#include "ledger/overview.hpp"
#include "ledger/packages.hpp"
#include "support/bilingual.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// More steps, objects and findings than this help nobody; the receipt has them.
constexpr std::size_t most_steps = 500;
constexpr std::size_t most_objects = 1000;

/// Puts the history of one package together.
class PackageHistory {
  public:
    PackageHistory(ledger::Database& database, ledger::Package package, Language language)
        : m_database(database),
          m_packages(database),
          m_package(std::move(package)),
          m_language(language),
          m_russian(language == Language::russian) {}

    [[nodiscard]] Report report() const {
        return {.title = in("Пакет ", "Package ") + m_package.id,
                .tables = {facts(), files(), totals(), objects(), findings(), steps()}};
    }

    [[nodiscard]] nlohmann::json json() const {
        nlohmann::json files = nlohmann::json::array();
        for (const ledger::PackageFile& file : m_package.files) {
            files.push_back({{"name", file.name},
                             {"size", file.size},
                             {"sha256", file.sha256},
                             {"formed_at", file.formed_at}});
        }
        nlohmann::json steps = nlohmann::json::array();
        for (const ledger::JournalEntry& step : ledger::journal_of(m_database, m_package.id, most_steps)) {
            steps.push_back({{"time", utc_date_time(step.time)},
                             {"operation", step.operation},
                             {"status", step.status},
                             {"details", argument_text(step.details, Language::english)}});
        }
        return {{"package", m_package.id},
                {"state", ledger::name_of(m_package.state)},
                {"source", m_package.source},
                {"origin", m_package.origin},
                {"other", m_package.other},
                {"received", utc_date_time(m_package.received_at)},
                {"receipt_revision", m_package.receipt_revision},
                {"removals_held", m_package.removals_held},
                {"files", files},
                {"totals", totals_json(m_packages.totals(m_package.id))},
                {"findings", m_packages.finding_count(m_package.id)},
                {"steps", steps}};
    }

  private:
    [[nodiscard]] std::string in(const char* russian, const char* english) const {
        return m_russian ? russian : english;
    }

    [[nodiscard]] ReportTable facts() const {
        ReportTable table{.title = in("Что с ним", "What became of it"), .rows = {}};
        const auto row = [&](const std::string& name, const std::string& value) {
            if (!value.empty()) {
                table.rows.push_back({name, value});
            }
        };
        row(in("Состояние", "State"), state_name(m_package.state, m_language));
        row(in("Получен", "Received"), local_date_time(m_package.received_at));
        row(in("Завершён", "Ended"), m_package.settled_at ? local_date_time(*m_package.settled_at) : "");
        row(in("Откуда", "From"), m_package.source);
        row(in("Источник", "Source"), m_package.origin);
        row(in("Вместо него", "See package"), m_package.other);
        row(in("Редакция квитанции", "Receipt revision"), std::to_string(m_package.receipt_revision));
        row(in("Попыток отправить", "Attempts to send"),
            m_package.attempts > 0 ? std::to_string(m_package.attempts) : "");
        row(in("Следующая попытка", "Next attempt"),
            m_package.next_attempt ? local_date_time(*m_package.next_attempt) : "");
        row(in("Ждёт разрешения", "Held"), m_package.removals_held ? "obmen approve " + m_package.id : "");
        row(in("История", "History"), m_package.pruned ? in("копии и подробности удалены по сроку хранения",
                                                            "copies and details are gone by their age")
                                                       : "");
        return table;
    }

    [[nodiscard]] ReportTable files() const {
        ReportTable table{.title = in("Файлы", "Files"), .rows = {}};
        for (const ledger::PackageFile& file : m_package.files) {
            table.rows.push_back({file.name, std::to_string(file.size), file.formed_at, file.sha256});
        }
        return table;
    }

    [[nodiscard]] ReportTable totals() const {
        ReportTable table{.title = in("Итоги", "Totals"), .rows = {}};
        for (const ledger::Totals& kind : m_packages.totals(m_package.id)) {
            for (std::size_t verdict = 0; verdict < kind.count.size(); ++verdict) {
                if (kind.count.at(verdict) > 0) {
                    table.rows.push_back({kind_name(kind.source_kind, m_language),
                                          verdict_name(static_cast<ledger::Verdict>(verdict), m_language),
                                          std::to_string(kind.count.at(verdict))});
                }
            }
        }
        return table;
    }

    /// Those with a reason.
    [[nodiscard]] ReportTable objects() const {
        ReportTable table{.title = in("Объекты с причиной", "Objects with a reason"), .rows = {}};
        m_packages.for_each_outcome(m_package.id, true, [&](const ledger::Outcome& outcome) {
            if (outcome.reason && table.rows.size() < most_objects) {
                table.rows.push_back(
                    {kind_name(outcome.source_kind, m_language), outcome.source_id,
                     outcome.verdict == ledger::Verdict::failed ? std::string(in("ошибка", "failed"))
                                                                : verdict_name(outcome.verdict, m_language),
                     std::string(outcome.reason->code.text()), full_text(*outcome.reason, m_language)});
            }
        });
        return table;
    }

    [[nodiscard]] ReportTable findings() const {
        ReportTable table{.title = in("Замечания", "Findings"), .rows = {}};
        for (const Finding& finding : m_packages.findings(m_package.id, most_objects)) {
            const std::string place = finding.place.line > 0
                                          ? finding.file + ":" + std::to_string(finding.place.line)
                                          : finding.file;
            table.rows.push_back({level_name(finding.severity), std::string(finding.message.code.text()),
                                  place, finding.object_id, full_text(finding.message, m_language)});
        }
        return table;
    }

    [[nodiscard]] std::string level_name(Severity severity) const {
        switch (severity) {
            case Severity::fatal:
                return in("отказ", "fatal");
            case Severity::row_error:
                return in("ошибка", "error");
            case Severity::warning:
                break;
        }
        return in("замечание", "warning");
    }

    [[nodiscard]] ReportTable steps() const {
        ReportTable table{.title = in("Шаги", "Steps"), .rows = {}};
        for (const ledger::JournalEntry& step : ledger::journal_of(m_database, m_package.id, most_steps)) {
            table.rows.push_back({local_date_time(step.time), step_name(step.operation, m_language),
                                  step_name(step.status, m_language), step.object_id,
                                  step_details(step.details, m_language)});
        }
        return table;
    }

    ledger::Database& m_database;
    ledger::Packages m_packages;
    ledger::Package m_package;
    Language m_language;
    bool m_russian;
};

}  // namespace

ExitCode run_report(const CommonOptions& common, const ReportOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const auto database = open_ledger(state_with_ledger(settings, options.state));
    std::optional<ledger::Package> package = ledger::Packages(*database).find(options.package);
    if (!package) {
        throw Error(FailureClass::bad_config, Message{"PKG-UNKNOWN", {options.package}});
    }
    const PackageHistory history(*database, std::move(*package), settings.language);
    if (!options.page.empty()) {
        write_durably(options.page, report_page(history.report(), settings.language));
    }
    if (common.json) {
        surroundings.out << history.json().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                         << "\n";
    } else if (options.page.empty()) {
        surroundings.out << report_text(history.report());
    }
    return ExitCode::applied;
}

}  // namespace obmen::commands
