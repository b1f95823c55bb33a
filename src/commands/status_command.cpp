#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "commands/output.hpp"
#include "commands/state_access.hpp"
#include "commands/status_sources.hpp"
#include "commands/status_words.hpp"
#include "exchange/receipt_outbox.hpp"
#include "ledger/backup.hpp"
#include "ledger/overview.hpp"
#include "ledger/pending.hpp"
#include "ledger/portal_wait.hpp"
#include "ledger/source_states.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

/// Shows a state directory, as lines for people or objects for programs.
class StatusView {
  public:
    StatusView(ledger::Database& database, const config::Settings& settings, bool json,
               Surroundings& surroundings)
        : m_database(database),
          m_settings(settings),
          m_language(settings.language),
          m_russian(settings.language == Language::russian),
          m_json(json),
          m_now(surroundings.clock.now()),
          m_out(surroundings.out) {}

    void show(std::size_t most_packages) {
        show_packages(most_packages);
        show_sources(m_database, m_settings, m_json, m_now, m_out);
        show_receipts();
        show_alerts();
        show_summary();
    }

  private:
    void show_packages(std::size_t most) {
        const ledger::Packages packages(m_database);
        const std::vector<ledger::Package> list = packages.list(most);
        std::size_t width = 0;
        for (const ledger::Package& package : list) {
            width = std::max(width, character_count(state_name(package.state, m_language)));
        }
        for (const ledger::Package& package : list) {
            if (m_json) {
                show_package_json(packages, package);
            } else {
                show_package(packages, package, width);
            }
        }
    }

    void show_package_json(const ledger::Packages& packages, const ledger::Package& package) {
        line({{"package", package.id},
              {"state", ledger::name_of(package.state)},
              {"received", utc_date_time(package.received_at)},
              {"source", package.source},
              {"origin", package.origin},
              {"other", package.other},
              {"receipt_revision", package.receipt_revision},
              {"removals_held", package.removals_held},
              {"attempts", package.attempts},
              {"next_attempt", time_json(package.next_attempt)},
              {"cause", message_json(cause_of(package), m_language)},
              {"findings", packages.finding_count(package.id)},
              {"totals", totals_json(packages.totals(package.id))}});
    }

    void show_package(const ledger::Packages& packages, const ledger::Package& package, std::size_t width) {
        m_out << fmt::format("{}  {}  {}  {}\n", package.id, local_date_time(package.received_at),
                             column(state_name(package.state, m_language), width), package.source);
        if (const std::optional<Message> cause = cause_of(package)) {
            m_out << "  " << cause->code.text() << ": " << full_text(*cause, m_language) << "\n";
        }
        show_totals(m_out, packages.totals(package.id), m_language);
        if (!package.other.empty()) {
            m_out << "  " << (m_russian ? "см. пакет " : "see package ") << package.other << "\n";
        }
        if (package.next_attempt) {
            m_out << fmt::format(fmt::runtime(m_russian ? "  попыток: {}, следующая {}\n"
                                                        : "  attempts: {}, the next at {}\n"),
                                 package.attempts, local_date_time(*package.next_attempt));
        }
        if (package.removals_held) {
            m_out << (m_russian ? "  выключение товаров ждёт разрешения: obmen approve "
                                : "  removals wait for a person: obmen approve ")
                  << package.id << "\n";
        }
    }

    /// Why the package was rejected.
    [[nodiscard]] std::optional<Message> cause_of(const ledger::Package& package) const {
        return package.state == ledger::PackageState::rejected ? ledger::worst_finding(m_database, package.id)
                                                               : std::nullopt;
    }

    void show_receipts() {
        for (ledger::ReceiptOverview& receipt : ledger::receipts_under_way(m_database)) {
            const bool is_lost = exchange::has_lost_its_source(receipt.target, m_settings);
            if (is_lost) {
                receipt.failure =
                    Message{"SYS-MISSING-SETTING", {"[[source]] name = \"" + receipt.target + "\""}};
                receipt.next_attempt.reset();
            }
            if (m_json) {
                line({{"receipt", receipt.file},
                      {"package", receipt.package},
                      {"revision", receipt.revision},
                      {"target", receipt.target},
                      {"made", utc_date_time(receipt.made_at)},
                      {"attempts", receipt.attempts},
                      {"next_attempt", time_json(receipt.next_attempt)},
                      {"failure", message_json(receipt.failure, m_language)}});
                continue;
            }
            m_out << (m_russian ? "Квитанция не доставлена: " : "Receipt not delivered: ") << receipt.file
                  << " → " << receipt.target;
            if (receipt.failure) {
                m_out << ": " << receipt.failure->code.text() << ": "
                      << sentence(*receipt.failure, m_language);
            }
            if (receipt.next_attempt) {
                m_out << (m_russian ? "; снова " : "; again at ") << local_date_time(*receipt.next_attempt);
            }
            if (is_lost) {
                m_out << (m_russian ? "; не ждать: obmen forget " : "; not to wait for it: obmen forget ")
                      << receipt.package;
            }
            m_out << "\n";
        }
    }

