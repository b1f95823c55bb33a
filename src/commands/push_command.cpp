#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/commands.hpp"
#include "commands/dry_run.hpp"
#include "commands/output.hpp"
#include "commands/progress.hpp"
#include "commands/push_beside.hpp"
#include "commands/state_access.hpp"
#include "commands/waiting_told.hpp"
#include "exchange/exchange.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/requests.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

config::Settings push_settings(const CommonOptions& common, const PushOptions& options,
                               const Surroundings& surroundings) {
    config::Settings settings = settings_for(common, surroundings.environment, options.flat);
    if (!options.portal.empty()) {
        settings.portal.url = config::resolve_portal_url(options.portal, std::filesystem::current_path());
    }
    if (!options.state.empty()) {
        settings.state_directory = options.state;
    }
    if (!options.receipts.empty()) {
        settings.receipts.directory = options.receipts;
    }
    const auto demand = [](bool present, const char* what) {
        if (!present) {
            throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {what}});
        }
    };
    demand(!settings.state_directory.empty(), "--state");
    demand(options.dry_run || !settings.receipts.directory.empty(), "--receipts");
    demand(options.dry_run || exchange::has_portal(settings), "--portal");
    return settings;
}

/// What a push shows of what it has done.
class PushView {
  public:
    /// `is_own`: this process has sent it, and knows the requests.
    PushView(const CommonOptions& common, Language language, ledger::Database& database, bool is_own,
             Surroundings& surroundings)
        : m_json(common.json),
          m_language(language),
          m_is_own(is_own),
          m_packages(database),
          m_out(surroundings.out) {}

    ExitCode show(const exchange::RoundResult& round) {
        for (const exchange::ClosedPackage& package : round.packages) {
            show(package, round);
            m_exit = std::max(m_exit, exit_code_of(exchange::end_of(m_packages, package.id)));
        }
        for (const std::string& id : round.held) {
            show_held(id);
            m_exit = std::max(m_exit, ExitCode::deferred);
        }
        return m_exit;
    }

  private:
    void show(const exchange::ClosedPackage& closed, const exchange::RoundResult& round) const {
        const ledger::Package package = m_packages.find(closed.id).value();
        if (m_json) {
            show_json(package, closed, round);
        } else {
            show_text(package, closed, round);
        }
    }

    void show_json(const ledger::Package& package, const exchange::ClosedPackage& closed,
                   const exchange::RoundResult& round) const {
        show_results(m_out, m_packages, package.id, {.language = m_language, .json = true});
        nlohmann::json line{
            {"package", package.id},
            {"state", ledger::name_of(package.state)},
            {"receipt", closed.receipt.string()},
            {"totals", totals_json(m_packages.totals(package.id))},
            {"findings", m_packages.finding_count(package.id)},
            {"removals_held", package.removals_held},
            {"exit_code", static_cast<int>(exit_code_of(exchange::end_of(m_packages, package.id)))}};
        if (m_is_own) {
            line["requests"] = round.requests;
            line["write_requests"] = round.write_requests;
        }
        m_out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    }

    void show_text(const ledger::Package& package, const exchange::ClosedPackage& closed,
                   const exchange::RoundResult& round) const {
        const bool russian = m_language == Language::russian;
        m_out << (russian ? "Пакет " : "Package ") << package.id << ": "
              << state_name(package.state, m_language) << "\n";
        show_totals(m_out, m_packages.totals(package.id), m_language);
        if (package.removals_held) {
            m_out << (russian ? "  Выключение товаров ждёт разрешения: obmen approve "
                              : "  Removals wait for a person: obmen approve ")
                  << package.id << "\n";
        }
        constexpr std::size_t most_shown = 10;  // the receipt has them all
        show_results(m_out, m_packages, package.id,
                     {.language = m_language,
                      .most = most_shown,
                      .said_elsewhere = round.stop ? std::optional(round.stop->reason.code) : std::nullopt});
        if (round.stop) {
            m_out << "  " << round.stop->reason.code.text() << ": "
                  << full_text(round.stop->reason, m_language) << "\n";
        }
        const char* const no_news = russian ? "прежняя, нового нет" : "the last one stands, there is no news";
        if (m_is_own) {
            m_out << fmt::format(fmt::runtime(russian ? "  Запросов к порталу: {}, из них на запись: {}\n"
                                                      : "  Requests to the portal: {}, of them writes: {}\n"),
                                 round.requests, round.write_requests);
        }
        m_out << fmt::format(fmt::runtime(russian ? "  Квитанция: {}\n" : "  Receipt: {}\n"),
                             closed.receipt.empty() ? no_news : closed.receipt.string());
    }

