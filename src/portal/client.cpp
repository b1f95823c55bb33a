#include "portal/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "portal/loopback.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"

namespace obmen::portal {

namespace {

/// A request that was cut off after so long was cut off for its length.
constexpr std::chrono::milliseconds long_request{20'000};

std::vector<std::string> methods_of(const std::vector<Command>& commands) {
    std::vector<std::string> methods;
    methods.reserve(commands.size());
    for (const Command& command : commands) {
        methods.push_back(command.method);
    }
    return methods;
}

/// As the portal said; where it said nothing (older ones), each command's share of the whole.
std::vector<CommandTime> times_of(const BatchDone& done, std::chrono::milliseconds took) {
    std::vector<CommandTime> times = done.times;
    const bool silent = std::ranges::all_of(times, [](const CommandTime& time) { return time.seconds < 0; });
    if (silent && took.count() > 0) {
        const double share = std::chrono::duration<double>(took).count() / static_cast<double>(times.size());
        std::ranges::for_each(times, [&](CommandTime& time) { time.seconds = share; });
    }
    return times;
}

/// `crm.product.add ×48, crm.product.list`
std::string method_counts(const std::vector<std::string>& methods) {
    std::map<std::string, std::size_t> counts;
    for (const std::string& method : methods) {
        ++counts[method];
    }
    std::string out;
    for (const auto& [method, count] : counts) {
        out += out.empty() ? "" : ", ";
        out += count == 1 ? method : fmt::format("{} ×{}", method, count);
    }
    return out;
}

std::string outcome_text(const BatchAnswer& answer) {
    if (const auto* refused = std::get_if<BatchRefused>(&answer)) {
        return "refused, " + sentence(refused->reason, Language::english);
    }
    if (const auto* doubt = std::get_if<BatchInDoubt>(&answer)) {
        return "in doubt, " + sentence(doubt->reason, Language::english);
    }
    const auto& answers = std::get<BatchDone>(answer).answers;
    const auto done =
        std::ranges::count_if(answers, [](const auto& a) { return std::holds_alternative<Done>(a); });
    const auto refused =
        std::ranges::count_if(answers, [](const auto& a) { return std::holds_alternative<Refused>(a); });
    return fmt::format("done {}, refused {}, not run {}", done, refused,
                       std::ssize(answers) - done - refused);
}

/// The body of a batch is a JSON object; the token becomes its first member.
std::string with_token(const std::string& body, const Secret& token) {
    std::string out = R"({"auth":)" + nlohmann::json(token.reveal()).dump() + ",";
    return out.append(body, 1);
}

}  // namespace

Client::Client(PortalAddress address, Transport& transport, Clock& clock, Log& log,
               const ClientOptions& options)
    : m_address(std::move(address)),
      m_transport(transport),
      m_clock(clock),
      m_log(log),
      m_options(options),
      m_limits({.burst = options.burst,
                .requests_per_second = options.requests_per_second,
                .operating_limit = options.operating_limit,
                .file = LimitFile::path_for(options.limits_directory, m_address.identity())},
               clock, log) {}

Client::Ticket Client::submit(const std::vector<Command>& commands) {
    const Ticket ticket = ++m_last_ticket;
    Flight& flight = m_flights[ticket];
    flight.methods = methods_of(commands);
    flight.body = batch_body(commands);
    send(ticket, flight);
    return ticket;
}

void Client::send(Ticket ticket, Flight& flight) {
    for (Duration wait = m_limits.admit(); wait.count() > 0; wait = m_limits.admit()) {
        m_clock.sleep(wait);
    }
    failpoint("request.leaving");
    flight.sent_at = m_clock.steady();
    flight.number = ++m_requests;
    const Secret url = m_address.method_url("batch");
    if (!m_options.tokens) {
        m_transport.send(ticket, url, flight.body, m_options.timeout);
        return;
    }
    flight.token = m_options.tokens->current();
    m_transport.send(ticket, url, with_token(flight.body, flight.token), m_options.timeout);
}

Client::Arrival Client::take() {
    if (!m_home.empty()) {
        Arrival first = std::move(m_home.front());
        m_home.pop_front();
        return first;
    }
    return take_from_wire();
}

std::optional<Client::Arrival> Client::poll() {
    while (m_home.empty() && !m_flights.empty() && m_transport.has_answer()) {
        if (auto arrival = take_in(m_transport.next())) {
            return arrival;
        }
    }
    return m_home.empty() ? std::nullopt : std::optional(take());
}

BatchAnswer Client::batch(const std::vector<Command>& commands) {
    const Ticket ticket = submit(commands);
    while (true) {
        Arrival arrival = take_from_wire();
        if (arrival.ticket == ticket) {
            return std::move(arrival.answer);
        }
        m_home.push_back(std::move(arrival));
    }
}

std::vector<std::optional<BatchAnswer>> Client::batches(const std::vector<std::vector<Command>>& requests) {
    std::vector<std::optional<BatchAnswer>> answers(requests.size());
    std::map<Ticket, std::size_t> open;
    std::size_t next = 0;
    bool goes_on = true;
    while (true) {
        while (goes_on && next < requests.size() &&
               m_flights.size() < std::max<std::size_t>(m_options.max_in_flight, 1)) {
            if (pause_of(requests[next]).count() > 0) {
                goes_on = false;
                break;
            }
            const Ticket ticket = submit(requests[next]);
            open.emplace(ticket, next++);
        }
        if (open.empty()) {
            return answers;
        }
        Arrival arrival = take_from_wire();
        const auto mine = open.find(arrival.ticket);
        if (mine == open.end()) {
            m_home.push_back(std::move(arrival));
            continue;
        }
        goes_on = goes_on && std::holds_alternative<BatchDone>(arrival.answer);
        answers[mine->second] = std::move(arrival.answer);
        open.erase(mine);
    }
}

Client::Arrival Client::take_from_wire() {
    if (m_flights.empty()) {
        throw std::logic_error("no batch is on the wire");
    }
    while (true) {
        if (auto arrival = take_in(m_transport.next())) {
            return std::move(*arrival);
        }
    }
}

std::optional<Client::Arrival> Client::take_in(const HttpArrival& arrival) {
    failpoint("answer.arrived");
    const auto found = m_flights.find(arrival.request);
    Flight& flight = found->second;
    BatchAnswer answer = classify(arrival.answer, flight.methods.size());
    if (auto* doubt = std::get_if<BatchInDoubt>(&answer)) {
        doubt->sent_at = flight.sent_at;
    }
    log(flight, arrival.answer, answer);
    learn(flight, arrival.answer, answer);
    if (flight.moved) {
        judge_move(answer);
    }
    auto* refused = std::get_if<BatchRefused>(&answer);
    if (refused != nullptr && sent_again(arrival.request, flight, arrival.answer, *refused)) {
        return std::nullopt;
    }
    m_flights.erase(found);
    return Arrival{arrival.request, std::move(answer)};
}

bool Client::sent_again(Ticket ticket, Flight& flight, const HttpAnswer& http, BatchRefused& refused) {
    bool mended = false;
    if (refused.why == Refusal::rate && flight.tried < m_options.limit_retries) {
        ++flight.tried;
        mended = true;
    } else if (refused.why == Refusal::token) {
        mended = renew_token(flight, refused);
    } else if (refused.why == Refusal::moved) {
        mended = follow(flight, http);
        refused.why = Refusal::person;
    }
    if (m_options.tokens && refused.reason.code == Code{"B24-WEBHOOK"}) {
        refused.reason =
            Message{"B24-SIGN-IN-AGAIN", {m_address.identity(), refused.reason.arguments.front()}};
    }
    if (mended) {
        send(ticket, flight);
    }
    return mended;
}

bool Client::renew_token(Flight& flight, BatchRefused& refused) {
    refused.why = Refusal::person;
    if (!m_options.tokens || flight.renewed) {
        return false;
    }
    flight.renewed = true;
    try {
        static_cast<void>(m_options.tokens->renewed(flight.token));
        return true;
    } catch (const Error& error) {
        refused.reason = error.finding().message;
        if (error.failure_class() == FailureClass::temporary) {
            refused.why = Refusal::unreachable;
        }
        return false;
    }
}

bool Client::follow(Flight& flight, const HttpAnswer& http) {
    if (flight.moved) {
        return false;
    }
    flight.moved = true;
    std::optional<PortalAddress> there = m_address.moved_to(http.location);
    if (there) {
        m_log.warning(sentence(Message{"B24-MOVED", {there->identity()}}, Language::english));
        m_before_move = std::exchange(m_address, std::move(*there));
    }
    // Another request may have found the new host in the meantime.
    return there || host_of_url(http.location) == host_of_url(m_address.method_url({}).reveal());
}

void Client::judge_move(const BatchAnswer& answer) {
    if (!m_before_move) {
        return;
    }
    if (std::holds_alternative<BatchDone>(answer)) {
        m_moved_to = m_address;
    } else {
        m_address = std::move(*m_before_move);
    }
    m_before_move.reset();
}

void Client::learn(const Flight& flight, const HttpAnswer& http, const BatchAnswer& answer) {
    if (const auto* refused = std::get_if<BatchRefused>(&answer)) {
        if (refused->why == Refusal::rate) {
            m_limits.refused_for_rate(flight.sent_at);
        } else if (refused->why == Refusal::operating_time) {
            m_limits.pause(flight.methods, {});
        }
        return;
    }
    if (std::holds_alternative<BatchInDoubt>(answer)) {
        if (http.took >= long_request) {
            m_limits.took_too_long(flight.methods, std::chrono::duration<double>(http.took).count());
        }
        return;
    }
    m_limits.accepted(flight.sent_at);
    const auto& done = std::get<BatchDone>(answer);
    m_limits.learn(flight.methods, times_of(done, http.took));
    for (std::size_t i = 0; i < flight.methods.size(); ++i) {
        const auto* one = std::get_if<Refused>(&done.answers[i]);
        if (one != nullptr && one->operating_time) {
            std::vector<CommandTime> of_method;
            for (std::size_t other = 0; other < flight.methods.size(); ++other) {
                if (flight.methods[other] == flight.methods[i]) {
                    of_method.push_back(done.times[other]);
                }
            }
            m_limits.pause({flight.methods[i]}, of_method);
        }
    }
}

void Client::log(const Flight& flight, const HttpAnswer& http, const BatchAnswer& answer) const {
    const LogLevel level = std::holds_alternative<BatchDone>(answer) ? LogLevel::debug : LogLevel::warning;
    m_log.write(level,
                fmt::format("batch {} ({}): HTTP {}, {} ms: {}", flight.number, method_counts(flight.methods),
                            http.status, http.took.count(), outcome_text(answer)));
}

Duration Client::pause_of(const std::vector<Command>& commands) const {
    Duration longest{0};
    for (const Command& command : commands) {
        longest = std::max(longest, m_limits.pause_of(command.method));
    }
    return longest;
}

}  // namespace obmen::portal
