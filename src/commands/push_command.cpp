#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "arrival/intake.hpp"
#include "commands/commands.hpp"
#include "commands/delivery_options.hpp"
#include "commands/dry_run.hpp"
#include "commands/exchange_mapping.hpp"
#include "commands/family_choice.hpp"
#include "commands/output.hpp"
#include "commands/package_steps.hpp"
#include "commands/portal_authorisation.hpp"
#include "commands/portal_names.hpp"
#include "commands/portal_session.hpp"
#include "commands/progress.hpp"
#include "delivery/delivery.hpp"
#include "ledger/journal.hpp"
#include "ledger/pending.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

using Path = std::filesystem::path;

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
    demand(options.dry_run || has_portal(settings), "--portal");
    return settings;
}

/// One push: the state directory is ours from beginning to end.
class Push {
  public:
    Push(const CommonOptions& common, config::Settings settings, bool force, Surroundings& surroundings)
        : m_common(common),
          m_force(force),
          m_settings(std::move(settings)),
          m_surroundings(surroundings),
          m_address(portal_address(m_settings, m_surroundings.clock)),
          m_member(portal_member(m_settings, m_surroundings.clock)),
          m_lock(prepared(m_settings.state_directory)),
          m_database(m_settings.state_directory / "ledger.db"),
          m_packages(m_database),
          m_portal_state(m_database) {
        make_directories(m_settings.receipts.directory);
        m_portal_state.demand(m_address.identity(), m_member);
    }

    ExitCode run(const std::vector<Path>& files) {
        const FamilyChoice family = settle_family();
        plan_due_removals(m_database, m_settings);
        std::vector<std::string> waiting;
        for (const ledger::Package& package : m_packages.unfinished()) {
            waiting.push_back(package.id);
            if (package.state == ledger::PackageState::deferred) {
                m_told.emplace(package.id, account_of(package.id));
            }
            forget_stops(package.id);
        }
        reopen_incomplete(waiting);
        // Before anything newer is read: an older wish must not be laid over a newer one.
        plan_incomplete(m_database, waiting, spool(), m_settings);
        take_in_files(files, waiting);
        if (family.is_new && portal::has_prices_apart(family.family)) {
            note_family(waiting);
        }
        for (const std::string& id : waiting) {
            plan(id);
        }
        deliver(waiting);
        for (const std::string& id : waiting) {
            close(id);
        }
        for (const std::string& id : m_packages.with_removals_held()) {
            if (std::ranges::find(waiting, id) == waiting.end()) {
                show_held(id);
            }
        }
        return m_exit;
    }

  private:
    /// Adds packages that were done with but for objects that have vanished from the CRM since.
    void reopen_incomplete(std::vector<std::string>& packages) {
        for (std::string& id : ledger::Pending(m_database).incomplete_packages()) {
            if (std::ranges::find(packages, id) == packages.end()) {
                packages.push_back(std::move(id));
            }
        }
        std::ranges::stable_sort(
            packages, {}, [&](const std::string& id) { return m_packages.find(id).value().received_at; });
    }

    static const Path& prepared(const Path& directory) {
        make_directories(directory);
        return directory;
    }
    [[nodiscard]] Path spool() const { return m_settings.state_directory / "spool"; }

    /// Before anything is planned: what an export becomes depends on it.
    FamilyChoice settle_family() {
        const FamilyChoice choice = choose_family(m_settings, m_portal_state, m_surroundings);
        m_settings.portal.api = portal::name_of(choice.family);
        static_cast<void>(mapping_of(m_settings));  // may want what this family has not
        if (choice.is_new) {
            m_portal_state.pin_api(m_settings.portal.api);
        }
        return choice;
    }

    void note_family(const std::vector<std::string>& packages) {
        for (const std::string& id : packages) {
            m_packages.add_finding(id, {.severity = Severity::warning,
                                        .message = Message{"B24-API-CHOSEN", {m_settings.portal.api}}});
        }
    }

