#include "commands/status_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>

#include "arrival/source_names.hpp"
#include "commands/status_words.hpp"
#include "ledger/overview.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

/// What a file waits for: a word for programs, a text for people.
struct Wait {
    std::string_view word;
    std::string text;
};

Wait wait_in(Language language, std::string_view word, std::string russian, std::string english) {
    return {word, language == Language::russian ? std::move(russian) : std::move(english)};
}

/// A source, and what the settings say of it.
class SourceStatus {
  public:
    SourceStatus(const ledger::SourceOverview& source, const config::Settings& settings, UtcTime now)
        : m_source(source), m_language(settings.language), m_now(now) {
        const auto known = std::ranges::find(settings.sources, source.source, &config::SourceSettings::name);
        m_is_known = known != settings.sources.end();
        if (m_is_known) {
            m_settings = *known;
        }
    }

    [[nodiscard]] std::string name_of(const ledger::WaitingFile& file) const {
        constexpr std::size_t longest = 200;
        return quotable(arrival::SourceNames(m_settings).shown(file.name), longest);
    }

    /// In the order in which a look decides.
    [[nodiscard]] Wait wait_of(const ledger::WaitingFile& file) const {
        if (m_source.paused) {
            return wait_in(m_language, "paused", "источник остановлен", "the source is paused");
        }
        if (file.reason) {
            return {"reason",
                    fmt::format("{}: {}", file.reason->code.text(), sentence(*file.reason, m_language))};
        }
        if (file.is_copied) {
            return wait_in(m_language, "partner",
                           fmt::format("ждёт остальных файлов той же выгрузки (не дольше {} с)",
                                       m_settings.partner_seconds),
                           fmt::format("waits for the other files of its export (at most {} s)",
                                       m_settings.partner_seconds));
        }
        const UtcTime looked = m_source.listed_at.value_or(m_now);
        if (looked - file.still_since < std::chrono::seconds(m_settings.settle_seconds)) {
            return wait_in(m_language, "settling",
                           fmt::format("ещё пишется: менялся меньше {} с назад", m_settings.settle_seconds),
                           fmt::format("settling: it changed less than {} s ago", m_settings.settle_seconds));
        }
        if (file.size == 0) {
            return wait_in(m_language, "empty", "пока пуст", "empty so far");
        }
        if (!m_settings.done_file.empty()) {
            return wait_in(m_language, "marker", "ждёт файла " + m_settings.done_file + " или своей очереди",
                           "waits for file " + m_settings.done_file + ", or for its turn");
        }
        return wait_in(m_language, "turn", "ждёт очереди: места на диске или пока обработают принятое",
                       "waits for its turn: for room on the disk, or until what was taken is done with");
    }

    /// Nobody has looked for much longer than the settings want.
    [[nodiscard]] bool is_neglected() const {
        constexpr Duration least = std::chrono::minutes(2);
        return m_is_known && !m_source.paused && !m_source.failing_since && m_settings.schedule.empty() &&
               m_source.listed_at &&
               m_now - *m_source.listed_at >
                   std::max<Duration>(least, 3 * std::chrono::seconds(m_settings.poll_seconds));
    }

  private:
    const ledger::SourceOverview& m_source;
    config::SourceSettings m_settings;
    bool m_is_known = false;
    Language m_language;
    UtcTime m_now;
};

class SourcesView {
  public:
    SourcesView(ledger::Database& database, const config::Settings& settings, UtcTime now, std::ostream& out)
        : m_database(database),
          m_settings(settings),
          m_language(settings.language),
          m_russian(settings.language == Language::russian),
          m_now(now),
          m_out(out) {}

    void show_json(const ledger::SourceOverview& source) {
        const SourceStatus status(source, m_settings, m_now);
        line({{"source", source.source},
              {"paused", source.paused},
              {"listed", time_json(source.listed_at)},
              {"arrived", time_json(source.arrived_at)},
              {"waiting_files", source.waiting},
              {"failing_since", time_json(source.failing_since)},
              {"failure", message_json(source.failure, m_language)},
              {"next_attempt", time_json(source.next_attempt)}});
        constexpr std::size_t most = 10'000;
        for (const ledger::WaitingFile& file : ledger::waiting_files(m_database, source.source, most)) {
            line({{"waiting_file", status.name_of(file)},
                  {"source", source.source},
                  {"size", file.size},
                  {"first_seen", utc_date_time(file.first_seen)},
                  {"unchanged_since", utc_date_time(file.still_since)},
                  {"attempts", file.attempts},
                  {"waits_for", status.wait_of(file).word},
                  {"message", message_json(file.reason, m_language)}});
        }
    }

