#include "control.hpp"

#include <fmt/format.h>

#include "oauth.hpp"
#include "php_values.hpp"
#include "rest_front.hpp"

namespace obmen::sandbox {

namespace {

WebReply json_reply(const Json& value) {
    return {.body = value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

Json body_of(const WebRequest& request) {
    Json body = Json::parse(request.body, nullptr, false);
    if (body.is_discarded())
        throw Refusal(400, "INVALID_REQUEST", "The body is not JSON");
    return body;
}

/// All rows of a kind as they are stored.
Json rows_of(const Store& store, const std::string& kind) {
    if (!store.has(kind))
        throw Refusal(404, "NOT_FOUND", fmt::format("There is no kind {}", kind));
    Json rows = Json::array();
    for (const auto& [id, row] : store.table(kind).rows())
        rows.push_back(row);
    return rows;
}

WebReply read(Engine& engine, const std::string& what) {
    constexpr std::string_view rows_prefix = "rows/";
    if (what == "journal")
        return json_reply(engine.journal.writes());
    if (what == "requests")
        return json_reply(engine.journal.all_requests());
    if (what == "oauth")
        return json_reply(engine.tokens.counts());
    if (what == "verdict")
        return json_reply(engine.journal.verdict(engine.store));
    if (what == "state")
        return json_reply(engine.dump());
    if (what == "settings")
        return json_reply(settings_as_json(engine.settings));
    if (what == "faults")
        return json_reply(engine.faults.state());
    if (what.starts_with(rows_prefix))
        return json_reply(rows_of(engine.store, what.substr(rows_prefix.size())));
    throw Refusal(404, "NOT_FOUND", fmt::format("There is no /sandbox/{}", what));
}

WebReply go_down(Engine& engine, const Json& order) {
    const Json* seconds = member(order, "seconds");
    if (seconds == nullptr || !seconds->is_number())
        throw Refusal(400, "INVALID_REQUEST", "seconds is a number");
    engine.down_until = engine.clock.seconds() + seconds->get<double>();
    return json_reply(Json{{"down", *seconds}});
}

/// What a person does with the application in the portal.
WebReply change_tokens(Engine& engine, const std::string& what, const WebRequest& request) {
    if (what == "oauth/issue")
        return json_reply(issued_tokens(engine, 1, host_of(request)));
    if (what == "oauth/expire")
        engine.tokens.expire_all();
    else if (what == "oauth/revoke")
        engine.tokens.revoke();
    else
        throw Refusal(404, "NOT_FOUND", fmt::format("Nothing can be posted to /sandbox/{}", what));
    return json_reply(engine.tokens.counts());
}

WebReply change(Engine& engine, const std::string& what, const WebRequest& request) {
    if (what == "reset") {
        engine.reset();
        return json_reply(Json{{"reset", true}});
    }
    if (what == "faults") {
        engine.faults.add(body_of(request));
        return json_reply(engine.faults.state());
    }
    if (what == "faults/random") {
        engine.faults.draw_from(body_of(request));
        return json_reply(engine.faults.state());
    }
    if (what == "down")
        return go_down(engine, body_of(request));
    if (what.starts_with("oauth/"))
        return change_tokens(engine, what, request);
    if (what == "settings") {
        apply_settings(engine.settings, body_of(request));
        return json_reply(settings_as_json(engine.settings));
    }
    if (what == "state") {
        engine.load(body_of(request));
        return json_reply(Json{{"loaded", true}});
    }
    throw Refusal(404, "NOT_FOUND", fmt::format("Nothing can be posted to /sandbox/{}", what));
}

}  // namespace

WebReply answer_control(Engine& engine, const WebRequest& request) {
    engine.run_late();
    constexpr std::string_view prefix = "/sandbox/";
    const std::string path = path_of(request.target);
    const std::string what = path.size() > prefix.size() ? path.substr(prefix.size()) : std::string();
    try {
        if (request.verb == "DELETE" && what == "faults") {
            engine.faults.clear();
            return json_reply(engine.faults.state());
        }
        return request.verb == "POST" ? change(engine, what, request) : read(engine, what);
    } catch (const Refusal& refusal) {
        return refusal_reply(refusal);
    }
}

}  // namespace obmen::sandbox
