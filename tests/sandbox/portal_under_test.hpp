#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine.hpp"
#include "rest_front.hpp"

namespace obmen::sandbox {

/// A portal without sockets: what a request answers, and what it leaves behind.
struct PortalUnderTest {
    explicit PortalUnderTest(double time_scale = 1.0) : engine(unlimited(), time_scale) {}

    static Settings unlimited() {
        Settings settings;
        settings.burst = 0;
        return settings;
    }

    WebReply send(const std::string& method, const Json& parameters = Json::object()) {
        return send_as(1, method, parameters);
    }
    WebReply send_as(int user, const std::string& method, const Json& parameters) {
        return answer_rest(engine, {.verb = "POST",
                                    .target = "/rest/" + std::to_string(user) + "/practice/" + method,
                                    .content_type = "application/json",
                                    .body = parameters.dump(),
                                    .address = "127.0.0.1"});
    }
    WebReply get(const std::string& target) {
        return answer_rest(engine, {.target = target, .address = "127.0.0.1"});
    }

    /// The whole envelope.
    Json call(const std::string& method, const Json& parameters = Json::object()) {
        return Json::parse(send(method, parameters).body);
    }
    Json result(const std::string& method, const Json& parameters = Json::object()) {
        return call(method, parameters).value("result", Json(nullptr));
    }
    std::string add(const std::string& method, const Json& fields) {
        return result(method + ".add", Json{{"fields", fields}}).dump();
    }
    /// `result` of a batch.
    Json batch(const Json& commands, int halt = 0) {
        return result("batch", Json{{"halt", halt}, {"cmd", commands}});
    }
    Json verdict() const { return engine.journal.verdict(engine.store); }

    Engine engine;
};

}  // namespace obmen::sandbox
