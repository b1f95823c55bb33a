#include "commands/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <set>

#include "arrival/intake.hpp"
#include "commands/expected_totals.hpp"
#include "commands/offline_delivery.hpp"
#include "commands/output.hpp"
#include "commands/plan_view.hpp"
#include "commands/progress.hpp"
#include "commands/state_access.hpp"
#include "commands/waiting_told.hpp"
#include "delivery/preview.hpp"
#include "exchange/delivery_options.hpp"
#include "exchange/family_choice.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/portal_session.hpp"
#include "ledger/journal.hpp"
#include "ledger/pending.hpp"
#include "ledger/removals.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// One dry run on a ledger in memory.
class DryRun {
  public:
    DryRun(const CommonOptions& common, const config::Settings& settings, Surroundings& surroundings)
        : m_common(common),
          m_settings(settings),
          m_surroundings(surroundings),
          m_context(context_with_waiting_told(surroundings, settings.language, common.json)),
          m_copy(":memory:"),
          m_held_copy(":memory:") {
        if (std::filesystem::exists(settings.state_directory / "ledger.db")) {
            open_ledger(settings.state_directory)->copy_to(m_copy);  // also beside its owner
        }
    }

    ExitCode run(const PushOptions& options) {
        settle_family();
        const TemporaryDirectory spool;
        const arrival::Intake intake =
            arrival::take_in(options.files, spool.path(), exchange::archive_limits(m_settings.limits),
                             arrival::PictureCopies::all);
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            show_finding(m_surroundings.out, arrival.fault, m_settings.language, m_common.json);
            m_exit = ExitCode::rejected;
        }
        for (const arrival::SpooledPackage& package : intake.packages) {
            plan(package, spool.path(), options.force);
        }
        show_objects(exchange::delivery_options(m_settings, spool.path()));
        show_held();
        std::map<std::string, nlohmann::json> totals;
        for (const arrival::SpooledPackage& package : intake.packages) {
            totals[package.id] = m_totals.json(ledger::Packages(m_copy), package.id);
            if (!m_common.json) {
                m_totals.show(m_surroundings.out, ledger::Packages(m_copy), package.id, m_settings.language);
            }
        }
        const Cost cost = send_to_nobody(spool.path());
        for (const arrival::SpooledPackage& package : intake.packages) {
            if (cost.complete) {
                show_what_waits(package.id);
            }
            if (m_common.json) {
                show_totals_of(package.id, totals.at(package.id));
            }
        }
        show(cost);
        return m_exit;
    }

  private:
    using Outlook = delivery::Preview::Outlook;

    /// Without a portal, nobody can be asked what `auto` means: it is shown as every portal would have it.
    void settle_family() {
        const ledger::PortalState portal_state(m_copy);
        if (!portal_state.api() && !exchange::has_portal(m_settings)) {
            return;
        }
        try {
            m_settings.portal.api =
                portal::name_of(exchange::choose_family(m_settings, portal_state, m_context).family);
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::temporary) {
                throw;
            }
            warn(error.finding().message);
        }
    }

    [[nodiscard]] portal::ApiFamily family() const {
        return portal::family_named(m_settings.portal.api).value_or(portal::ApiFamily::crm);
    }

    void plan(const arrival::SpooledPackage& package, const std::filesystem::path& spool, bool force) {
        exchange::record_arrival(m_copy, package, m_surroundings.clock.now());
        if (force) {
            ledger::Packages(m_copy).set_takes_stale(package.id);
        }
        const exchange::PlanReport report = exchange::plan_package(m_copy, package.id, spool, m_settings);
        ledger::Packages packages(m_copy);
        packages.tell_of_variants(package.id);
        show_results(m_surroundings.out, packages, package.id,
                     {.language = m_settings.language, .json = m_common.json, .promises = true});
        const bool held = packages.find(package.id).value().removals_held;
        if (held) {
            m_held.push_back(package.id);
        }
        m_exits[package.id] = report.fault                                 ? ExitCode::rejected
                              : held                                       ? ExitCode::deferred
                              : exchange::has_errors(packages, package.id) ? ExitCode::with_errors
                                                                           : ExitCode::applied;
        m_exit = std::max(m_exit, m_exits[package.id]);
    }

    void show_totals_of(const std::string& package, const nlohmann::json& totals) {
        const nlohmann::json line{{"package", package},
                                  {"totals", totals},
                                  {"removals_held", std::ranges::find(m_held, package) != m_held.end()},
                                  {"exit_code", static_cast<int>(m_exits.at(package))}};
        m_surroundings.out << line.dump() << "\n";
    }

    /// What would stay behind because what it needs is not there: known once all else has been "sent".
    void show_what_waits(const std::string& package) {
        const ledger::Packages packages(m_copy);
        ExitCode& exit = m_exits.at(package);
        if (exit == ExitCode::rejected) {
            return;
        }
        packages.for_each_finding(package, [&](const Finding& finding) {
            if (finding.message.code == Code{"CRM-PART-WAITS"}) {
                m_surroundings.out << (m_common.json ? "" : "  ");
                show_finding(m_surroundings.out, finding, m_settings.language, m_common.json);
            }
        });
        const bool parked = std::ranges::any_of(packages.totals(package), [](const ledger::Totals& totals) {
            return totals.count[static_cast<std::size_t>(ledger::Verdict::deferred)] > 0;
        });
        if (!exchange::is_settled(m_copy, package) || (parked && exit == ExitCode::applied)) {
            exit = ExitCode::deferred;
        }
        m_exit = std::max(m_exit, exit);
    }

    /// The removals that would wait for a person: those that an approval would add to the plan. Found out on
    /// a ledger of its own, where they are approved.
    void show_held() {
        if (m_held.empty()) {
            return;
        }
        const ledger::Pending pending(m_held_copy);
        std::set<std::int64_t> planned;
        pending.for_each([&](const ledger::Operation& operation) {
            if (is_removal(operation)) {
                planned.insert(operation.entity);
            }
        });
        std::ranges::for_each(m_held, [&](const std::string& package) {
            static_cast<void>(ledger::Removals(m_held_copy).approve(package));
        });
        PlanView view(m_surroundings.out, m_settings.language, m_common.json);
        ledger::Pending::Cursor cursor;
        for (auto page = pending.page(cursor, delivery::Delivery::page_size); !page.empty();
             page = pending.page(cursor, delivery::Delivery::page_size)) {
            cursor = ledger::Pending::cursor_of(page.back());
            std::erase_if(page, [&](const ledger::Operation& operation) {
                return !is_removal(operation) || planned.contains(operation.entity);
            });
            std::map<std::int64_t, std::string> names = names_of(page);
            for (const ledger::Operation& operation : page) {
                view.show_held(operation, names[operation.entity]);
            }
        }
        view.show_totals("held");
    }

    /// As the CRM calls them, where it can be asked: the export lacks them.
    [[nodiscard]] std::map<std::int64_t, std::string> names_of(const std::vector<ledger::Operation>& page) {
        if (page.empty() || !m_portal || !m_portal->preview) {
            return {};
        }
        auto answer = m_portal->preview->names(page);
        if (const auto* stop = std::get_if<delivery::Stop>(&answer)) {
            warn(stop->reason);
            m_portal->preview.reset();
            return {};
        }
        return std::get<std::map<std::int64_t, std::string>>(std::move(answer));
    }

    [[nodiscard]] static bool is_removal(const ledger::Operation& operation) {
        const PlannedAction action = planned_action(operation);
        return action == PlannedAction::deactivate || action == PlannedAction::remove;
    }

    void show_objects(const delivery::DeliveryOptions& options) {
        std::optional<Portal>& portal = m_portal;
        Outlook outlook;
        PlanView view(m_surroundings.out, m_settings.language, m_common.json,
                      [&](const ledger::Operation& operation, const crm::FieldGroup& group) {
                          const auto object = outlook.find(operation.entity);
                          return object == outlook.end() ? delivery::GroupOutlook{}
                                                         : object->second.at(group.name);
                      });
        const ledger::Pending pending(m_copy);
        if (!m_held.empty()) {
            m_copy.copy_to(m_held_copy);
            ask_portal(options);
        }
        ledger::Pending::Cursor cursor;
        while (true) {
            const std::vector<ledger::Operation> page = pending.page(cursor, delivery::Delivery::page_size);
            if (page.empty()) {
                break;
            }
            cursor = ledger::Pending::cursor_of(page.back());
            if (changes_something(page)) {
                ask_portal(options);
            }
            outlook = portal ? look(*portal, page) : Outlook{};
            for (const ledger::Operation& operation : page) {
                view.show(operation);
                m_totals.take(operation, view.action_of(operation), pending);
            }
        }
        view.show_totals();
        m_guard_requests = portal && portal->preview ? portal->preview->guard_requests() : 0;
    }

    [[nodiscard]] static bool changes_something(const std::vector<ledger::Operation>& page) {
        return std::ranges::any_of(page, [](const ledger::Operation& operation) {
            return !operation.remote_id.empty() || !operation.owner_remote_id.empty();
        });
    }

    /// The portal as it is asked; no preview where it cannot be.
    struct Portal {
        Portal(const config::Settings& settings, const exchange::RunContext& context)
            : session(settings, context) {}

        exchange::PortalSession session;
        portal::PortalFacts facts;
        std::optional<delivery::Preview> preview;
    };

    void ask_portal(const delivery::DeliveryOptions& options) {
        if (!m_portal && exchange::has_portal(m_settings)) {
            m_portal.emplace(m_settings, m_context);
            open(*m_portal, options);
        }
    }

    /// A portal that cannot be asked is a warning: the plan is worth having without the present values.
    void open(Portal& portal, const delivery::DeliveryOptions& options) {
        auto facts = portal.session.ask_facts();
        if (const auto* stop = std::get_if<delivery::Stop>(&facts)) {
            warn(stop->reason);
            return;
        }
        portal.facts = std::get<portal::PortalFacts>(std::move(facts));
        portal.preview.emplace(m_copy, portal.session.client(), portal.facts, m_surroundings.clock,
                               m_surroundings.log, options);
    }

    [[nodiscard]] Outlook look(Portal& portal, const std::vector<ledger::Operation>& page) {
        if (!portal.preview) {
            return {};
        }
        auto answer = portal.preview->look(page);
        if (const auto* stop = std::get_if<delivery::Stop>(&answer)) {
            warn(stop->reason);
            portal.preview.reset();
            return {};
        }
        return std::get<Outlook>(std::move(answer));
    }

    void warn(const Message& reason) {
        show_finding(m_surroundings.out, {.severity = Severity::warning, .message = reason},
                     m_settings.language, m_common.json);
    }

    struct Cost {
        std::uint64_t requests = 0;
        std::uint64_t writes = 0;
        bool complete = true;  ///< nothing ended the sending early
    };

    /// Sends everything to a portal that is not there: what that takes, and what stays behind.
    [[nodiscard]] Cost send_to_nobody(const std::filesystem::path& spool) {
        const std::uint64_t look_ups = look_up_requests();
        std::uint64_t writes = 0;
        OfflineTransport transport([&](std::uint64_t number, const std::string&) { writes = number; });
        NoWaitClock clock;
        delivery::DeliveryOptions options = exchange::delivery_options(m_settings, spool);
        // What people have changed is settled by now, and a portal that is not there has nothing of it.
        options.on_conflict = crm::OnConflict::take_1c;
        options.move_backwards = true;
        const delivery::DeliveryResult result =
            send_offline(m_copy, transport, clock, empty_portal({}, family()), options, m_surroundings);
        const std::uint64_t needed = look_ups + m_guard_requests + writes;
        return {.requests = needed == 0 ? 0 : 1 + needed, .writes = writes, .complete = !result.stop};
    }

    void show(const Cost& cost) {
        const std::uint64_t requests = cost.requests;
        const std::uint64_t writes = cost.writes;
        const double seconds =
            std::ceil(std::max(0.0, (static_cast<double>(requests) - m_settings.portal.burst) /
                                        m_settings.portal.requests_per_second));
        if (m_common.json) {
            m_surroundings.out << nlohmann::json{{"requests", requests},
                                                 {"write_requests", writes},
                                                 {"seconds_at_the_limit", seconds},
                                                 {"exit_code", static_cast<int>(m_exit)}}
                                      .dump()
                               << "\n";
            return;
        }
        m_surroundings.out << fmt::format(
            fmt::runtime(
                m_settings.language == Language::russian
                    ? "  запросов к порталу: около {}, из них на запись {}; ожидание из-за ограничений "
                      "портала: {:.0f} с\n"
                    : "  requests to the portal: about {}, of them writes {}; waiting for the portal's "
                      "limits: {:.0f} s\n"),
            requests, writes, seconds);
    }

    /// 50 keys a command, 50 commands a request (reference bitrix24-rest.md §13.3).
    [[nodiscard]] std::uint64_t look_up_requests() {
        std::uint64_t creations = 0;
        for (const ledger::Pending::Count& count : ledger::Pending(m_copy).counts()) {
            creations += crm::is_aspect(count.kind) ? 0 : count.creations;
        }
        return (creations + delivery::Delivery::page_size - 1) / delivery::Delivery::page_size;
    }

    const CommonOptions& m_common;
    config::Settings m_settings;
    Surroundings& m_surroundings;
    exchange::RunContext m_context;
    ledger::Database m_copy;
    ledger::Database m_held_copy;    ///< filled only where removals are held
    std::optional<Portal> m_portal;  ///< once it has been needed
    std::vector<std::string> m_held;
    std::map<std::string, ExitCode> m_exits;  ///< by package
    ExpectedTotals m_totals;
    std::uint64_t m_guard_requests = 0;
    ExitCode m_exit = ExitCode::applied;
};

}  // namespace

ExitCode dry_run(const CommonOptions& common, const PushOptions& options, const config::Settings& settings,
                 Surroundings& surroundings) {
    return DryRun(common, settings, surroundings).run(options);
}

}  // namespace obmen::commands
