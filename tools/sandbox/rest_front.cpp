#include "rest_front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "access.hpp"
#include "batch.hpp"
#include "fault_replies.hpp"
#include "php_parameters.hpp"
#include "php_values.hpp"
#include "support/text.hpp"
#include "xml_answer.hpp"

namespace obmen::sandbox {

namespace {

/// `/rest/1/code//crm.product.add.json/`: doubled and trailing slashes do not matter.
Address address_of(const std::string& path) {
    std::vector<std::string> steps;
    std::string_view rest = path;
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        if (const std::string_view step = rest.substr(0, slash); !step.empty())
            steps.push_back(form_decoded(step));
        rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    }
    Address address;
    if (steps.size() == 2)
        address.method = steps[1];
    if (steps.size() >= 3) {
        address.user = steps[1];
        address.code = steps[2];
    }
    if (steps.size() == 4)
        address.method = steps[3];
    address.method = folded(address.method);
    const std::string_view format =
        std::string_view(address.method).substr(std::min(address.method.rfind('.'), address.method.size()));
    if (format == ".json" || format == ".xml") {
        address.wants_xml = format == ".xml";
        address.method.resize(address.method.size() - format.size());
    }
    return address;
}

RequestFacts facts_of(const Engine& engine, const Address& address, const Json& parameters,
                      const std::string& body, bool application) {
    RequestFacts facts;
    facts.application = application;
    facts.methods.push_back(address.method);
    facts.body = body + "\n" + form_decoded(body);
    const auto add = [&](const std::string& method, const Json& of_command) {
        if (std::string key = engine.key_of(folded(method), of_command); !key.empty())
            facts.keys.push_back(std::move(key));
    };
    add(address.method, parameters);
    const Json* commands = parameter(parameters, "cmd");
    if (address.method == "batch" && commands != nullptr) {
        facts.commands = commands->size();
        for (const auto& [id, sent] : entries(*commands)) {
            const BatchCommand command = batch_command(text_of(*sent));
            facts.methods.push_back(folded(command.method));
            add(command.method, command.parameters);
        }
    }
    return facts;
}

/// A request on its way, with what was found out about it.
struct Errand {
    Address address;
    Json parameters;
    std::string token{};
    std::optional<Fault> fault{};
    std::optional<std::int64_t> number{};  ///< of the request, if it runs later than it came