    void show_alerts() {
        const std::vector<ledger::AlertOverview> alerts = ledger::standing_alerts(m_database);
        constexpr std::size_t most_shown = 10;  // the newest; programs get them all
        const std::size_t left_out = m_json || alerts.size() <= most_shown ? 0 : alerts.size() - most_shown;
        if (left_out > 0) {
            show_line(m_out, m_language, "Тревог раньше, не показаны (--json покажет)",
                      "Earlier alerts, not shown (--json shows them)", std::to_string(left_out));
        }
        for (std::size_t i = left_out; i < alerts.size(); ++i) {
            show_alert(alerts[i]);
        }
    }

    /// `, package 20260115103000-4f2a9` where the cause is `KIND:PACKAGE` of a kind that is about one
    /// package.
    [[nodiscard]] std::string package_of(const ledger::AlertOverview& alert) const {
        for (const std::string_view kind : {"package:", "held:", "expired:"}) {
            if (alert.cause.starts_with(kind)) {
                return (m_russian ? ", пакет " : ", package ") + alert.cause.substr(kind.size());
            }
        }
        return {};
    }

    void show_alert(const ledger::AlertOverview& alert) {
        if (m_json) {
            line({{"alert", alert.cause},
                  {"since", utc_date_time(alert.since)},
                  {"told", alert.is_told},
                  {"message", message_json(alert.message, m_language)}});
            return;
        }
        m_out << (m_russian ? "Тревога с " : "Alert since ") << local_date_time(alert.since)
              << package_of(alert) << ": "
              << (alert.message ? full_text(*alert.message, m_language) : alert.cause) << "\n";
    }

    void show_summary() {
        const ledger::PackagesOverview packages = ledger::packages_overview(m_database);
        const std::uint64_t pending = ledger::Pending(m_database).count();
        const bool paused = ledger::SourceStates(m_database).find({}).paused;
        const auto backoff = ledger::portal_wait(m_database);
        const std::optional<UtcTime> next = backoff ? std::optional(backoff->next_attempt) : std::nullopt;
        if (m_json) {
            line({{"pending", pending},
                  {"packages_waiting", packages.waiting},
                  {"oldest_waiting", time_json(packages.oldest_waiting)},
                  {"last_applied", time_json(packages.last_applied)},
                  {"packages_held", packages.held},
                  {"sending_paused", paused},
                  {"last_backup", time_json(ledger::last_backup(m_database))},
                  {"next_attempt", time_json(next)}});
            return;
        }
        if (packages.oldest_waiting) {
            m_out << fmt::format(fmt::runtime(m_russian ? "Пакетов ждёт: {}, старший — {}\n"
                                                        : "Packages waiting: {}, the oldest for {}\n"),
                                 packages.waiting, age(m_now - *packages.oldest_waiting, m_language));
        }
        show_line(m_out, m_language, "Последний применён", "Last applied",
                  time_or_never(packages.last_applied, m_language));
        if (packages.held > 0) {
            show_line(m_out, m_language, "Ждут разрешения (obmen approve)", "Held (obmen approve)",
                      std::to_string(packages.held));
        }
        if (next && *next > m_now) {
            show_line(m_out, m_language, "Портал будет спрошен снова", "The portal is asked again at",
                      local_date_time(*next));
        }
        if (paused) {
            m_out << full_text(Message{"SYS-PAUSED"}, m_language) << "\n";
        }
        if (const auto backup = ledger::last_backup(m_database)) {
            show_line(m_out, m_language, "Последняя копия (obmen backup)", "Last backup",
                      local_date_time(*backup));
        }
        show_line(m_out, m_language, "Ждут отправки", "Waiting to be sent", std::to_string(pending));
    }

    void line(const nlohmann::json& line) {
        m_out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    }

    ledger::Database& m_database;
    const config::Settings& m_settings;
    Language m_language;
    bool m_russian;
    bool m_json;
    UtcTime m_now;
    std::ostream& m_out;
};

}  // namespace

ExitCode run_status(const CommonOptions& common, const StatusOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const auto database = open_ledger(state_with_ledger(settings, options.state));
    StatusView(*database, settings, common.json, surroundings).show(options.most);
    return ExitCode::applied;
}

}  // namespace obmen::commands
