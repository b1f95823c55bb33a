#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "portal/command.hpp"
#include "portal/transport.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"
#include "support/message.hpp"

namespace obmen::portal {

/// What became of one command of a batch.
struct Done {
    nlohmann::json result;
    std::int64_t total = -1;  ///< of a list, -1 if not said
    bool more = false;        ///< the list has a next page
};
struct Refused {
    std::string code;        ///< may be empty: many old methods give a text only (reference §2.2)
    std::string text;        ///< for people
    bool temporary = false;  ///< refused before running (limits): the same command may be sent again later
    bool in_doubt = false;   ///< the portal broke down over it: it may have run or not
};
/// In neither map of the answer: it did not run.
struct NotRun {};
using CommandAnswer = std::variant<Done, Refused, NotRun>;

/// What became of a whole request. See the table in portal/README.md.
struct BatchDone {
    std::vector<CommandAnswer> answers;  ///< one per command, in order
};
/// Refused before any command ran: limits, access. Nothing was written.
struct BatchRefused {
    Message reason;          ///< B24-LIMIT, B24-ACCESS, B24-PLAN, B24-UNREACHABLE, B24-REFUSED
    bool temporary = false;  ///< may be tried again; otherwise a person must act
};
/// Nobody knows what ran: every write of the batch is in doubt.
struct BatchInDoubt {
    Message reason;  ///< B24-UNREACHABLE or B24-ANSWER
};
using BatchAnswer = std::variant<BatchDone, BatchRefused, BatchInDoubt>;

/// Classifies an HTTP answer to a batch of `commands` commands. Pure: the whole table in one place.
[[nodiscard]] BatchAnswer classify(const HttpAnswer& answer, std::size_t commands);

/// The portal's request counter (reference §4): +1 a request, minus `per_second` each second, blocked above
/// `burst`.
class LeakyBucket {
  public:
    /// Throws std::invalid_argument unless `burst` is at least 1 and `per_second` positive. No limit: large
    /// numbers.
    LeakyBucket(double burst, double per_second);

    /// How long to wait at `now` before one more request may leave.
    [[nodiscard]] Duration wait_before_next(Duration now) const;
    void count_request(Duration now);
    /// The portal said "too many": it counts more than we do.
    void fill(Duration now);
    [[nodiscard]] double level(Duration now) const;
    void restore(double level, Duration now);

  private:
    double m_burst;
    double m_per_second;
    double m_level = 0;
    Duration m_at{0};
};

struct ClientOptions {
    double burst = 50;
    double requests_per_second = 2;
    std::chrono::milliseconds timeout{75'000};  ///< the cloud cuts a request at 60 s
    unsigned limit_retries = 8;                 ///< of a request refused for its rate
};

/// Sends batches within the portal's limits. Retries only what is certain not to have run.
class Client {
  public:
    Client(PortalAddress address, Transport& transport, Clock& clock, Log& log,
           const ClientOptions& options = {});

    /// One request. A refusal for the rate is waited out and sent again (nothing ran), with growing jittered
    /// waits; all else is for the caller.
    [[nodiscard]] BatchAnswer batch(const std::vector<Command>& commands);

    [[nodiscard]] std::uint64_t requests_sent() const { return m_requests; }
    [[nodiscard]] LeakyBucket& bucket() { return m_bucket; }
    [[nodiscard]] const PortalAddress& address() const { return m_address; }

  private:
    void wait_for_room();
    [[nodiscard]] HttpAnswer post(const Secret& url, const std::string& body);

    PortalAddress m_address;
    Transport& m_transport;
    Clock& m_clock;
    Log& m_log;
    ClientOptions m_options;
    LeakyBucket m_bucket;
    std::uint64_t m_requests = 0;
    Duration m_last_took{0};
};

}  // namespace obmen::portal
