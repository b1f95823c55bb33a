#include "exchange/requests.hpp"

#include <nlohmann/json.hpp>

#include "exchange/package_actions.hpp"
#include "ledger/requests.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"

namespace obmen::exchange {

namespace {

constexpr Duration pause_between_looks{100};

nlohmann::json execute(Exchange& exchange, const ledger::Request& request) {
    ledger::Database& database = exchange.database();
    const nlohmann::json argument = nlohmann::json::parse(request.argument);
    const std::string package = argument.value("package", std::string());
    if (request.verb == "approve") {
        return {{"approved", approve_removals(database, package)}};
    }
    if (request.verb == "retry") {
        retry_package(database, exchange.spool(), package, argument.value("force", false));
    } else if (request.verb == "forget" && !package.empty()) {
        forget_package(database, package, exchange.settings());
    } else if (request.verb == "forget") {
        forget_object(database, exchange.settings().source_system, argument.at("kind").get<std::string>(),
                      argument.at("id").get<std::string>());
    } else if (request.verb == "wake") {
        exchange.wake();
    } else {
        throw Error(FailureClass::bad_config, Message{"SYS-USAGE", {request.verb, "obmen"}});
    }
    return nlohmann::json::object();
}

/// A refusal answers the request; what the ledger or the disk refuses is tried again.
nlohmann::json answer_of(Exchange& exchange, const ledger::Request& request) {
    try {
        return execute(exchange, request);
    } catch (const nlohmann::json::exception& error) {
        return {{"error", {{"code", "SYS-USAGE"}, {"arguments", {std::string(error.what()), "obmen"}}}}};
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_config) {
            throw;
        }
        const Message& message = error.finding().message;
        return {{"error", {{"code", message.code.text()}, {"arguments", message.arguments}}}};
    }
}

/// Throws the refusal that the answer holds, if it is one.
nlohmann::json accepted(const nlohmann::json& answer) {
    if (const auto error = answer.find("error"); error != answer.end()) {
        const std::optional<Code> code = Code::find(error->at("code").get<std::string>());
        throw Error(FailureClass::bad_config,
                    Message{code.value_or(Code{"SYS-INTERNAL"}),
                            error->at("arguments").get<std::vector<std::string>>()});
    }
    return answer;
}

}  // namespace

std::size_t execute_requests(Exchange& exchange) {
    ledger::Requests requests(exchange.database());
    const std::vector<ledger::Request> waiting = requests.waiting();
    for (const ledger::Request& request : waiting) {
        const nlohmann::json answer = answer_of(exchange, request);
        failpoint("request.done");
        requests.answer(request.id, answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                        exchange.context().clock.now());
        failpoint("request.answered");
        exchange.journal("request", {}, answer.contains("error") ? "refused" : "ok",
                         request.verb + ' ' + request.argument);
    }
    return waiting.size();
}

OwnersAnswer ask_owner(ledger::Database& guest, const std::string& verb, const nlohmann::json& argument,
                       Duration patience, const RunContext& context, const std::function<bool()>& is_ours) {
    ledger::Requests requests(guest);
    const std::int64_t id = requests.add(
        verb, argument.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), context.clock.now());
    const Duration end = context.clock.steady() + patience;
    while (true) {
        if (const std::optional<std::string> answer = requests.answer_to(id)) {
            return {.answer = accepted(nlohmann::json::parse(*answer))};
        }
        const bool interrupted = context.interrupted != nullptr && context.interrupted->load();
        if (interrupted || context.clock.steady() >= end) {
            return {.answer = std::nullopt};
        }
        if (is_ours && is_ours() && requests.withdraw(id)) {
            return {.answer = std::nullopt, .withdrawn = true};
        }
        context.clock.sleep(pause_between_looks);
    }
}

}  // namespace obmen::exchange