    void show(const ledger::SourceOverview& source, std::size_t width) {
        const SourceStatus status(source, m_settings, m_now);
        m_out << (m_russian ? "Источник " : "Source ") << column(source.source, width)
              << (m_russian ? "  опрошен " : "  listed ") << time_or_never(source.listed_at, m_language);
        if (source.listed_at) {
            m_out << fmt::format(fmt::runtime(m_russian ? " ({} назад)" : " ({} ago)"),
                                 age(m_now - *source.listed_at, m_language));
        }
        m_out << (m_russian ? ", пришло " : ", arrived ") << time_or_never(source.arrived_at, m_language)
              << (m_russian ? ", файлов ждёт: " : ", files waiting: ") << source.waiting;
        if (source.paused) {
            m_out << (m_russian ? "; остановлен человеком: obmen resume "
                                : "; paused by a person: obmen resume ")
                  << source.source;
        }
        m_out << "\n";
        if (status.is_neglected()) {
            m_out << (m_russian ? "  давно не опрашивался: работает ли obmen watch?\n"
                                : "  not looked at for long: does obmen watch run?\n");
        }
        show_failure(source);
        show_files(source, status);
    }

  private:
    void show_failure(const ledger::SourceOverview& source) {
        if (!source.failing_since) {
            return;
        }
        m_out << (m_russian ? "  не отвечает с " : "  failing since ")
              << local_date_time(*source.failing_since);
        if (source.failure) {
            m_out << ": " << source.failure->code.text() << ": " << full_text(*source.failure, m_language);
        }
        if (source.next_attempt) {
            m_out << (m_russian ? "; снова " : "; again at ") << local_date_time(*source.next_attempt);
        }
        m_out << "\n";
    }

    void show_files(const ledger::SourceOverview& source, const SourceStatus& status) {
        constexpr std::size_t most = 20;
        for (const ledger::WaitingFile& file : ledger::waiting_files(m_database, source.source, most)) {
            m_out << fmt::format(fmt::runtime(m_russian ? "  {}: {} ({} байт, виден {})\n"
                                                        : "  {}: {} ({} bytes, seen for {})\n"),
                                 status.name_of(file), status.wait_of(file).text, file.size,
                                 age(m_now - file.first_seen, m_language));
        }
        if (source.waiting > most) {
            m_out << fmt::format(fmt::runtime(m_russian ? "  … и ещё {}\n" : "  … and {} more\n"),
                                 source.waiting - most);
        }
    }

    void line(const nlohmann::json& line) {
        m_out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    }

    ledger::Database& m_database;
    const config::Settings& m_settings;
    Language m_language;
    bool m_russian;
    UtcTime m_now;
    std::ostream& m_out;
};

}  // namespace

void show_sources(ledger::Database& database, const config::Settings& settings, bool json, UtcTime now,
                  std::ostream& out) {
    std::vector<ledger::SourceOverview> sources = ledger::sources_overview(database);
    // The empty name stands for the sending: shown in the summary.
    std::erase_if(sources, [](const ledger::SourceOverview& source) { return source.source.empty(); });
    for (const config::SourceSettings& known : settings.sources) {
        if (std::ranges::find(sources, known.name, &ledger::SourceOverview::source) == sources.end()) {
            sources.push_back({.source = known.name});  // nobody has ever looked at it
        }
    }
    std::size_t width = 0;
    for (const ledger::SourceOverview& source : sources) {
        width = std::max(width, character_count(source.source));
    }
    SourcesView view(database, settings, now, out);
    for (const ledger::SourceOverview& source : sources) {
        if (json) {
            view.show_json(source);
        } else {
            view.show(source, width);
        }
    }
}

}  // namespace obmen::commands
