#include "commands/output.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>

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
            return {"ошибка", "error"};
        case Severity::warning:
            return {"замечание", "warning"};
    }
    return {"", ""};
}

std::string place_text(const Finding& finding) {
    std::string text = finding.file.empty() ? "-" : finding.file;
    if (finding.place.line > 0) {
        text += ":" + std::to_string(finding.place.line);
        if (finding.place.column > 0) {
            text += ":" + std::to_string(finding.place.column);
        }
    }
    return text;
}

}  // namespace

void show_finding(std::ostream& out, const Finding& finding, Language language, bool json) {
    if (json) {
        const nlohmann::json line{{"level", severity_name(finding.severity).english},
                                  {"code", finding.message.code.text()},
                                  {"file", finding.file},
                                  {"line", finding.place.line},
                                  {"column", finding.place.column},
                                  {"id", finding.object_id},
                                  {"text", sentence(finding.message, language)},
                                  {"remedy", remedy(finding.message, language)}};
        out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
        return;
    }
    out << place_text(finding) << ": " << severity_name(finding.severity).in(language) << " "
        << finding.message.code.text();
    if (!finding.object_id.empty()) {
        out << " [" << finding.object_id << "]";
    }
    out << ": " << full_text(finding.message, language) << "\n";
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
    }
    return {};
}

}  // namespace obmen::commands
