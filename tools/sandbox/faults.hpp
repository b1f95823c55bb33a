#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"
#include "refusal.hpp"

namespace obmen::sandbox {

enum class FaultAction {
    drop_before,    ///< close without an answer, nothing runs
    drop_after,     ///< run, then close without an answer
    partial,        ///< run the first commands of the batch, then the HTML page of a gateway time-out
    status,         ///< nothing runs (or everything, with `run`): 500 as JSON, other codes as HTML
    slow,           ///< run, answer late
    truncate,       ///< run, cut the JSON in the middle
    html200,        ///< nothing runs (or everything, with `run`): an HTML page with status 200
    content_type,   ///< run, answer under another Content-Type
    redirect,       ///< nothing runs: 302
    query_limit,    ///< nothing runs: QUERY_LIMIT_EXCEEDED
    overload,       ///< nothing runs: OVERLOAD_LIMIT
    command_error,  ///< one command is refused, the others run
    bom,            ///< run, a byte order mark before the JSON
};

/// A fault that was ordered over `POST /sandbox/faults`.
struct Fault {
    FaultAction action{};
    int status = 500;
    std::int64_t commands = 0;
    int milliseconds = 0;
    bool run = false;
    std::string location{};
    std::string content_type{};
    std::string error{};
    std::string description{};
};

/// What rules look at.
struct RequestFacts {
    std::vector<std::string> methods;  ///< of the request and of the commands in its batch, lower case
    std::vector<std::string> keys;     ///< external keys that its commands write
    std::string body;                  ///< as it came, and once more decoded
};

/// Rules, tried in order; the first that fits and is not used up acts. Nothing is left to chance.
class FaultPlan {
  public:
    /// Adds a list of rules, or one. Throws Refusal if one cannot be understood; then none is added.
    void add(const Json& rules);
    void clear() { m_rules.clear(); }
    [[nodiscard]] bool empty() const { return m_rules.empty(); }
    /// The rules as they were given, with how often each has been seen and has acted.
    [[nodiscard]] Json state() const;

    std::optional<Fault> for_request(const RequestFacts& facts);
    /// The refusal ordered for this command. `key` is its external key, if any.
    std::optional<Refusal> for_command(const std::string& method, const std::string& key);

  private:
    struct Rule {
        Json text;
        Fault fault;
        std::int64_t request = 0;  ///< 0: any
        std::int64_t every = 0;    ///< 0: any
        std::string method;
        std::string key;
        std::string body;
        std::int64_t times = 1;  ///< 0: without end
        std::int64_t seen = 0;
        std::int64_t acted = 0;
    };
    [[nodiscard]] static Rule rule_of(const Json& text);
    /// Counts what fits, and says whether it is this one's turn.
    [[nodiscard]] static bool is_due(Rule& rule);

    std::vector<Rule> m_rules;
};

[[nodiscard]] std::string name_of(FaultAction action);

}  // namespace obmen::sandbox
