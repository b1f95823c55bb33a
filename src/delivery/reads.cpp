#include "delivery/reads.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "delivery/portal_watch.hpp"

namespace obmen::delivery {

namespace {

using Answers = ReadAnswers;

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

Answers read_together(portal::Client& client, const std::vector<portal::Command>& commands, Clock& clock,
                      unsigned tries) {
    Duration pause = first_read_pause;
    bool always_up = false;
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
            stop = {refused->reason, refused->temporary(), refused->why == portal::Refusal::content};
            heard = refused->why != portal::Refusal::unreachable;
        } else {
            stop = {std::get<portal::BatchInDoubt>(answer).reason, true, always_up};
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
            always_up = !std::get<PortalIsUp>(portal).was_down;
        }
        clock.sleep(pause);
        pause *= 2;
    }
}

/// Does a parameter name what another command answers?
bool refers(const portal::Parameter& parameter) {
    if (const auto* text = std::get_if<std::string>(&parameter.value)) {
        return text->find("$result[") != std::string::npos;
    }
    if (const auto* list = std::get_if<portal::ParameterList>(&parameter.value)) {
        return std::ranges::any_of(*list, refers);
    }
    return std::ranges::any_of(std::get<portal::ParameterMap>(parameter.value),
                               [](const auto& member) { return refers(member.second); });
}

bool refer(const std::vector<portal::Command>& commands) {
    return std::ranges::any_of(commands, [](const portal::Command& command) {
        return std::ranges::any_of(command.parameters,
                                   [](const auto& member) { return refers(member.second); });
    });
}

/// What a batch that is not answered as a whole says when it is halved.
class Apart {
  public:
    Apart(portal::Client& client, Clock& clock) : m_client(client), m_clock(clock) {}

    Answers read(const std::vector<portal::Command>& commands, const Stop& reason) {
        if (commands.size() == 1) {
            if (++m_refused >= most_refused && !m_answered) {
                return reason;  // it is not one command's trouble
            }
            return std::vector<portal::CommandAnswer>{
                portal::Refused{.code = {}, .text = sentence(reason.reason, Language::english)}};
        }
        const auto middle = commands.begin() + static_cast<std::ptrdiff_t>(commands.size() / 2);
        std::vector<portal::CommandAnswer> all;
        for (const auto& half : {std::vector<portal::Command>(commands.begin(), middle),
                                 std::vector<portal::Command>(middle, commands.end())}) {
            Answers answers = read_together(m_client, half, m_clock, tries_apart);
            if (const auto* stop = std::get_if<Stop>(&answers); stop != nullptr && stop->over_content) {
                answers = read(half, Stop(*stop));
            } else {
                m_answered = m_answered || stop == nullptr;
            }
            if (std::holds_alternative<Stop>(answers)) {
                return answers;
            }
            std::ranges::move(std::get<std::vector<portal::CommandAnswer>>(answers), std::back_inserter(all));
        }
        return all;
    }

  private:
    static constexpr unsigned tries_apart = 2;
    static constexpr unsigned most_refused = 3;
    portal::Client& m_client;
    Clock& m_clock;
    unsigned m_refused = 0;
    bool m_answered = false;
};

}  // namespace

std::variant<std::vector<portal::CommandAnswer>, Stop> read_batch(
    portal::Client& client, const std::vector<portal::Command>& commands, Clock& clock, unsigned tries) {
    Answers answers = read_together(client, commands, clock, tries);
    const auto* stop = std::get_if<Stop>(&answers);
    if (stop == nullptr || !stop->over_content || commands.size() == 1 || refer(commands)) {
        return answers;
    }
    return Apart(client, clock).read(commands, Stop(*stop));
}

std::optional<Stop> read_each(portal::Client& client, const std::vector<portal::Command>& commands,
                              Clock& clock,
                              const std::function<std::optional<Stop>(std::size_t, ReadAnswers)>& take) {
    std::vector<std::vector<portal::Command>> requests;
    for (std::size_t begin = 0; begin < commands.size(); begin += portal::batch_commands) {
        const std::size_t end = std::min(begin + portal::batch_commands, commands.size());
        requests.emplace_back(commands.begin() + static_cast<std::ptrdiff_t>(begin),
                              commands.begin() + static_cast<std::ptrdiff_t>(end));
    }
    std::vector<std::optional<portal::BatchAnswer>> first(requests.size());
    if (requests.size() > 1) {
        first = client.batches(requests);
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
        auto* done = first[i] ? std::get_if<portal::BatchDone>(&*first[i]) : nullptr;
        const bool says_all = done != nullptr && !put_off(done->answers, false);
        auto stop = take(i * portal::batch_commands, says_all ? ReadAnswers(std::move(done->answers))
                                                              : read_batch(client, requests[i], clock));
        first[i].reset();
        if (stop) {
            return stop;
        }
    }
    return std::nullopt;
}

ReadAnswers read_all(portal::Client& client, const std::vector<portal::Command>& commands, Clock& clock) {
    std::vector<portal::CommandAnswer> all;
    all.reserve(commands.size());
    auto stop = read_each(
        client, commands, clock, [&](std::size_t /*begin*/, ReadAnswers answers) -> std::optional<Stop> {
            if (auto* failed = std::get_if<Stop>(&answers)) {
                return std::move(*failed);
            }
            std::ranges::move(std::get<std::vector<portal::CommandAnswer>>(answers), std::back_inserter(all));
            return std::nullopt;
        });
    if (stop) {
        return *std::move(stop);
    }
    return all;
}

}  // namespace obmen::delivery
