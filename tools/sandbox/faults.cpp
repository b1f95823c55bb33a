#include "faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "support/text.hpp"

namespace obmen::sandbox {

NLOHMANN_JSON_SERIALIZE_ENUM(FaultAction, {{FaultAction::drop_before, "drop_before"},
                                           {FaultAction::drop_after, "drop_after"},
                                           {FaultAction::partial, "partial"},
                                           {FaultAction::status, "status"},
                                           {FaultAction::slow, "slow"},
                                           {FaultAction::truncate, "truncate"},
                                           {FaultAction::html200, "html200"},
                                           {FaultAction::content_type, "content_type"},
                                           {FaultAction::redirect, "redirect"},
                                           {FaultAction::query_limit, "query_limit"},
                                           {FaultAction::overload, "overload"},
                                           {FaultAction::command_error, "command_error"},
                                           {FaultAction::bom, "bom"},
                                           {FaultAction::repeat, "repeat"},
                                           {FaultAction::expired_token, "expired_token"},
                                           {FaultAction::revoked_token, "revoked_token"},
                                           {FaultAction::down, "down"},
                                           {FaultAction::late, "late"}})

namespace {

/// A rule that is misspelt would never act, and its test would pass for the wrong reason.
void check_names(const Json& object, const std::set<std::string>& allowed) {
    for (const auto& item : object.items()) {
        if (!allowed.contains(item.key()))
            throw Refusal(400, "INVALID_FAULT", fmt::format("Unknown member {}", item.key()));
    }
}

bool contains_one(const std::vector<std::string>& texts, const std::string& part) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

FaultPlan::Rule FaultPlan::rule_of(const Json& text) {
    check_names(text, {"match", "times", "action", "status", "commands", "milliseconds", "seconds", "run",
                       "after", "after_times", "location", "content_type", "error", "description"});
    Rule rule;
    rule.text = text;
    rule.fault.action = text.at("action").get<FaultAction>();
    if (Json(rule.fault.action) != text.at("action"))
        throw Refusal(400, "INVALID_FAULT", fmt::format("Unknown action {}", text.at("action").dump()));
    rule.fault.status = text.value("status", 500);
    rule.fault.commands = text.value("commands", std::int64_t{0});
    rule.fault.milliseconds = text.value("milliseconds", 0);
    rule.fault.seconds = text.value("seconds", 0.0);
    rule.fault.after = folded(text.value("after", std::string()));
    rule.fault.after_times = text.value("after_times", std::int64_t{1});
    rule.fault.run = text.value("run", false);
    rule.fault.location = text.value("location", std::string());
    rule.fault.content_type = text.value("content_type", std::string("text/html; charset=utf-8"));
    rule.fault.error = text.value("error", std::string());
    rule.fault.description = text.value("description", std::string("Refused by order"));
    rule.times = text.value("times", std::int64_t{1});
    const Json match = text.value("match", Json::object());
    check_names(match, {"request", "every", "method", "key", "body"});
    rule.request = match.value("request", std::int64_t{0});
    rule.every = match.value("every", std::int64_t{0});
    rule.method = folded(match.value("method", std::string()));
    rule.key = match.value("key", std::string());
    rule.body = match.value("body", std::string());
    return rule;
}

void FaultPlan::add(const Json& rules) {
    std::vector<Rule> added;
    try {
        for (const Json& text : rules.is_array() ? rules : Json::array({rules}))
            added.push_back(rule_of(text));
    } catch (const nlohmann::json::exception& error) {
        throw Refusal(400, "INVALID_FAULT", error.what());
    }
    m_rules.insert(m_rules.end(), std::make_move_iterator(added.begin()),
                   std::make_move_iterator(added.end()));
}

void FaultPlan::draw_from(const Json& order) {
    try {
        m_random.emplace(order);
    } catch (const nlohmann::json::exception& error) {
        throw Refusal(400, "INVALID_FAULT", error.what());
    }
}

void FaultPlan::clear() {
    m_rules.clear();
    m_random.reset();
}

Json FaultPlan::state() const {
    Json all = Json::array();
    for (const Rule& rule : m_rules)
        all.push_back(Json{{"rule", rule.text}, {"seen", rule.seen}, {"acted", rule.acted}});
    if (m_random)
        all.push_back(m_random->state());
    return all;
}

bool FaultPlan::is_due(Rule& rule) {
    ++rule.seen;
    if (rule.times != 0 && rule.acted >= rule.times)
        return false;
    return (rule.request == 0 || rule.seen == rule.request) &&
           (rule.every == 0 || rule.seen % rule.every == 0);
}

std::optional<Fault> FaultPlan::for_request(const RequestFacts& facts) {
    std::optional<Fault> fault = ordered(facts);
    // The draw is made in any case: a rule must not shift what later requests draw.
    if (m_random && !facts.only_by_name) {
        std::optional<Fault> drawn = m_random->draw(facts.commands, facts.application);
        if (!fault)
            fault = std::move(drawn);
    }
    return fault;
}

std::optional<Fault> FaultPlan::ordered(const RequestFacts& facts) {
    std::optional<Fault> fault;
    for (Rule& rule : m_rules) {
        const bool fits =
            rule.fault.action != FaultAction::command_error && !(facts.only_by_name && rule.method.empty()) &&
            (rule.method.empty() ||
             std::find(facts.methods.begin(), facts.methods.end(), rule.method) != facts.methods.end()) &&
            (rule.key.empty() || contains_one(facts.keys, rule.key)) &&
            (rule.body.empty() || facts.body.find(rule.body) != std::string::npos);
        if (fits && is_due(rule) && !fault) {
            ++rule.acted;
            fault = rule.fault;
        }
    }
    return fault;
}

std::optional<Refusal> FaultPlan::for_command(const std::string& method, const std::string& key) {
    for (Rule& rule : m_rules) {
        const bool fits = rule.fault.action == FaultAction::command_error &&
                          (rule.method.empty() || rule.method == method) &&
                          (rule.key.empty() || key.find(rule.key) != std::string::npos);
        if (fits && is_due(rule)) {
            ++rule.acted;
            return Refusal(rule.fault.status == 500 ? 400 : rule.fault.status, rule.fault.error,
                           rule.fault.description);
        }
    }
    return std::nullopt;
}

std::string name_of(FaultAction action) {
    return Json(action).get<std::string>();
}

}  // namespace obmen::sandbox
