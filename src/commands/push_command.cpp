#include <fmt/format.h>

#include <algorithm>
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
    demand(options.dry_run || !settings.portal.url.empty(), "--portal");
    return settings;
}

/// One push: the state directory is ours from beginning to end.
class Push {
  public:
    Push(const CommonOptions& common, config::Settings settings, Surroundings& surroundings)
        : m_common(common),
          m_settings(std::move(settings)),
          m_surroundings(surroundings),
          m_address(portal::PortalAddress::parse(m_settings.portal.url)),
          m_lock(prepared(m_settings.state_directory)),
          m_database(m_settings.state_directory / "ledger.db"),
          m_packages(m_database),
          m_portal_state(m_database) {
        make_directories(m_settings.receipts.directory);
        m_portal_state.bind(m_address.identity());
    }

    ExitCode run(const std::vector<Path>& files) {
        const FamilyChoice family = settle_family();
        plan_due_removals(m_database, m_settings);
        std::vector<std::string> waiting;
        for (const ledger::Package& package : m_packages.unfinished()) {
            waiting.push_back(package.id);
        }
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
        return m_exit;
    }

  private:
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
        const PlanReport report = plan_package(m_database, id, spool(), m_settings);
        journal("planned", id, report.fault ? "rejected" : "ok",
                report.fault ? std::string(report.fault->message.code.text()) : std::string{});
    }

    /// Nothing is asked of the portal when nothing is pending.
    void deliver(const std::vector<std::string>& packages) {
        ledger::Pending pending(m_database);
        if (pending.count() == 0) {
            return;
        }
        for (const std::string& id : packages) {
            if (state_of(id) == ledger::PackageState::planned ||
                state_of(id) == ledger::PackageState::deferred) {
                m_packages.set_state(id, ledger::PackageState::delivering);
            }
        }
        PortalSession session(m_settings, m_surroundings);
        restore_bucket(session.client());
        m_stop = send(session, packages);
        keep_bucket(session.client());
        m_requests = session.client().requests_sent();
    }

    std::optional<delivery::Stop> send(PortalSession& session, const std::vector<std::string>& packages) {
        auto answer = session.ask_facts();
        if (auto* stop = std::get_if<delivery::Stop>(&answer)) {
            return std::move(*stop);
        }
        auto& facts = std::get<portal::PortalFacts>(answer);
        if (!facts.administrator) {
            return delivery::Stop{Message{"B24-NOT-ADMIN"}, false};
        }
        Progress progress(m_surroundings.out, m_surroundings.terminal && !m_common.json, m_settings.language);
        const auto report = [&](const delivery::DeliveryProgress& state) { progress.show(state); };
        delivery::DeliveryOptions options = delivery_options(m_settings, spool());
        options.interrupted = m_surroundings.interrupted;
        delivery::Delivery delivery(m_database, session.client(), facts, m_surroundings.clock,
                                    m_surroundings.log, std::move(options));
        delivery::DeliveryResult result = delivery.run(report);
        m_write_requests += result.write_requests;
        if (!result.stop && result.gone > 0) {
            // Objects that people deleted in the CRM are made anew, whole: only their packages have all of
            // their fields.
            for (const std::string& id : packages) {
                if (state_of(id) == ledger::PackageState::delivering) {
                    plan_package(m_database, id, spool(), m_settings);
                    m_packages.set_state(id, ledger::PackageState::delivering);
                }
            }
            facts.complete.clear();  // the first run has made objects since
            result = delivery.run(report);
            m_write_requests += result.write_requests;
        }
        return result.stop;
    }

    void restore_bucket(portal::Client& client) {
        if (const auto bucket = m_portal_state.bucket()) {
            const Duration passed = m_surroundings.clock.now() - bucket->at;
            const double leaked = static_cast<double>(std::max<Duration::rep>(passed.count(), 0)) / 1000.0 *
                                  m_settings.portal.requests_per_second;
            client.bucket().restore(std::max(0.0, bucket->level - leaked), m_surroundings.clock.steady());
        }
    }
    void keep_bucket(portal::Client& client) {
        m_portal_state.set_bucket(
            {client.bucket().level(m_surroundings.clock.steady()), m_surroundings.clock.now()});
    }

    void close(const std::string& id) {
        if (m_stop && state_of(id) != ledger::PackageState::rejected) {
            note_stop(id);
        }
        const Path receipt = close_package(m_database, id, !m_stop, m_settings, m_surroundings.clock.now());
        const PackageEnd end = end_of(m_packages, id);
        journal("receipt", id, "ok", receipt.filename().string());
        m_exit = std::max(m_exit, exit_code_of(end));
        show(id, receipt);
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
        if (m_common.json) {
            const nlohmann::json line{{"package", id},
                                      {"state", ledger::name_of(package.state)},
                                      {"receipt", receipt.string()},
                                      {"requests", m_requests},
                                      {"write_requests", m_write_requests},
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
        show_failures(id);
        for (const Finding& finding : m_packages.findings(id, 10)) {
            if (m_stop && finding.message.code == m_stop->reason.code) {
                continue;  // said below
            }
            m_surroundings.out << "  ";
            show_finding(m_surroundings.out, finding, m_settings.language, false);
        }
        if (m_stop) {
            m_surroundings.out << "  " << full_text(m_stop->reason, m_settings.language) << "\n";
        }
        m_surroundings.out << fmt::format(
            fmt::runtime(russian ? "  Запросов к порталу: {}, из них на запись: {}\n  Квитанция: {}\n"
                                 : "  Requests to the portal: {}, of them writes: {}\n  Receipt: {}\n"),
            m_requests, m_write_requests, receipt.string());
    }

    /// The first objects that could not be applied; the receipt has them all.
    void show_failures(const std::string& id) {
        constexpr std::size_t most = 10;
        std::size_t count = 0;
        m_packages.for_each_outcome(id, true, [&](const ledger::Outcome& outcome) {
            if (outcome.verdict == ledger::Verdict::failed && outcome.reason && count++ < most) {
                m_surroundings.out << "  ";
                show_finding(m_surroundings.out,
                             {.severity = Severity::row_error,
                              .message = *outcome.reason,
                              .file = outcome.file,
                              .place = outcome.place,
                              .object_id = outcome.source_id},
                             m_settings.language, false);
            }
        });
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
    config::Settings m_settings;
    Surroundings& m_surroundings;
    portal::PortalAddress m_address;
    DirectoryLock m_lock;
    ledger::Database m_database;
    ledger::Packages m_packages;
    ledger::PortalState m_portal_state;
    std::optional<delivery::Stop> m_stop;
    std::uint64_t m_requests = 0;
    std::uint64_t m_write_requests = 0;
    ExitCode m_exit = ExitCode::applied;
};

}  // namespace

ExitCode run_push(const CommonOptions& common, const PushOptions& options, Surroundings& surroundings) {
    config::Settings settings = push_settings(common, options, surroundings);
    if (options.dry_run) {
        return dry_run(common, options.files, settings, surroundings);
    }
    return Push(common, std::move(settings), surroundings).run(options.files);
}

}  // namespace obmen::commands
