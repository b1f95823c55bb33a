#include "commands/output.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>
#include <system_error>

#include "crm/entity.hpp"

namespace obmen::commands {

namespace {

struct Names {
    std::string_view russian;
    std::string_view english;
    [[nodiscard]] std::string in(Language language) const {
        return std::string(language == Language::russian ? russian : english);
    }
};

constexpr std::array<Names, 12> verdict_names{{{"ждёт", "waiting"},
                                               {"создано", "created"},
                                               {"обновлено", "updated"},
                                               {"без изменений", "unchanged"},
                                               {"связано", "linked"},
                                               {"деактивировано", "deactivated"},
                                               {"удалено", "deleted"},
                                               {"оставлено", "left"},
                                               {"заменено", "replaced"},
                                               {"отложено", "deferred"},
                                               {"пропущено", "skipped"},
                                               {"ошибок", "failed"}}};

Names severity_name(Severity severity) {
    switch (severity) {
        case Severity::fatal:
            return {"отказ", "fatal"};
        case Severity::row_error:
            return {"ошибка строки", "error"};
        case Severity::warning:
            return {"замечание", "warning"};
    }
    return {"", ""};
}

std::string place_text(const Finding& finding) {
    std::string text = finding.file;
    if (!text.empty() && finding.place.line > 0) {
        text += ":" + std::to_string(finding.place.line);
        if (finding.place.column > 0) {
            text += ":" + std::to_string(finding.place.column);
        }
    }
    return text;
}

struct SystemReason {
    int number;  ///< errno
    std::string_view russian;
};

/// What the system says of files in English, in Russian: those that people meet.
constexpr std::array<SystemReason, 10> system_reasons{{{ENOENT, "такого файла или папки нет"},
                                                       {EACCES, "нет прав доступа"},
                                                       {EPERM, "действие не разрешено"},
                                                       {EISDIR, "это папка"},
                                                       {ENOTDIR, "это не папка"},
                                                       {EEXIST, "такой файл уже есть"},
                                                       {ENOSPC, "на диске нет места"},
                                                       {EROFS, "диск доступен только для чтения"},
                                                       {EIO, "ошибка чтения или записи на диске"},
                                                       {ENAMETOOLONG, "имя слишком длинное"}}};

Message in_language(Message message, Language language) {
    if (language == Language::english || message.code != Code{"SYS-FILE"} || message.arguments.size() < 2) {
        return message;
    }
    for (const SystemReason& reason : system_reasons) {
        if (message.arguments[1] == std::generic_category().message(reason.number)) {
            message.arguments[1] = reason.russian;
        }
    }
    return message;
}

}  // namespace

void show_finding(std::ostream& out, const Finding& finding, Language language, bool json, bool with_remedy) {
    const Message message = in_language(finding.message, language);
    if (json) {
        const nlohmann::json line{{"level", severity_name(finding.severity).english},
                                  {"code", finding.message.code.text()},
                                  {"file", finding.file},
                                  {"line", finding.place.line},
                                  {"column", finding.place.column},
                                  {"id", finding.object_id},
                                  {"text", sentence(message, language)},
                                  {"remedy", with_remedy ? remedy(message, language) : std::string()}};
        out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
        return;
    }
    const std::string place = place_text(finding);
    out << place << (place.empty() ? "" : ": ") << severity_name(finding.severity).in(language) << " "
        << finding.message.code.text();
    if (!finding.object_id.empty()) {
        out << " [" << finding.object_id << "]";
    }
    out << ": " << (with_remedy ? full_text(message, language) : sentence(message, language)) << "\n";
}

void show_results(std::ostream& out, const ledger::Packages& packages, const std::string& package_id,
                  const ResultView& view) {
    const auto show = [&](const Finding& finding) {
        out << (view.json ? "" : "  ");
        const bool names_package = finding.message.code == Code{"PKG-REMOVALS-HELD"} ||
                                   finding.message.code == Code{"PKG-MARKS-HELD"};
        show_finding(out, finding, view.language, view.json, !(view.promises && names_package));
    };
    std::size_t shown = 0;
    packages.for_each_outcome(package_id, true, [&](const ledger::Outcome& outcome) {
        const bool has_room = view.most == 0 || shown < view.most;
        const bool failed = outcome.verdict == ledger::Verdict::failed;
        const bool waits = outcome.verdict == ledger::Verdict::deferred;
        if ((failed || waits) && outcome.reason && has_room) {
            ++shown;
            show({.severity = failed ? Severity::row_error : Severity::warning,
                  .message = *outcome.reason,
                  .file = outcome.file,
                  .place = outcome.place,
                  .object_id = outcome.source_id});
        }
    });
    shown = 0;
    packages.for_each_finding(package_id, [&](const Finding& finding) {
        const bool said_below = view.said_elsewhere && finding.message.code == *view.said_elsewhere;
        if (!said_below && (view.most == 0 || shown < view.most)) {
            ++shown;
            show(finding);
        }
    });
}

nlohmann::json totals_json(const std::vector<ledger::Totals>& totals) {
    nlohmann::json kinds = nlohmann::json::object();
    for (const ledger::Totals& kind : totals) {
        nlohmann::json verdicts = nlohmann::json::object();
        for (std::size_t verdict = 0; verdict < kind.count.size(); ++verdict) {
            if (kind.count[verdict] > 0) {
                verdicts[verdict_name(static_cast<ledger::Verdict>(verdict), Language::english)] =
                    kind.count[verdict];
            }
        }
        kinds[kind_name(kind.source_kind, Language::english)] = verdicts;
    }
    return kinds;
}

void show_totals(std::ostream& out, const std::vector<ledger::Totals>& totals, Language language) {
    for (const ledger::Totals& kind : totals) {
        std::string line;
        for (std::size_t verdict = 0; verdict < verdict_names.size(); ++verdict) {
            if (kind.count[verdict] == 0) {
                continue;
            }
            line += line.empty() ? "" : ", ";
            line += verdict_names.at(verdict).in(language) + " " + std::to_string(kind.count[verdict]);
        }
        out << "  " << kind_name(kind.source_kind, language) << ": " << line << "\n";
    }
}

void show_line(std::ostream& out, Language language, std::string_view russian, std::string_view english,
               std::string_view value) {
    out << fmt::format("{}: {}\n", language == Language::russian ? russian : english, value);
}

std::string kind_name(std::uint8_t source_kind, Language language) {
    switch (static_cast<crm::SourceKind>(source_kind)) {
        case crm::SourceKind::group:
            return Names{"Группы", "Groups"}.in(language);
        case crm::SourceKind::product:
            return Names{"Товары", "Products"}.in(language);
        case crm::SourceKind::variant:
            return Names{"Предложения с характеристикой", "Variants"}.in(language);
        case crm::SourceKind::contragent:
            return Names{"Контрагенты", "Contragents"}.in(language);
        case crm::SourceKind::document:
            return Names{"Документы", "Documents"}.in(language);
        case crm::SourceKind::property:
            return Names{"Свойства", "Properties"}.in(language);
        default:  // parts have no row
            break;
    }
    return std::to_string(source_kind);
}

std::string verdict_name(ledger::Verdict verdict, Language language) {
    return verdict_names.at(static_cast<std::size_t>(verdict)).in(language);
}

std::string state_name(ledger::PackageState state, Language language) {
    switch (state) {
        case ledger::PackageState::received:
            return Names{"получен", "received"}.in(language);
        case ledger::PackageState::planning:
            return Names{"читается", "being read"}.in(language);
        case ledger::PackageState::planned:
            return Names{"прочитан", "planned"}.in(language);
        case ledger::PackageState::delivering:
            return Names{"отправляется", "being sent"}.in(language);
        case ledger::PackageState::applied:
            return Names{"применён", "applied"}.in(language);
        case ledger::PackageState::rejected:
            return Names{"отклонён", "rejected"}.in(language);
        case ledger::PackageState::deferred:
            return Names{"отложен", "deferred"}.in(language);
        case ledger::PackageState::repeat:
            return Names{"повтор", "repeat"}.in(language);
        case ledger::PackageState::superseded:
            return Names{"заменён более новым", "superseded"}.in(language);
    }
    return {};
}

ExitCode exit_code_of(exchange::PackageEnd end) {
    switch (end) {
        case exchange::PackageEnd::applied:
            return ExitCode::applied;
        case exchange::PackageEnd::with_errors:
            return ExitCode::with_errors;
        case exchange::PackageEnd::rejected:
            return ExitCode::rejected;
        case exchange::PackageEnd::deferred:
            return ExitCode::deferred;
    }
    return ExitCode::failed;
}

}  // namespace obmen::commands
