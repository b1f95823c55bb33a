#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault.hpp"
#include "json.hpp"
#include "random_faults.hpp"
#include "refusal.hpp"

namespace obmen::sandbox {

/// What rules look at.
struct RequestFacts {
    std::vector<std::string> methods;  ///< of the request and of the commands in its batch, lower case
    std::vector<std::string> keys;     ///< external keys that its commands write
    std::string body;                  ///< as it came, and once more decoded
    std::size_t commands = 1;          ///< in its batch
    bool application = false;          ///< it has a token
    bool only_by_name = false;         ///< only rules with a method are meant for it
};

/// Rules, tried in order; the first that fits and is not used up acts. Where none does, a fault may be drawn.
/// Nothing is left to chance: what is drawn follows from a seed.
class FaultPlan {
  public:
    /// Adds a list of rules, or one. Throws Refusal if one cannot be understood; then none is added.
    void add(const Json& rules);
    /// Lets the requests from now on draw (RandomFaults), in place of an order before. Throws Refusal.
    void draw_from(const Json& order);
    void clear();
    [[nodiscard]] bool empty() const { return m_rules.empty() && !m_random; }
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

    std::optional<Fault> ordered(const RequestFacts& facts);

    std::vector<Rule> m_rules;
    std::optional<RandomFaults> m_random;
};

}  // namespace obmen::sandbox
