#include "rest_front.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "batch.hpp"
#include "php_parameters.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

constexpr const char* html_type = "text/html; charset=utf-8";

/// What the path says: who calls what.
struct Address {
    std::string user;
    std::string code;
    std::string method;
};

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
    if (address.method.ends_with(".json"))
        address.method.resize(address.method.size() - 5);
    return address;
}

void check_credentials(const Settings& settings, const Address& address) {
    if (address.code.empty())
        throw Refusal(401, "NO_AUTH_FOUND", "Wrong authorization data");
    const auto user = index_of(address.user);
    if (!user || *user <= 0 || address.code != settings.code)
        throw Refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials");
}

/// Query and body together; the body wins. A body of a type that PHP does not read counts as none.
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

RequestFacts facts_of(const Engine& engine, const Address& address, const Json& parameters,
                      const std::string& body) {
    RequestFacts facts;
    facts.methods.push_back(address.method);
    facts.body = body + "\n" + form_decoded(body);
    const auto add = [&](const std::string& method, const Json& of_command) {
        if (std::string key = engine.key_of(folded(method), of_command); !key.empty())
            facts.keys.push_back(std::move(key));
    };
    add(address.method, parameters);
    const Json* commands = parameter(parameters, "cmd");
    if (address.method == "batch" && commands != nullptr) {
        for (const auto& [id, sent] : entries(*commands)) {
            const BatchCommand command = batch_command(text_of(*sent));
            facts.methods.push_back(folded(command.method));
            add(command.method, command.parameters);
        }
    }
    return facts;
}

WebReply html_reply(int status, const char* title) {
    return {.status = status,
            .content_type = html_type,
            .body = fmt::format(
                "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
                "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
                title)};
}

WebReply status_reply(int status) {
    switch (status) {
        case 502:
            return html_reply(status, "502 Bad Gateway");
        case 503:
            return html_reply(status, "503 Service Temporarily Unavailable");
        case 504:
            return html_reply(status, "504 Gateway Time-out");
        case 500:
            return refusal_reply(Refusal(500, "INTERNAL_SERVER_ERROR", "Internal server error"));
        default:
            return html_reply(status, fmt::format("{} Error", status).c_str());
    }
}

/// The answer of a fault that keeps the request from running; nothing if it runs.
std::optional<WebReply> reply_before(const Fault& fault) {
    switch (fault.action) {
        case FaultAction::drop_before:
            return WebReply{.dropped = true};
        case FaultAction::status:
            return fault.run ? std::nullopt : std::optional(status_reply(fault.status));
        case FaultAction::html200:
            return fault.run ? std::nullopt : std::optional(html_reply(200, "Site maintenance"));
        case FaultAction::redirect: {
            WebReply reply = html_reply(302, "302 Found");
            reply.location = fault.location;
            return reply;
        }
        case FaultAction::query_limit:
            return refusal_reply(Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"));
        case FaultAction::overload:
            return refusal_reply(Refusal(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload"));
        default:
            return std::nullopt;
    }
}

/// What a fault makes of the answer of a request that ran.
WebReply reply_after(const Fault& fault, WebReply reply) {
    switch (fault.action) {
        case FaultAction::drop_after:
            return {.dropped = true};
        case FaultAction::partial:
            return status_reply(504);
        case FaultAction::status:
            return status_reply(fault.status);
        case FaultAction::html200:
            return html_reply(200, "Site maintenance");
        case FaultAction::slow:
            reply.delay = fault.milliseconds;
            return reply;
        case FaultAction::truncate:
            reply.body.resize(reply.body.size() / 2);
            return reply;
        case FaultAction::content_type:
            reply.content_type = fault.content_type;
            return reply;
        case FaultAction::bom:
            reply.body.insert(0, "\xEF\xBB\xBF");
            return reply;
        default:
            return reply;
    }
}

WebReply run(Engine& engine, const Address& address, const Json& parameters,
             const std::optional<Fault>& fault) {
    check_credentials(engine.settings, address);
    const double unix_start = PortalClock::unix_time();
    const Origin from{.request = engine.journal.requests(), .user = index_of(address.user).value_or(1)};
    const bool partial = fault && fault->action == FaultAction::partial;
    if (address.method == "batch") {
        const std::size_t commands = partial ? static_cast<std::size_t>(fault->commands) : SIZE_MAX;
        Json result = run_batch(engine, parameters, from, commands);
        return {.body = printed(Json{{"result", std::move(result)},
                                     {"time", engine.time_section(unix_start, 0, 0, 600)}})};
    }
    if (partial && fault->commands == 0)
        return {};
    Outcome outcome = engine.run(address.method, parameters, from);
    if (const auto* refusal = std::get_if<Refusal>(&outcome))
        return refusal_reply(*refusal);
    Done& done = std::get<Done>(outcome);
    Json envelope{{"result", std::move(done.answer.result)}};
    if (done.answer.next)
        envelope["next"] = *done.answer.next;
    if (done.answer.total)
        envelope["total"] = *done.answer.total;
    envelope["time"] = std::move(done.time);
    return {.body = printed(std::move(envelope))};
}

WebReply answer(Engine& engine, const WebRequest& request) {
    const Address address = address_of(path_of(request.target));
    const Json parameters = parameters_of(request);
    std::optional<Fault> fault;
    if (!engine.faults.empty())
        fault = engine.faults.for_request(facts_of(engine, address, parameters, request.body));
    if (fault) {
        engine.journal.fault(name_of(fault->action));
        if (auto reply = reply_before(*fault))
            return std::move(*reply);
    }
    const Settings& settings = engine.settings;
    if (!engine.request_rate.admit(request.address, engine.clock.seconds(), settings.burst, settings.rate)) {
        engine.journal.refused_for_rate();
        throw Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
    }
    WebReply reply;
    try {
        reply = run(engine, address, parameters, fault);
    } catch (const Refusal& refusal) {
        reply = refusal_reply(refusal);
    }
    return fault ? reply_after(*fault, std::move(reply)) : reply;
}

}  // namespace

WebReply answer_rest(Engine& engine, const WebRequest& request) {
    engine.journal.request(engine.clock.seconds());
    WebReply reply;
    try {
        reply = answer(engine, request);
    } catch (const Refusal& refusal) {
        reply = refusal_reply(refusal);
    }
    reply.delay += engine.settings.latency;
    return reply;
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

WebReply refusal_reply(const Refusal& refusal) {
    return {.status = refusal.status(), .body = printed(printed_refusal(refusal))};
}

}  // namespace obmen::sandbox
