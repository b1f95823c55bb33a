#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "json.hpp"
#include "method.hpp"

namespace obmen::sandbox {

/// Where a command came from.
struct Origin {
    std::int64_t request = 0;             ///< number of the request, from 1
    std::optional<std::int64_t> index{};  ///< place in its batch, from 0; none: it came alone
    std::string command{};                ///< its id in the batch
    std::int64_t user = 1;                ///< whose webhook or token it came by
    bool application = false;             ///< with a token
};

/// What the portal did, in order: the judge of every end-to-end test.
class Journal {
  public:
    /// A request came in, at this second of the portal clock; what follows up to `answered` belongs to it.
    void request(double now, const Settings& settings);
    void names_method(const std::string& method) { m_requests.back().method = method; }
    /// With this status; 0 for no answer.
    void answered(int status) { m_requests.back().status = status; }
    void refused_for_rate() { ++m_refused_for_rate; }
    void refused_for_operating_time() { ++m_refused_for_operating_time; }
    void command(const Call& call, const Origin& origin);
    void refused(const std::string& method, const Origin& origin, const Refusal& refusal);
    /// A `$result[…]` that went through as a literal text.
    void unresolved_reference() { ++m_unresolved_references; }
    void fault(const std::string& action);

    /// How many there were so far.
    [[nodiscard]] std::int64_t requests() const { return static_cast<std::int64_t>(m_requests.size()); }
    /// All requests: when they came, what they met, how they were answered.
    [[nodiscard]] Json all_requests() const;
    /// All executed writes.
    [[nodiscard]] Json writes() const;
    /// Totals, and everything that a careful client leaves empty.
    [[nodiscard]] Json verdict(const Store& store) const;

  private:
    struct Request {
        double at = 0;  ///< second of the portal clock
        std::string method{};
        std::string fault{};
        int status = 0;
        std::int64_t commands = 0;  ///< that ran
    };
    struct Entry {
        Origin origin;
        std::int64_t at_request = 0;  ///< how many requests there had been when it ran
        std::string method;
        Write write;
        Json parameters;
    };
    [[nodiscard]] std::int64_t count(Operation operation) const;
    [[nodiscard]] Json creations_by_kind() const;
    void raise_level(double now, const Settings& settings);

    std::vector<Request> m_requests;
    std::vector<Entry> m_entries;
    Json m_refusals = Json::array();
    std::map<std::string, std::int64_t> m_commands;  ///< executed, by method
    std::map<std::string, std::set<std::string>> m_unknown_fields;
    std::map<std::string, std::set<std::string>> m_unknown_filters;
    std::map<std::string, std::int64_t> m_faults;
    std::deque<double> m_last_second;
    std::size_t m_peak = 0;
    double m_level = 0;  ///< of the leaky bucket as a client has to reckon it: every request counts
    double m_level_at = 0;
    double m_peak_level = 0;
    std::int64_t m_over_limit = 0;
    std::int64_t m_refused_for_rate = 0;
    std::int64_t m_refused_for_operating_time = 0;
    std::int64_t m_unresolved_references = 0;
};

}  // namespace obmen::sandbox