    /// A package of an earlier run that a person has to decide on.
    void show_held(const std::string& id) const {
        if (m_json) {
            m_out << nlohmann::json{{"package", id},
                                    {"removals_held", true},
                                    {"exit_code", static_cast<int>(ExitCode::deferred)}}
                         .dump()
                  << "\n";
            return;
        }
        m_out << (m_language == Language::russian ? "Пакет " : "Package ") << id
              << (m_language == Language::russian ? ": выключение товаров ждёт разрешения: obmen approve "
                                                  : ": removals wait for a person: obmen approve ")
              << id << "\n";
    }

    bool m_json;
    Language m_language;
    bool m_is_own;
    ledger::Packages m_packages;
    std::ostream& m_out;
    ExitCode m_exit = ExitCode::applied;
};

void add(const exchange::RoundResult& later, exchange::RoundResult& all) {
    for (const exchange::ClosedPackage& package : later.packages) {
        std::erase_if(all.packages,
                      [&](const exchange::ClosedPackage& before) { return before.id == package.id; });
        all.packages.push_back(package);
    }
    all.held = later.held;
    all.stop = later.stop ? later.stop : all.stop;
    all.next_attempt = later.next_attempt;
    all.requests += later.requests;
    all.write_requests += later.write_requests;
}

/// What other commands have recorded beside this one while it sent: they were told that it will be done. Not
/// for ever: who still waits when this process ends does it himself.
void do_what_others_ask_for(exchange::Exchange& exchange,
                            const std::function<void(const delivery::DeliveryProgress&)>& progress,
                            exchange::RoundResult& all) {
    constexpr int most_rounds = 100;
    const std::atomic<bool>* interrupted = exchange.context().interrupted;
    for (int round = 0; round < most_rounds; ++round) {
        const bool is_stopping = interrupted != nullptr && interrupted->load();
        const bool is_asked = !is_stopping && exchange::execute_requests(exchange) > 0;
        // Where the portal does not answer, a round without it plans what has come.
        if (!is_asked && (is_stopping || all.stop || !exchange.has_arrivals())) {
            return;
        }
        add(exchange.round({.may_send = !all.stop, .at_once = true, .progress = progress}), all);
    }
}

ExitCode push_as_owner(const CommonOptions& common, const PushOptions& options,
                       const config::Settings& settings, Surroundings& surroundings) {
    const exchange::RunContext context =
        context_with_waiting_told(surroundings, settings.language, common.json);
    exchange::Exchange exchange(settings, context);
    exchange::execute_requests(exchange);
    exchange.settle_family();
    exchange.take_in(options.files, options.force);
    Progress progress(surroundings.out, surroundings.terminal && !common.json, settings.language);
    const auto show = [&](const delivery::DeliveryProgress& state) { progress.show(state); };
    exchange::RoundResult round = exchange.round({.at_once = true, .progress = show});
    do_what_others_ask_for(exchange, show, round);
    return PushView(common, settings.language, exchange.database(), true, surroundings).show(round);
}

/// Was this command given another address of the portal than its settings have? Who sends in its place has
/// settings of its own.
bool names_another_portal(const CommonOptions& common, const PushOptions& options,
                          const config::Settings& settings, const Surroundings& surroundings) {
    if (options.portal.empty()) {
        return false;
    }
    const config::Settings plain = settings_for(common, surroundings.environment, options.flat);
    return plain.portal.url.reveal() != settings.portal.url.reveal();
}

}  // namespace

ExitCode run_push(const CommonOptions& common, const PushOptions& options, Surroundings& surroundings) {
    const config::Settings settings = push_settings(common, options, surroundings);
    if (options.dry_run) {
        return dry_run(common, options, settings, surroundings);
    }
    std::string owner;
    try {
        return push_as_owner(common, options, settings, surroundings);
    } catch (const Error& error) {
        owner = owner_in(error);
    }
    PushBeside push(options, settings, owner, surroundings);
    push.hand_over();
    if (names_another_portal(common, options, settings, surroundings)) {
        show_finding(surroundings.out,
                     {.severity = Severity::warning, .message = Message{"SYS-DAEMON-PORTAL", {owner}}},
                     settings.language, common.json);
    }
    if (push.wait() == PushBeside::End::ownerless) {
        PushOptions rest = options;
        rest.files.clear();  // they are recorded
        return push_as_owner(common, rest, settings, surroundings);
    }
    const ExitCode shown =
        PushView(common, settings.language, push.database(), false, surroundings).show(push.result());
    if (const auto& silence = push.silence()) {
        show_finding(surroundings.out, {.severity = Severity::warning, .message = *silence},
                     settings.language, common.json);
        return ExitCode::deferred;
    }
    return shown;
}

}  // namespace obmen::commands
