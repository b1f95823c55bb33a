#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "portal/command.hpp"
#include "portal/portal_limits.hpp"
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
    bool operating_time = false;  ///< of these: its method has used up its time
};
/// In neither map of the answer. The portal says so of commands that did not run; but it runs all of a batch
/// that is not to be halted, so that nobody can be sure of it.
struct NotRun {};
using CommandAnswer = std::variant<Done, Refused, NotRun>;

/// What became of a whole request. See the table in portal/README.md.
struct BatchDone {
    std::vector<CommandAnswer> answers;  ///< one per command, in order
    std::vector<CommandTime> times{};    ///< likewise
};
/// Why a request was refused: what may help.
enum class Refusal {
    person,          ///< a person must change something: rights, plan, address
    content,         ///< perhaps what is in it: a firewall, a size. Smaller requests may pass
    unreachable,     ///< nobody was there
    rate,            ///< too many requests; `Client` has waited and repeated before it says so
    operating_time,  ///< its methods have used up their time
    token,           ///< the access token has expired (OAuth): `Client` renews it, and else says `person`
    moved,           ///< the portal has another name: `Client` goes there, and else says `person`
};
/// Refused before any command ran. Nothing was written.
struct BatchRefused {
    Message reason;  ///< B24-LIMIT, B24-ACCESS, …: see the table
    Refusal why = Refusal::person;
    bool too_large = false;  ///< of `content`: it says that the size is to blame

    /// May it be tried again as it is?
    [[nodiscard]] bool temporary() const {
        return why == Refusal::unreachable || why == Refusal::rate || why == Refusal::operating_time;
    }
};
/// Nobody knows what ran: every write of the batch is in doubt.
struct BatchInDoubt {
    Message reason;       ///< B24-UNREACHABLE or B24-ANSWER
    Duration sent_at{0};  ///< by Clock::steady(): the portal may be busy with it for a while from then on
};
using BatchAnswer = std::variant<BatchDone, BatchRefused, BatchInDoubt>;

/// Classifies an HTTP answer to a batch of `commands` commands. Pure: the whole table in one place.
[[nodiscard]] BatchAnswer classify(const HttpAnswer& answer, std::size_t commands);

/// OAuth: the access token that every request carries (reference bitrix24-rest.md §1.4).
struct TokenSource {
    std::function<Secret()> current;
    /// Another one, after the portal has said that `refused` has expired. Throws Error if there is none.
    std::function<Secret(const Secret& refused)> renewed;
};

/// The portal does not answer and is waited for, or does again.
struct PortalWait {
    std::optional<Message> why;  ///< nothing: it answers again
    Duration patience{0};        ///< how long it is waited for at the most
};

struct ClientOptions {
    double burst = 50;
    double requests_per_second = 2;
    std::chrono::milliseconds timeout{75'000};  ///< the cloud cuts a request at 60 s
    unsigned limit_retries = 8;                 ///< of a request refused for its rate
    std::size_t max_in_flight = 4;              ///< requests on the wire at once
    double operating_limit = 480;               ///< seconds that a method may use up in ten minutes
    /// Where processes share the portal's limits (LimitFile); empty: they do not.
    std::filesystem::path limits_directory{};
    /// How long a portal that does not answer is waited for.
    Duration patience{std::chrono::minutes(5)};
    /// True ends long waits for the portal. May be null.
    const std::atomic<bool>* interrupted = nullptr;
    /// Called when such a wait begins, and when it is over because the portal answers. May be empty.
    std::function<void(const PortalWait&)> on_wait{};
    std::optional<TokenSource> tokens{};  ///< none: the address proves the right to call
};

/// Sends batches within the portal's limits. Retries only what is certain not to have run.
class Client {
  public:
    /// A batch that has been submitted. Never given twice.
    using Ticket = std::uint64_t;
    struct Arrival {
        Ticket ticket = 0;
        BatchAnswer answer;
    };

    Client(PortalAddress address, Transport& transport, Clock& clock, Log& log,
           const ClientOptions& options = {});

    /// One request, whose answer comes by `take`. Waits until the portal's limits let it leave, not for the
    /// answer. That there is room on the wire (`max_in_flight`) is the caller's business.
    [[nodiscard]] Ticket submit(const std::vector<Command>& commands);
    /// The next answer, in the order in which they come home; waits for it. A refusal for the rate is waited
    /// out and sent again (nothing ran), with growing jittered waits; all else is for the caller.
    /// \pre something submitted has not been taken
    [[nodiscard]] Arrival take();
    /// The same without waiting; nothing if no answer is there.
    [[nodiscard]] std::optional<Arrival> poll();
    /// `submit` and `take` for one request; what comes home meanwhile is kept for `take`.
    [[nodiscard]] BatchAnswer batch(const std::vector<Command>& commands);

    /// `batch` for several requests that know nothing of each other, up to `max_in_flight` on the wire at
    /// once; their answers in the same order. After one that was not done, or before one whose methods have
    /// to pause, no more leave: theirs is nothing, and nobody has asked it.
    [[nodiscard]] std::vector<std::optional<BatchAnswer>> batches(
        const std::vector<std::vector<Command>>& requests);

    [[nodiscard]] std::uint64_t requests_sent() const { return m_requests; }
    [[nodiscard]] const PortalLimits& limits() const { return m_limits; }
    /// How long until every method of these commands may be called again.
    [[nodiscard]] Duration pause_of(const std::vector<Command>& commands) const;
    [[nodiscard]] const ClientOptions& options() const { return m_options; }
    [[nodiscard]] const PortalAddress& address() const { return m_address; }
    /// Where the portal has moved to, once it has answered there; nothing if it has not.
    [[nodiscard]] const std::optional<PortalAddress>& moved_to() const { return m_moved_to; }

  private:
    /// A request on the wire.
    struct Flight {
        std::vector<std::string> methods;
        std::string body;
        unsigned tried = 0;
        Secret token{};        ///< that it carried
        bool renewed = false;  ///< its token was
        bool moved = false;    ///< it was sent to another host
        Duration sent_at{0};
        std::uint64_t number = 0;  ///< of the request, for the log
    };

    void send(Ticket ticket, Flight& flight);
    /// Has the flight left once more, because the reason of its refusal is mended?
    [[nodiscard]] bool sent_again(Ticket ticket, Flight& flight, const HttpAnswer& http,
                                  BatchRefused& refused);
    [[nodiscard]] bool renew_token(Flight& flight, BatchRefused& refused);
    /// A redirect is believed as far as one request; what answers there decides whether it is the portal.
    void judge_move(const BatchAnswer& answer);
    [[nodiscard]] bool follow(Flight& flight, const HttpAnswer& http);
    /// Nothing if it was sent once more.
    [[nodiscard]] std::optional<Arrival> take_in(const HttpArrival& arrival);
    [[nodiscard]] Arrival take_from_wire();
    void learn(const Flight& flight, const HttpAnswer& http, const BatchAnswer& answer);
    void log(const Flight& flight, const HttpAnswer& http, const BatchAnswer& answer) const;

    PortalAddress m_address;
    std::optional<PortalAddress> m_before_move;  ///< until the new place has answered as a portal
    std::optional<PortalAddress> m_moved_to;
    Transport& m_transport;
    Clock& m_clock;
    Log& m_log;
    ClientOptions m_options;
    PortalLimits m_limits;
    std::map<Ticket, Flight> m_flights;
    std::deque<Arrival> m_home;
    Ticket m_last_ticket = 0;
    std::uint64_t m_requests = 0;
};

}  // namespace obmen::portal
