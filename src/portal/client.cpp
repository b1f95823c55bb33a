#include "portal/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>

namespace obmen::portal {

namespace {

/// A bucket that is exactly full may come out a hair above by rounding; the portal's count is a whole number.
constexpr double rounding = 1e-9;

bool is_rate_refusal(const BatchAnswer& answer) {
    const auto* refused = std::get_if<BatchRefused>(&answer);
    return refused != nullptr && refused->temporary && refused->reason.code == Code{"B24-LIMIT"};
}

/// Waits between tries of one request: the official SDK's figures (reference §2.3).
class GrowingPause {
  public:
    GrowingPause(double requests_per_second, const Clock& clock)
        : m_milliseconds(1000.0 / requests_per_second + 1000.0),
          m_random(static_cast<std::minstd_rand::result_type>(clock.now().time_since_epoch().count())) {}

    Duration next() {
        std::uniform_real_distribution<double> jitter(0.9, 1.1);
        const double pause = m_milliseconds * jitter(m_random);
        m_milliseconds *= 1.5;
        return Duration{static_cast<Duration::rep>(std::ceil(pause))};
    }

  private:
    double m_milliseconds;
    std::minstd_rand m_random;
};

/// `crm.product.add ×48, crm.product.list`
std::string method_counts(const std::vector<Command>& commands) {
    std::map<std::string, std::size_t> counts;
    for (const Command& command : commands) {
        ++counts[command.method];
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

}  // namespace

LeakyBucket::LeakyBucket(double burst, double per_second) : m_burst(burst), m_per_second(per_second) {
    if (!(burst >= 1) || !(per_second > 0)) {
        throw std::invalid_argument("a leaky bucket needs room for one request and a leak");
    }
}

double LeakyBucket::level(Duration now) const {
    const double seconds = std::chrono::duration<double>(now - m_at).count();
    return std::max(0.0, m_level - std::max(0.0, seconds) * m_per_second);
}

Duration LeakyBucket::wait_before_next(Duration now) const {
    const double excess = level(now) + 1 - m_burst;
    if (excess <= rounding) {
        return Duration{0};
    }
    return Duration{static_cast<Duration::rep>(std::ceil(excess / m_per_second * 1000.0))};
}

void LeakyBucket::count_request(Duration now) {
    restore(level(now) + 1, now);
}

void LeakyBucket::fill(Duration now) {
    restore(std::max(level(now), m_burst), now);
}

void LeakyBucket::restore(double level, Duration now) {
    m_level = std::max(0.0, level);
    m_at = now;
}

Client::Client(PortalAddress address, Transport& transport, Clock& clock, Log& log,
               const ClientOptions& options)
    : m_address(std::move(address)),
      m_transport(transport),
      m_clock(clock),
      m_log(log),
      m_options(options),
      m_bucket(options.burst, options.requests_per_second) {}

BatchAnswer Client::batch(const std::vector<Command>& commands) {
    const std::string body = batch_body(commands);
    const Secret url = m_address.method_url("batch");
    GrowingPause pause(m_options.requests_per_second, m_clock);
    for (unsigned tried = 0;; ++tried) {
        wait_for_room();
        const HttpAnswer http = post(url, body);
        BatchAnswer answer = classify(http, commands.size());
        const LogLevel level =
            std::holds_alternative<BatchDone>(answer) ? LogLevel::debug : LogLevel::warning;
        m_log.write(level,
                    fmt::format("batch {} ({}): HTTP {}, {} ms: {}", m_requests, method_counts(commands),
                                http.status, m_last_took.count(), outcome_text(answer)));
        if (!is_rate_refusal(answer)) {
            return answer;
        }
        if (http.status == 503) {
            m_bucket.fill(m_clock.steady());
        }
        if (tried == m_options.limit_retries) {
            return answer;
        }
        m_clock.sleep(pause.next());
    }
}

void Client::wait_for_room() {
    for (Duration wait = m_bucket.wait_before_next(m_clock.steady()); wait.count() > 0;
         wait = m_bucket.wait_before_next(m_clock.steady())) {
        m_clock.sleep(wait);
    }
}

HttpAnswer Client::post(const Secret& url, const std::string& body) {
    const Duration begun = m_clock.steady();
    m_bucket.count_request(begun);
    ++m_requests;
    HttpAnswer answer = m_transport.post(url, body, m_options.timeout);
    m_last_took = m_clock.steady() - begun;
    return answer;
}

}  // namespace obmen::portal
