#include "commands/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "arrival/intake.hpp"
#include "commands/delivery_options.hpp"
#include "commands/family_choice.hpp"
#include "commands/offline_delivery.hpp"
#include "commands/output.hpp"
#include "commands/package_steps.hpp"
#include "commands/plan_view.hpp"
#include "commands/portal_session.hpp"
#include "commands/progress.hpp"
#include "ledger/journal.hpp"
#include "ledger/pending.hpp"
#include "portal/family.hpp"
#include "portal/remote_values.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// What the CRM has now in the fields that are to change, read for one page of operations at a time.
class PresentFields {
  public:
    PresentFields(ledger::Database& database, PortalSession& session, Surroundings& surroundings)
        : m_pending(database), m_session(session), m_surroundings(surroundings) {}

    /// Asks the portal for its facts. \returns why it cannot be asked
    [[nodiscard]] std::optional<Message> open() {
        auto facts = m_session.ask_facts();
        if (auto* stop = std::get_if<delivery::Stop>(&facts)) {
            return std::move(stop->reason);
        }
        m_facts = std::get<portal::PortalFacts>(std::move(facts));
        m_family = portal::make_family(m_facts);
        return std::nullopt;
    }

    /// Reads the objects of these operations: 50 ids a command, 50 commands a request.
    void read(const std::vector<ledger::Operation>& operations) {
        m_objects.clear();
        std::map<crm::EntityKind, std::vector<std::string>> ids;
        for (const ledger::Operation& operation : operations) {
            if (!operation.remote_id.empty() && !crm::is_aspect(operation.kind) &&
                operation.kind != crm::EntityKind::property) {
                ids[operation.kind].push_back(operation.remote_id);
            }
        }
        std::vector<std::pair<crm::EntityKind, portal::Command>> commands;
        for (const auto& [kind, all] : ids) {
            const std::size_t page = m_family->objects_per_reading(kind);
            for (std::size_t begin = 0; begin < all.size(); begin += page) {
                const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
                const auto last =
                    all.begin() + static_cast<std::ptrdiff_t>(std::min(begin + page, all.size()));
                commands.emplace_back(kind, m_family->read_many_command(kind, {first, last}));
            }
        }
        for (std::size_t begin = 0; begin < commands.size(); begin += portal::batch_commands) {
            ask({commands.begin() + static_cast<std::ptrdiff_t>(begin),
                 commands.begin() +
                     static_cast<std::ptrdiff_t>(std::min(begin + portal::batch_commands, commands.size()))});
        }
    }

    [[nodiscard]] std::optional<std::string> of(const ledger::Operation& operation,
                                                const crm::FieldGroup& group) const {
        const auto object = m_objects.find({operation.kind, operation.remote_id});
        if (object == m_objects.end()) {
            return std::nullopt;
        }
        const std::string& system = operation.source_system;
        const portal::Resolver resolver{
            .link =
                [&](const crm::Link& link) {
                    return link.target ? m_pending.remote_id(*link.target, system).value_or("") : "0";
                },
            .property = [&](const crm::EntityKey& property) { return m_pending.remote_id(property, system); },
            .choice =
                [&](const crm::EntityKey& property, const std::string& choice) {
                    return m_pending.choice_id(property, system, choice);
                }};
        return portal::present_text(operation.kind, group, object->second, m_facts, resolver);
    }

  private:
    void ask(const std::vector<std::pair<crm::EntityKind, portal::Command>>& asked) {
        std::vector<portal::Command> commands;
        commands.reserve(asked.size());
        for (const auto& [kind, command] : asked) {
            commands.push_back(command);
        }
        const auto answers = delivery::read_batch(m_session.client(), commands, m_surroundings.clock);
        const auto* list = std::get_if<std::vector<portal::CommandAnswer>>(&answers);
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            if (const auto* done = std::get_if<portal::Done>(&(*list)[i])) {
                for (auto& [id, object] : m_family->rows_by_id(asked[i].first, *done)) {
                    m_objects.insert_or_assign({asked[i].first, id}, object);
                }
            }
        }
    }

    ledger::Pending m_pending;
    PortalSession& m_session;
    Surroundings& m_surroundings;
    portal::PortalFacts m_facts;
    std::unique_ptr<const portal::Family> m_family;
    std::map<std::pair<crm::EntityKind, std::string>, nlohmann::json> m_objects;
};

/// One dry run on a ledger in memory.
class DryRun {
  public:
    DryRun(const CommonOptions& common, const config::Settings& settings, Surroundings& surroundings)
        : m_common(common), m_settings(settings), m_surroundings(surroundings), m_copy(":memory:") {
        if (std::filesystem::exists(settings.state_directory / "ledger.db")) {
            const DirectoryLock lock(settings.state_directory);
            ledger::Database(settings.state_directory / "ledger.db").copy_to(m_copy);
        }
    }

