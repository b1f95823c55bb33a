#include "delivery/reads.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "delivery/portal_watch.hpp"

namespace obmen::delivery {

namespace {

constexpr Duration first_read_pause{2'000};

/// What the answers do not say yet: a command that was refused for now, did not run, or over which the portal
/// broke, says nothing of what it asked for. What breaks each time is one command's trouble, not the run's.
std::optional<Stop> put_off(const std::vector<portal::CommandAnswer>& answers, bool last_try) {
    for (const portal::CommandAnswer& answer : answers) {
        const auto* refused = std::get_if<portal::Refused>(&answer);
        if (refused != nullptr && refused->temporary) {
            return Stop{Message{"B24-LIMIT", {refused->code}}, true};
        }
        if (refused != nullptr && refused->in_doubt && !last_try) {
            return Stop{Message{"B24-ANSWER", {refused->code}}, true};
        }
        if (std::holds_alternative<portal::NotRun>(answer)) {
            return Stop{Message{"B24-ANSWER", {"batch"}}, true};
        }
    }
    return std::nullopt;
}

}  // namespace

std::variant<std::vector<portal::CommandAnswer>, Stop> read_batch(
    portal::Client& client, const std::vector<portal::Command>& commands, Clock& clock, unsigned tries) {
    Duration pause = first_read_pause;
    while (true) {
        // The first request of a run does not wait for what an earlier one was told: nothing is lost by
        // asking.
        if (client.requests_sent() > 0) {
            sleep_unless(client.options().interrupted, clock, client.pause_of(commands));
        }
        const portal::BatchAnswer answer = client.batch(commands);
        Stop stop{Message{"B24-ANSWER"}, true};
        bool heard = true;
        if (const auto* done = std::get_if<portal::BatchDone>(&answer)) {
            auto unsaid = put_off(done->answers, tries == 1);
            if (!unsaid) {
                return done->answers;
            }
            stop = std::move(*unsaid);
        } else if (const auto* refused = std::get_if<portal::BatchRefused>(&answer)) {
            stop = {refused->reason, refused->temporary()};
            heard = refused->why != portal::Refusal::unreachable;
        } else {
            stop.reason = std::get<portal::BatchInDoubt>(answer).reason;
            heard = false;
        }
        if (!stop.temporary || --tries == 0) {
            return stop;
        }
        if (!heard) {
            auto portal = wait_for_portal(client, clock, stop.reason);
            if (auto* down = std::get_if<Stop>(&portal)) {
                return std::move(*down);
            }
        }
        clock.sleep(pause);
        pause *= 2;
    }
}

std::variant<std::vector<portal::CommandAnswer>, Stop> read_all(portal::Client& client,
                                                                const std::vector<portal::Command>& commands,
                                                                Clock& clock) {
    std::vector<portal::CommandAnswer> all;
    all.reserve(commands.size());
    for (std::size_t begin = 0; begin < commands.size(); begin += portal::batch_commands) {
        const std::size_t end = std::min(begin + portal::batch_commands, commands.size());
        auto answers = read_batch(client,
                                  {commands.begin() + static_cast<std::ptrdiff_t>(begin),
                                   commands.begin() + static_cast<std::ptrdiff_t>(end)},
                                  clock);
        if (auto* stop = std::get_if<Stop>(&answers)) {
            return std::move(*stop);
        }
        std::ranges::move(std::get<std::vector<portal::CommandAnswer>>(answers), std::back_inserter(all));
    }
    return all;
}

}  // namespace obmen::delivery