    [[nodiscard]] bool meets(FaultAction action) const { return fault && fault->action == action; }
    [[nodiscard]] std::size_t place_in_fault() const { return static_cast<std::size_t>(fault->commands); }
};

WebReply run_batch_request(Engine& engine, const Errand& errand, const Origin& from, double unix_start) {
    BatchFaults faults;
    if (errand.meets(FaultAction::partial))
        faults.commands_at_most = errand.place_in_fault();
    if (errand.meets(FaultAction::command_error))
        faults.failing = errand.place_in_fault();
    Json result = run_batch(engine, errand.parameters, from, faults);
    return {.body = printed(
                Json{{"result", std::move(result)}, {"time", engine.time_section(unix_start, 0, 0, 600)}},
                engine.settings)};
}

WebReply run(Engine& engine, const Errand& errand) {
    const Identity caller = identified(engine, errand.address, errand.token);
    const double unix_start = PortalClock::unix_time();
    const Origin from{.request = errand.number.value_or(engine.journal.requests()),
                      .user = caller.user,
                      .application = caller.application};
    if (errand.address.method == "batch")
        return run_batch_request(engine, errand, from, unix_start);
    if (errand.meets(FaultAction::partial) && errand.fault->commands == 0)
        return {};
    if (errand.meets(FaultAction::command_error))
        throw Refusal(500, "INTERNAL_SERVER_ERROR", "Internal server error");
    Outcome outcome = engine.run(errand.address.method, errand.parameters, from);
    if (const auto* refusal = std::get_if<Refusal>(&outcome))
        return refusal_reply(*refusal);
    Done& done = std::get<Done>(outcome);
    Json envelope{{"result", std::move(done.answer.result)}};
    if (done.answer.next)
        envelope["next"] = *done.answer.next;
    if (done.answer.total)
        envelope["total"] = *done.answer.total;
    envelope["time"] = std::move(done.time);
    return {.body = printed(std::move(envelope), engine.settings)};
}

/// Notes the fault, and does what it does to the portal itself.
void begin_fault(Engine& engine, const Errand& errand) {
    const Fault& fault = *errand.fault;
    engine.journal.fault(fault.drawn.empty() ? name_of(fault.action) : fault.drawn);
    if (fault.action == FaultAction::down)
        engine.down_until = engine.clock.seconds() + fault.seconds;
    if (fault.action == FaultAction::expired_token)
        engine.tokens.expire(errand.token);
    if (fault.action == FaultAction::revoked_token)
        engine.tokens.revoke();
    if (fault.action == FaultAction::late) {
        Errand later = errand;
        later.fault.reset();
        later.number = engine.journal.requests();
        engine.late.push_back({engine.clock.seconds() + fault.seconds, fault.after, fault.after_times,
                               [&engine, later = std::move(later)] {
                                   try {
                                       static_cast<void>(run(engine, later));
                                   } catch (const Refusal&) {
                                       // Nobody is there any more to be told.
                                   }
                               }});
    }
}

WebReply admitted(Engine& engine, const WebRequest& request, const Errand& errand) {
    const Settings& settings = engine.settings;
    if (!engine.request_rate.admit(request.address, engine.clock.seconds(), settings.burst, settings.rate)) {
        engine.journal.refused_for_rate();
        throw Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
    }
    try {
        if (errand.meets(FaultAction::repeat))
            static_cast<void>(run(engine, errand));
        return run(engine, errand);
    } catch (const Refusal& refusal) {
        return refusal_reply(refusal);
    }
}

WebReply answer(Engine& engine, const WebRequest& request) {
    Errand errand{.address = address_of(path_of(request.target)), .parameters = parameters_of(request)};
    engine.journal.names_method(errand.address.method);
    if (errand.address.code.empty())
        errand.token = token_of(request, errand.parameters);
    RequestFacts facts;
    if (!engine.faults.empty() || !engine.late.empty())
        facts = facts_of(engine, errand.address, errand.parameters, request.body, !errand.token.empty());
    if (!engine.faults.empty())
        errand.fault = engine.faults.for_request(facts);
    if (!errand.fault) {
        WebReply reply = admitted(engine, request, errand);
        engine.note_answered(facts.methods);
        return reply;
    }
    begin_fault(engine, errand);
    if (auto reply = reply_before(*errand.fault))
        return std::move(*reply);
    return reply_after(*errand.fault, admitted(engine, request, errand));
}

}  // namespace

WebReply answer_rest(Engine& engine, const WebRequest& request) {
    engine.run_late();
    engine.journal.request(engine.clock.seconds(), engine.settings);
    WebReply reply;
    try {
        if (auto closed = reply_at_the_door(engine, request))
            reply = std::move(*closed);
        else
            reply = answer(engine, request);
    } catch (const Refusal& refusal) {
        reply = refusal_reply(refusal);
    }
    if (address_of(path_of(request.target)).wants_xml)
        reply = as_xml(std::move(reply));
    engine.journal.answered(reply.dropped ? 0 : reply.status);
    reply.delay += engine.settings.latency;
    return reply;
}

Json parameters_of(const WebRequest& request) {
    const Json query = decoded_form(query_of(request.target));
    const std::string type = folded(request.content_type);
    if (type.starts_with("application/json")) {
        if (trimmed(request.body).empty())
            return query;
        const Json body = Json::parse(request.body, nullptr, false);
        if (body.is_discarded())
            throw Refusal(400, "INVALID_REQUEST", "Syntax error");
        return merged(query, body);
    }
    if (type.starts_with("application/x-www-form-urlencoded"))
        return merged(query, decoded_form(request.body));
    Json parts = Json::object();
    for (const auto& [name, value] : request.parts)
        put_parameter(parts, name, value);
    make_php_printable(parts);
    return merged(query, parts);
}

std::string host_of(const WebRequest& request) {
    return request.host.empty() ? "127.0.0.1" : request.host;
}

std::string path_of(const std::string& target) {
    return target.substr(0, target.find('?'));
}

std::string query_of(const std::string& target) {
    const auto question = target.find('?');
    return question == std::string::npos ? std::string() : target.substr(question + 1);
}

std::string printed(Json value) {
    make_php_printable(value);
    return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string printed(Json value, const Settings& settings) {
    if (settings.zone != server_zone)
        put_into_zone(value, settings.zone);
    return printed(std::move(value));
}

WebReply refusal_reply(const Refusal& refusal) {
    return {.status = refusal.status(), .body = printed(printed_refusal(refusal))};
}

}  // namespace obmen::sandbox