    ExitCode run(const std::vector<std::filesystem::path>& files) {
        settle_family();
        const TemporaryDirectory spool;
        const arrival::Intake intake = arrival::take_in(
            files, spool.path(), archive_limits(m_settings.limits), arrival::PictureCopies::all);
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            show_finding(m_surroundings.out, arrival.fault, m_settings.language, m_common.json);
            m_exit = ExitCode::rejected;
        }
        for (const arrival::SpooledPackage& package : intake.packages) {
            plan(package, spool.path());
        }
        show_objects();
        show_cost(spool.path());
        return m_exit;
    }

  private:
    /// Without an address, nobody can be asked what `auto` means: it is shown as every portal would have it.
    void settle_family() {
        const ledger::PortalState portal_state(m_copy);
        if (portal_state.api() || !m_settings.portal.url.empty()) {
            m_settings.portal.api =
                portal::name_of(choose_family(m_settings, portal_state, m_surroundings).family);
        }
    }

    [[nodiscard]] portal::ApiFamily family() const {
        return portal::family_named(m_settings.portal.api).value_or(portal::ApiFamily::crm);
    }

    void plan(const arrival::SpooledPackage& package, const std::filesystem::path& spool) {
        record_arrival(m_copy, package, m_surroundings.clock.now());
        const PlanReport report = plan_package(m_copy, package.id, spool, m_settings);
        m_exit = std::max(m_exit, report.fault ? ExitCode::rejected : ExitCode::applied);
        const ledger::Packages packages(m_copy);
        for (const Finding& finding : packages.findings(package.id, 0)) {
            show_finding(m_surroundings.out, finding, m_settings.language, m_common.json);
        }
        if (!m_common.json) {
            show_totals(m_surroundings.out, packages.totals(package.id), m_settings.language);
        }
    }

    void show_objects() {
        std::optional<PortalSession> session;
        std::optional<PresentFields> present;
        PlanView view(m_surroundings.out, m_settings.language, m_common.json,
                      [&](const ledger::Operation& operation, const crm::FieldGroup& group) {
                          return present ? present->of(operation, group) : std::nullopt;
                      });
        const ledger::Pending pending(m_copy);
        ledger::Pending::Cursor cursor;
        while (true) {
            const std::vector<ledger::Operation> page = pending.page(cursor, delivery::Delivery::page_size);
            if (page.empty()) {
                break;
            }
            cursor = ledger::Pending::cursor_of(page.back());
            if (!session && !m_settings.portal.url.empty() && changes_something(page)) {
                session.emplace(m_settings, m_surroundings);
                open(*session, present);
            }
            if (present) {
                present->read(page);
            }
            std::ranges::for_each(page, [&](const ledger::Operation& operation) { view.show(operation); });
        }
        view.show_totals();
    }

    [[nodiscard]] static bool changes_something(const std::vector<ledger::Operation>& page) {
        return std::ranges::any_of(
            page, [](const ledger::Operation& operation) { return !operation.remote_id.empty(); });
    }

    /// Leaves `present` empty, with a warning, where the portal cannot be asked: the plan is worth having
    /// without the old values.
    void open(PortalSession& session, std::optional<PresentFields>& present) {
        present.emplace(m_copy, session, m_surroundings);
        if (const std::optional<Message> reason = present->open()) {
            show_finding(m_surroundings.out, {.severity = Severity::warning, .message = *reason},
                         m_settings.language, m_common.json);
            present.reset();
        }
    }

    /// The requests, counted by sending everything to a portal that is not there.
    void show_cost(const std::filesystem::path& spool) {
        const std::uint64_t look_ups = look_up_requests();
        std::uint64_t writes = 0;
        OfflineTransport transport([&](std::uint64_t number, const std::string&) { writes = number; });
        NoWaitClock clock;
        static_cast<void>(send_offline(m_copy, transport, clock, empty_portal({}, family()),
                                       delivery_options(m_settings, spool), m_surroundings));
        const std::uint64_t requests = writes == 0 ? 0 : 1 + look_ups + writes;
        const double seconds =
            std::ceil(std::max(0.0, (static_cast<double>(requests) - m_settings.portal.burst) /
                                        m_settings.portal.requests_per_second));
        if (m_common.json) {
            m_surroundings.out << nlohmann::json{{"requests", requests},
                                                 {"write_requests", writes},
                                                 {"seconds_at_the_limit", seconds}}
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
    ledger::Database m_copy;
    ExitCode m_exit = ExitCode::applied;
};

}  // namespace

ExitCode dry_run(const CommonOptions& common, const std::vector<std::filesystem::path>& files,
                 const config::Settings& settings, Surroundings& surroundings) {
    return DryRun(common, settings, surroundings).run(files);
}

}  // namespace obmen::commands
