#include "fault_proxy/rules.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <random>
#include <sstream>

namespace obmen::fault_proxy {

namespace {

template <typename Number>
bool read_number(std::string_view text, Number& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
}

bool read_kind(std::string_view value, Rule& rule) {
    rule.kind = value == "data" ? Kind::data : value == "control" ? Kind::control : Kind::any;
    return value == "any" || value == "data" || value == "control";
}

bool read_direction(std::string_view value, Rule& rule) {
    rule.direction = value == "to-server" ? Direction::to_server : Direction::to_client;
    return value == "to-server" || value == "to-client";
}

bool read_milliseconds(std::string_view value, Rule& rule) {
    std::int64_t number = 0;
    const bool is_number = read_number(value, number) && number >= 0;
    rule.milliseconds = std::chrono::milliseconds(number);
    return is_number;
}

bool read_word(std::string_view name, std::string_view value, Rule& rule) {
    if (name == "connection") {
        return read_number(value, rule.connection);
    }
    if (name == "byte") {
        return read_number(value, rule.byte);
    }
    if (name == "times") {
        return read_number(value, rule.times);
    }
    if (name == "milliseconds") {
        return read_milliseconds(value, rule);
    }
    if (name == "kind") {
        return read_kind(value, rule);
    }
    return name == "direction" && read_direction(value, rule);
}

}  // namespace

std::string read_rule(std::string_view text, Rule& rule) {
    std::istringstream words{std::string(text)};
    std::string word;
    words >> word;
    const auto* const action = std::ranges::find(action_names, word);
    if (action == action_names.end()) {
        return "no such action: " + word;
    }
    rule = {.action = static_cast<Action>(action - action_names.begin())};
    while (words >> word) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || !read_word(std::string_view(word).substr(0, equals),
                                                      std::string_view(word).substr(equals + 1), rule)) {
            return "cannot be understood: " + word;
        }
    }
    return {};
}

std::optional<Rule> drawn(const Draw& draw, unsigned connection) {
    std::seed_seq seeds{static_cast<unsigned>(draw.seed), static_cast<unsigned>(draw.seed >> 32U),
                        connection};
    std::mt19937_64 chance(seeds);
    const auto share = [&] {
        return static_cast<double>(chance() >> 11U) / static_cast<double>(1ULL << 53U);
    };
    if (share() >= draw.share) {
        return std::nullopt;
    }
    const std::size_t count = draw.actions.empty() ? action_names.size() : draw.actions.size();
    const std::size_t at = chance() % count;
    const auto longest = static_cast<double>(draw.longest.count());
    // Small numbers are as likely as large ones: greetings and headers are where protocols break.
    constexpr double digits_of_a_megabyte = 6;
    return Rule{.action = draw.actions.empty() ? static_cast<Action>(at) : draw.actions[at],
                .connection = 0,
                .kind = Kind::any,
                .direction = share() < 0.5 ? Direction::to_client : Direction::to_server,
                .byte = static_cast<std::uint64_t>(std::pow(10.0, share() * digits_of_a_megabyte)) - 1,
                .milliseconds = std::chrono::milliseconds(1 + static_cast<std::int64_t>(share() * longest)),
                .times = 1};
}

void RuleBook::add(const Rule& rule) {
    const std::lock_guard lock(m_mutex);
    m_entries.push_back({.rule = rule});
}

void RuleBook::set(const Draw& draw) {
    const std::lock_guard lock(m_mutex);
    m_draw = draw;
    m_drawn = 0;
}

void RuleBook::clear() {
    const std::lock_guard lock(m_mutex);
    m_entries.clear();
    m_draw.reset();
}

std::vector<Rule> RuleBook::meet(Kind kind) {
    const std::lock_guard lock(m_mutex);
    std::vector<Rule> rules;
    for (Entry& entry : m_entries) {
        const bool is_meant = entry.rule.kind == Kind::any || entry.rule.kind == kind;
        entry.seen += is_meant ? 1 : 0;
        const bool is_its_turn = entry.rule.connection == 0 || entry.rule.connection == entry.seen;
        if (is_meant && is_its_turn && (entry.rule.times == 0 || entry.met < entry.rule.times)) {
            ++entry.met;
            rules.push_back(entry.rule);
        }
    }
    if (rules.empty() && m_draw) {
        if (const std::optional<Rule> rule = drawn(*m_draw, ++m_drawn)) {
            rules.push_back(*rule);
        }
    }
    m_acted += rules.empty() ? 0 : 1;
    return rules;
}

unsigned RuleBook::acted() const {
    const std::lock_guard lock(m_mutex);
    return m_acted;
}

}  // namespace obmen::fault_proxy
