#include "delivery/run.hpp"

#include <algorithm>
#include <utility>

#include "delivery/portal_watch.hpp"

namespace obmen::delivery {

Run::Run(ledger::Database& ledger_database, portal::Client& portal_client, portal::PortalFacts& portal_facts,
         Clock& run_clock, Log& run_log, DeliveryOptions run_options)
    : database(ledger_database),
      pending(ledger_database),
      packages(ledger_database),
      client(portal_client),
      facts(portal_facts),
      family(portal::make_family(portal_facts)),
      clock(run_clock),
      log(run_log),
      options(std::move(run_options)),
      m_journal(ledger_database) {}

void Run::begin() {
    result = {};
    gone.clear();
    lost_sections.clear();
    settled_in_part.clear();
    presence.clear();
    unresolvable.clear();
    last_doubt_left = clock.steady();
    pending.forget_look_ups();
    progress = {.total = pending.count()};
}

void Run::settle(const std::vector<ledger::Settlement>& settlements) {
    if (settlements.empty()) {
        return;
    }
    pending.settle(settlements);
    for (const ledger::Settlement& settlement : settlements) {
        if (!settlement.kept_groups.empty()) {
            ++settled_in_part[settlement.entity];
        }
    }
    progress.settled += settlements.size();
    moved = true;
}

namespace {

Duration quiet_at(const Run& run) {
    const Duration longest =
        std::max<Duration>(run.options.doubt_pauses.longest_execution, run.client.options().timeout);
    return run.last_doubt_left + longest;
}

}  // namespace

Run::Looking Run::wait_before_look(bool first) {
    const DoubtPauses& pauses = options.doubt_pauses;
    if (first) {
        sleep_unless(options.interrupted, clock, pauses.before_first_look);
        return {clock.steady() >= quiet_at(*this), interruption()};
    }
    sleep_unless(options.interrupted, clock,
                 std::max(pauses.before_second_look, quiet_at(*this) - clock.steady()));
    return {true, interruption()};
}

std::optional<Stop> Run::wait_for_quiet() {
    sleep_unless(options.interrupted, clock, std::max(Duration{0}, quiet_at(*this) - clock.steady()));
    return interruption();
}

std::optional<Stop> Run::interruption() const {
    if (options.interrupted == nullptr || !options.interrupted->load()) {
        return std::nullopt;
    }
    return Stop{Message{"SYS-INTERRUPTED"}, true};
}

void Run::journal(const std::string& operation, const std::string& package, const std::string& status,
                  const std::string& details) {
    m_journal.write({.time = clock.now(),
                     .operation = operation,
                     .source_system = options.source_system,
                     .target_system = client.address().identity(),
                     .package = package,
                     .object_id = {},
                     .status = status,
                     .details = details});
}

bool Run::respects_people(const ledger::Operation& part) const {
    return options.adoption && !options.adoption->cards.overwrite && part.owner &&
           pending.is_taken_over(*part.owner, part.source_system);
}

void Run::report_progress() {
    progress.requests = client.requests_sent();
    if (report) {
        report(progress);
    }
}

}  // namespace obmen::delivery
