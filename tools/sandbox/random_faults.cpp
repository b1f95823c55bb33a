#include "random_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "chance.hpp"
#include "refusal.hpp"

namespace obmen::sandbox {

namespace {

/// Longer than any client waits by default.
constexpr int slow_by_default = 90'000;

/// What a kind makes of a request with so many commands.
using Draw = std::function<Fault(Chance&, std::uint64_t)>;

Draw plain(FaultAction action) {
    return [action](Chance&, std::uint64_t) { return Fault{.action = action}; };
}

Draw status(int code) {
    return [code](Chance&, std::uint64_t) { return Fault{.action = FaultAction::status, .status = code}; };
}

const std::map<std::string, Draw>& all_kinds() {
    static const std::map<std::string, Draw> kinds{
        {"drop_before", plain(FaultAction::drop_before)},
        {"drop_after", plain(FaultAction::drop_after)},
        {"partial",
         [](Chance& chance, std::uint64_t commands) {
             return Fault{.action = FaultAction::partial,
                          .commands = static_cast<std::int64_t>(chance.below(commands + 1))};
         }},
        {"slow", plain(FaultAction::slow)},
        {"truncate", plain(FaultAction::truncate)},
        {"content_type",
         [](Chance&, std::uint64_t) {
             return Fault{.action = FaultAction::content_type, .content_type = "text/html; charset=utf-8"};
         }},
        {"html200",
         [](Chance& chance, std::uint64_t) {
             return Fault{.action = FaultAction::html200, .run = chance.below(2) == 1};
         }},
        {"redirect",
         [](Chance&, std::uint64_t) {
             return Fault{.action = FaultAction::redirect, .location = "http://renamed.invalid/rest/"};
         }},
        {"expired_token", plain(FaultAction::expired_token)},
        {"query_limit", plain(FaultAction::query_limit)},
        {"overload", plain(FaultAction::overload)},
        {"unavailable", status(503)},
        {"internal_error", status(500)},
        {"bom", plain(FaultAction::bom)},
        {"command_error",
         [](Chance& chance, std::uint64_t commands) {
             return Fault{.action = FaultAction::command_error,
                          .commands = static_cast<std::int64_t>(chance.below(commands))};
         }},
    };
    return kinds;
}

std::vector<std::string> checked_kinds(const Json& order) {
    std::vector<std::string> kinds;
    if (const auto given = order.find("kinds"); given != order.end())
        kinds = given->get<std::vector<std::string>>();
    for (const std::string& kind : kinds) {
        if (!all_kinds().contains(kind))
            throw Refusal(400, "INVALID_FAULT", fmt::format("Unknown kind {}", kind));
    }
    if (kinds.empty()) {
        for (const auto& [kind, draw] : all_kinds())
            kinds.push_back(kind);
    }
    return kinds;
}

}  // namespace

RandomFaults::RandomFaults(const Json& order)
    : m_order(order),
      m_seed(order.at("seed").get<std::uint64_t>()),
      m_share(order.at("share").get<double>()),
      m_kinds(checked_kinds(order)),
      m_slow_milliseconds(order.value("slow_milliseconds", slow_by_default)),
      m_times(order.value("times", std::int64_t{0})) {
    const std::set<std::string> names{"seed", "share", "kinds", "slow_milliseconds", "times"};
    for (const auto& item : order.items()) {
        if (!names.contains(item.key()))
            throw Refusal(400, "INVALID_FAULT", fmt::format("Unknown member {}", item.key()));
    }
    if (m_share < 0 || m_share > 1)
        throw Refusal(400, "INVALID_FAULT", "share is a number from 0 to 1");
}

std::optional<Fault> RandomFaults::draw(std::size_t commands, bool application) {
    // Each request has numbers of its own: how many the one before it needed does not matter.
    Chance chance(m_seed * 0x100000001B3U ^ static_cast<std::uint64_t>(++m_seen));
    if (chance.share() >= m_share || (m_times > 0 && m_acted >= m_times))
        return std::nullopt;
    const std::string& kind = m_kinds[chance.below(m_kinds.size())];
    if (kind == "expired_token" && !application)
        return std::nullopt;
    ++m_acted;
    Fault fault = all_kinds().at(kind)(chance, std::max<std::uint64_t>(commands, 1));
    fault.drawn = kind;
    if (fault.action == FaultAction::slow)
        fault.milliseconds = m_slow_milliseconds;
    return fault;
}

Json RandomFaults::state() const {
    return Json{{"rule", m_order}, {"seen", m_seen}, {"acted", m_acted}};
}

}  // namespace obmen::sandbox
