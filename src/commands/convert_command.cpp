#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <sstream>

#include "arrival/intake.hpp"
#include "commands/commands.hpp"
#include "commands/offline_delivery.hpp"
#include "commands/output.hpp"
#include "commands/plan_view.hpp"
#include "commands/progress.hpp"
#include "delivery/delivery.hpp"
#include "exchange/delivery_options.hpp"
#include "exchange/package_steps.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// Names in double braces that stand for what only a portal knows, as they appear percent-encoded in a body.
std::set<std::string> placeholders_in(const std::string& body) {
    std::set<std::string> names;
    for (std::size_t begin = body.find("%7B%7B"); begin != std::string::npos;
         begin = body.find("%7B%7B", begin + 1)) {
        const std::size_t end = body.find("%7D%7D", begin);
        if (end == std::string::npos) {
            break;
        }
        names.insert(body.substr(begin + 6, end - begin - 6));
    }
    return names;
}

void demand_empty(const std::filesystem::path& directory) {
    make_directories(directory);
    if (!std::filesystem::is_empty(directory)) {
        throw Error(FailureClass::bad_config, Message{"SYS-NOT-EMPTY", {directory.string()}});
    }
}

/// Converts one package into numbered request bodies.
class Conversion {
  public:
    Conversion(config::Settings settings, std::filesystem::path spool, std::filesystem::path output,
               Surroundings& surroundings)
        : m_settings(std::move(settings)),
          m_spool(std::move(spool)),
          m_output(std::move(output)),
          m_surroundings(surroundings),
          m_database(":memory:") {
        m_settings.receipts.directory = m_output;
    }

    ExitCode run(const arrival::SpooledPackage& package, const portal::PortalFacts& facts, bool json) {
        exchange::record_arrival(m_database, package, m_surroundings.clock.now());
        const exchange::PlanReport report =
            exchange::plan_package(m_database, package.id, package.directory.parent_path(), m_settings);
        if (!report.fault) {
            write_plan();
            deliver(facts);
        }
        const std::filesystem::path receipt =
            exchange::close_package(m_database, package.id, true, m_settings, m_surroundings.clock.now());
        write_durably(m_output / "manifest.json", manifest(package, receipt).dump(2) + "\n");
        const ledger::Packages packages(m_database);
        show_results(m_surroundings.out, packages, package.id,
                     {.language = m_settings.language, .json = json});
        const ExitCode exit = exit_code_of(exchange::end_of(packages, package.id));
        show(packages.totals(package.id), receipt, json, exit);
        return exit;
    }

  private:
    /// The objects and their fields for people, before they become requests.
    void write_plan() {
        std::ostringstream text;
        PlanView view(text, m_settings.language, false);
        ledger::Pending(m_database).for_each([&](const ledger::Operation& operation) {
            view.show(operation);
        });
        write_durably(m_output / "plan.txt", text.str());
    }

    void deliver(const portal::PortalFacts& facts) {
        OfflineTransport transport(
            [this](std::uint64_t number, const std::string& body) { keep(number, body); });
        NoWaitClock clock;
        const delivery::DeliveryResult result =
            send_offline(m_database, transport, clock, facts, exchange::delivery_options(m_settings, m_spool),
                         m_surroundings);
        if (result.stop) {
            throw Error(FailureClass::bug, result.stop->reason);
        }
    }

    void keep(std::uint64_t number, const std::string& body) {
        const std::string name = fmt::format("{:04}.json", number);
        const std::string curl = fmt::format(
            "curl -sS -H 'Content-Type: application/json' --data-binary @{} \"${{OBMEN_PORTAL%/}}/batch\"",
            name);
        write_durably(m_output / name, body);
        const std::set<std::string> names = placeholders_in(body);
        if (names.empty()) {
            write_durably(m_output / fmt::format("{:04}.curl", number), curl + "\n");
        }
        m_requests.push_back({{"file", name},
                              {"commands", nlohmann::json::parse(body).at("cmd").size()},
                              {"sendable", names.empty()},
                              {"placeholders", names},
                              {"curl", curl}});
    }

    [[nodiscard]] nlohmann::json manifest(const arrival::SpooledPackage& package,
                                          const std::filesystem::path& receipt) const {
        nlohmann::json files = nlohmann::json::array();
        for (const arrival::SpooledFile& file : package.files) {
            files.push_back({{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
        }
        return {{"package", package.id},
                {"files", files},
                {"requests", m_requests},
                {"receipt", receipt.filename().string()}};
    }

    void show(const std::vector<ledger::Totals>& totals, const std::filesystem::path& receipt, bool json,
              ExitCode exit) {
        if (json) {
            m_surroundings.out << nlohmann::json{{"output", m_output.string()},
                                                 {"requests", m_requests.size()},
                                                 {"receipt", receipt.string()},
                                                 {"totals", totals_json(totals)},
                                                 {"exit_code", static_cast<int>(exit)}}
                                      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                               << "\n";
            return;
        }
        show_totals(m_surroundings.out, totals, m_settings.language);
        m_surroundings.out << fmt::format(
            fmt::runtime(m_settings.language == Language::russian ? "  Запросов записано: {}, в {}\n"
                                                                  : "  Requests written: {}, in {}\n"),
            m_requests.size(), m_output.string());
    }

    config::Settings m_settings;
    std::filesystem::path m_spool;
    std::filesystem::path m_output;
    Surroundings& m_surroundings;
    ledger::Database m_database;
    nlohmann::json m_requests = nlohmann::json::array();
};

}  // namespace

ExitCode run_convert(const CommonOptions& common, const ConvertOptions& options, Surroundings& surroundings) {
    config::Settings settings = settings_for(common, surroundings.environment, options.flat);
    const portal::PortalFacts facts = empty_portal(  // before anything is made
        options.facts, portal::family_named(settings.portal.api).value_or(portal::ApiFamily::crm));
    settings.portal.api = portal::name_of(facts.family);
    demand_empty(options.output);
    const TemporaryDirectory spool;
    const arrival::Intake intake = arrival::take_in(
        options.files, spool.path(), exchange::archive_limits(settings.limits), arrival::PictureCopies::all);
    ExitCode exit = ExitCode::applied;
    for (const arrival::RejectedArrival& arrival : intake.rejected) {
        show_finding(surroundings.out, arrival.fault, settings.language, common.json);
        exit = ExitCode::rejected;
    }
    const bool several = intake.packages.size() > 1;
    std::size_t number = 0;
    for (const arrival::SpooledPackage& package : intake.packages) {
        // Several packages get a numbered folder each, so that their requests cannot be mixed up.
        const std::filesystem::path output =
            several ? options.output / fmt::format("{:02}", ++number) : options.output;
        make_directories(output);
        exit = std::max(
            exit, Conversion(settings, spool.path(), output, surroundings).run(package, facts, common.json));
    }
    return exit;
}

}  // namespace obmen::commands