    void take_in_files(const std::vector<Path>& files, std::vector<std::string>& packages) {
        arrival::sweep_spool(spool());
        drop_unrecorded_copies();
        const arrival::Intake intake =
            arrival::take_in(files, spool(), archive_limits(m_settings.limits), arrival::PictureCopies::all);
        for (const arrival::SpooledPackage& package : intake.packages) {
            record_arrival(m_database, package, m_surroundings.clock.now());
            journal("received", package.id, "ok", fmt::format("files={}", package.files.size()));
            packages.push_back(package.id);
        }
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            record_rejection(m_database, arrival, m_surroundings.clock.now());
            journal("received", arrival.package.id, "rejected",
                    std::string(arrival.fault.message.code.text()));
            packages.push_back(arrival.package.id);
        }
    }

    /// Copies that a killed run made and did not record: their originals are where they were, and come again.
    void drop_unrecorded_copies() {
        std::error_code no_spool_yet;
        for (const auto& entry : std::filesystem::directory_iterator(spool(), no_spool_yet)) {
            if (entry.is_directory() && !m_packages.find(entry.path().filename().string())) {
                std::filesystem::remove_all(entry.path());
            }
        }
    }

    [[nodiscard]] ledger::PackageState state_of(const std::string& id) const {
        return m_packages.find(id).value().state;
    }

    void plan(const std::string& id) {
        const ledger::PackageState state = state_of(id);
        if (state != ledger::PackageState::received && state != ledger::PackageState::planning) {
            return;
        }
        const PlanReport report = plan_package(m_database, id, spool(), m_settings, m_force);
        journal("planned", id, report.fault ? "rejected" : "ok",
                report.fault ? std::string(report.fault->message.code.text()) : std::string{});
    }

    /// Nothing is asked of the portal when nothing is pending.
    void deliver(std::vector<std::string>& packages) {
        ledger::Pending pending(m_database);
        if (pending.count() == 0) {
            return;
        }
        begin_delivering(packages);
        PortalSession session(m_settings, m_surroundings);
        m_stop = send(session, packages);
        if (const auto& moved = session.client().moved_to()) {
            m_portal_state.remember_move(moved->identity());
        }
        m_requests = session.client().requests_sent();
    }

    void begin_delivering(const std::vector<std::string>& packages) {
        for (const std::string& id : packages) {
            if (state_of(id) == ledger::PackageState::planned ||
                state_of(id) == ledger::PackageState::deferred) {
                m_packages.set_state(id, ledger::PackageState::delivering);
            }
        }
    }

    std::optional<delivery::Stop> send(PortalSession& session, std::vector<std::string>& packages) {
        auto answer = session.ask_facts();
        if (auto* stop = std::get_if<delivery::Stop>(&answer)) {
            return std::move(*stop);
        }
        m_portal_state.bind(m_address.identity(), m_member);
        auto& facts = std::get<portal::PortalFacts>(answer);
        if (!facts.administrator) {
            return delivery::Stop{Message{"B24-NOT-ADMIN"}, false};
        }
        note_names(packages, names_lacking_in_portal(mapping_of(m_settings), facts, session));
        Progress progress(m_surroundings.out, m_surroundings.terminal && !m_common.json, m_settings.language);
        const auto report = [&](const delivery::DeliveryProgress& state) { progress.show(state); };
        delivery::DeliveryOptions options = delivery_options(m_settings, spool());
        options.interrupted = m_surroundings.interrupted;
        delivery::Delivery delivery(m_database, session.client(), facts, m_surroundings.clock,
                                    m_surroundings.log, std::move(options));
        delivery::DeliveryResult result = delivery.run(report);
        m_write_requests += result.write_requests;
        // Objects that people deleted in the CRM are made anew, whole: only their packages have all of their
        // fields. What belongs to them may turn out to be gone only then.
        constexpr int most_rounds = 3;
        for (int round = 0; round < most_rounds && !result.stop; ++round) {
            reopen_incomplete(packages);
            if (!plan_incomplete(m_database, packages, spool(), m_settings)) {
                break;
            }
            begin_delivering(packages);
            facts.complete.clear();  // the first run has made objects since
            result = delivery.run(report);
            m_write_requests += result.write_requests;
        }
        return result.stop;
    }

    /// What the mapping names and the portal lacks, in each package that is sent, once however often it is.
    void note_names(const std::vector<std::string>& packages, const std::vector<Finding>& lacking) {
        for (const std::string& id : packages) {
            if (lacking.empty() || state_of(id) != ledger::PackageState::delivering) {
                continue;
            }
            const std::vector<Finding> said = m_packages.findings(id, 0);
            for (const Finding& finding : lacking) {
                if (std::ranges::none_of(
                        said, [&](const Finding& other) { return other.message == finding.message; })) {
                    m_packages.add_finding(id, finding);
                }
            }
        }
    }

    void close(const std::string& id) {
        if (m_stop && state_of(id) != ledger::PackageState::rejected) {
            note_stop(id);
        }
        const auto told = m_told.find(id);
        const bool has_news = told == m_told.end() || told->second != account_of(id);
        const Path receipt =
            close_package(m_database, id, !m_stop, m_settings, m_surroundings.clock.now(), has_news);
        const PackageEnd end = end_of(m_packages, id);
        if (!receipt.empty()) {
            journal("receipt", id, "ok", receipt.filename().string());
        }
        m_exit = std::max(m_exit, exit_code_of(end));
        show(id, receipt);
    }

    /// What a receipt of the package would say, in short.
    [[nodiscard]] std::string account_of(const std::string& id) const {
        std::string account = totals_json(m_packages.totals(id)).dump();
        m_packages.for_each_finding(id, [&](const Finding& finding) {
            account += finding.message.code.text();
            account += finding.object_id;
        });
        return account;
    }

    /// Why earlier runs ended is no news once this one goes on: it may end otherwise.
    void forget_stops(const std::string& id) {
        for (const Code code :
             {Code{"B24-DOWN"}, Code{"B24-UNREACHABLE"}, Code{"B24-LIMIT"}, Code{"B24-ANSWER"},
              Code{"B24-ACCESS"}, Code{"B24-WEBHOOK"}, Code{"B24-SCOPE"}, Code{"B24-PLAN"},
              Code{"B24-BLOCKED"}, Code{"B24-SIGN-IN-AGAIN"}, Code{"B24-BASIC-WALL"}, Code{"B24-NOT-ADMIN"},
              Code{"SYS-INTERRUPTED"}}) {
            m_packages.drop_findings(id, code);
        }
    }

    /// A package of an earlier run that a person has to decide on.
    void show_held(const std::string& id) {
        m_exit = std::max(m_exit, ExitCode::deferred);
        if (m_common.json) {
            m_surroundings.out << nlohmann::json{{"package", id},
                                                 {"removals_held", true},
                                                 {"exit_code", static_cast<int>(ExitCode::deferred)}}
                                      .dump()
                               << "\n";
            return;
        }
        const bool russian = m_settings.language == Language::russian;
        m_surroundings.out << (russian ? "Пакет " : "Package ") << id
                           << (russian ? ": выключение товаров ждёт разрешения: obmen approve "
                                       : ": removals wait for a person: obmen approve ")
                           << id << "\n";
    }

    /// Why the package waits, once however often it was tried.
    void note_stop(const std::string& id) {
        const std::vector<Finding> findings = m_packages.findings(id, 0);
        const bool said = std::ranges::any_of(
            findings, [&](const Finding& finding) { return finding.message.code == m_stop->reason.code; });
        if (!said) {
            m_packages.add_finding(id, {.severity = Severity::warning, .message = m_stop->reason});
        }
    }

    void show(const std::string& id, const Path& receipt) {
        const ledger::Package package = m_packages.find(id).value();
        ResultView view{.language = m_settings.language, .json = m_common.json};
        if (m_common.json) {
            show_results(m_surroundings.out, m_packages, id, view);
            const nlohmann::json line{{"package", id},
                                      {"state", ledger::name_of(package.state)},
                                      {"receipt", receipt.string()},
                                      {"requests", m_requests},
                                      {"write_requests", m_write_requests},
                                      {"totals", totals_json(m_packages.totals(id))},
                                      {"findings", m_packages.finding_count(id)},
                                      {"removals_held", package.removals_held},
                                      {"exit_code", static_cast<int>(exit_code_of(end_of(m_packages, id)))}};
            m_surroundings.out << line.dump() << "\n";
            return;
        }
        const bool russian = m_settings.language == Language::russian;
        m_surroundings.out << (russian ? "Пакет " : "Package ") << id << ": "
                           << state_name(package.state, m_settings.language) << "\n";
        show_totals(m_surroundings.out, m_packages.totals(id), m_settings.language);
        if (package.removals_held) {
            m_surroundings.out << (russian ? "  Выключение товаров ждёт разрешения: obmen approve "
                                           : "  Removals wait for a person: obmen approve ")
                               << id << "\n";
        }
        constexpr std::size_t most_shown = 10;  // the receipt has them all
        view.most = most_shown;
        view.said_elsewhere = m_stop ? std::optional(m_stop->reason.code) : std::nullopt;
        show_results(m_surroundings.out, m_packages, id, view);
        if (m_stop) {
            m_surroundings.out << "  " << m_stop->reason.code.text() << ": "
                               << full_text(m_stop->reason, m_settings.language) << "\n";
        }
        const char* const no_news = russian ? "прежняя, нового нет" : "the last one stands, there is no news";
        m_surroundings.out << fmt::format(
            fmt::runtime(russian ? "  Запросов к порталу: {}, из них на запись: {}\n  Квитанция: {}\n"
                                 : "  Requests to the portal: {}, of them writes: {}\n  Receipt: {}\n"),
            m_requests, m_write_requests, receipt.empty() ? no_news : receipt.string());
    }

    void journal(const std::string& operation, const std::string& package, const std::string& status,
                 const std::string& details) {
        ledger::Journal(m_database)
            .write({.time = m_surroundings.clock.now(),
                    .operation = operation,
                    .source_system = m_settings.source_system,
                    .target_system = m_address.identity(),
                    .package = package,
                    .object_id = {},
                    .status = status,
                    .details = details});
    }

    const CommonOptions& m_common;
    bool m_force;
    config::Settings m_settings;
    Surroundings& m_surroundings;
    portal::PortalAddress m_address;
    std::string m_member;
    DirectoryLock m_lock;
    ledger::Database m_database;
    ledger::Packages m_packages;
    ledger::PortalState m_portal_state;
    std::optional<delivery::Stop> m_stop;
    std::map<std::string, std::string> m_told;  ///< what waited already: package → account
    std::uint64_t m_requests = 0;
    std::uint64_t m_write_requests = 0;
    ExitCode m_exit = ExitCode::applied;
};

}  // namespace

ExitCode run_push(const CommonOptions& common, const PushOptions& options, Surroundings& surroundings) {
    config::Settings settings = push_settings(common, options, surroundings);
    if (options.dry_run) {
        return dry_run(common, options, settings, surroundings);
    }
    return Push(common, std::move(settings), options.force, surroundings).run(options.files);
}

}  // namespace obmen::commands
