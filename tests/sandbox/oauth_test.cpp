#include "oauth.hpp"

#include <gtest/gtest.h>

#include <string>

#include "control.hpp"
#include "php_parameters.hpp"
#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class OAuth : public testing::Test {
  protected:
    WebReply get(const std::string& target) {
        return answer_oauth(portal.engine, {.target = target, .host = "portal.test:8025"});
    }
    WebReply authorize(const std::string& more = {}) {
        return get("/oauth/authorize/?client_id=local.practice&state=s%261" + more);
    }
    static std::string parameter_in(const std::string& address, const char* name) {
        return decoded_form(query_of(address)).value(name, "");
    }
    WebReply token(const std::string& form) {
        return answer_oauth(portal.engine,
                            {.verb = "POST",
                             .target = "/oauth/token/",
                             .content_type = "application/x-www-form-urlencoded",
                             .body = "client_id=local.practice&client_secret=practice-secret&" + form,
                             .host = "portal.test:8025"});
    }
    Json refreshed(const Json& tokens) {
        return Json::parse(
            token("grant_type=refresh_token&refresh_token=" + tokens.at("refresh_token").get<std::string>())
                .body);
    }
    Json tokens() { return issued_tokens(portal.engine, 1, "portal.test:8025"); }
    WebReply call(const Json& pair, const std::string& method = "profile") {
        const Json body{{"auth", pair.at("access_token")}, {"name", "x"}};
        return answer_rest(portal.engine, {.verb = "POST",
                                           .target = "/rest//" + method,
                                           .content_type = "application/json",
                                           .body = body.dump()});
    }
    static std::string error_in(const WebReply& reply) { return Json::parse(reply.body).value("error", ""); }
    WebReply control(const char* what) {
        return answer_control(
            portal.engine, {.verb = "POST", .target = std::string("/sandbox/oauth/") + what, .body = "{}"});
    }

    PortalUnderTest portal;
};

TEST_F(OAuth, SendsItsUserToTheApplicationWithACode) {
    portal.engine.settings.redirect_uri = "http://127.0.0.1:7777/back?x=1";
    const WebReply reply = authorize();
    EXPECT_EQ(reply.status, 302);
    EXPECT_TRUE(reply.location.starts_with("http://127.0.0.1:7777/back?x=1&code=")) << reply.location;
    EXPECT_EQ(parameter_in(reply.location, "state"), "s&1");
    EXPECT_EQ(parameter_in(reply.location, "domain"), "portal.test:8025");
    EXPECT_EQ(parameter_in(reply.location, "member_id"), portal.engine.settings.member_id);
    EXPECT_EQ(parameter_in(reply.location, "scope"), "crm,catalog");
    EXPECT_TRUE(authorize("&redirect_uri=http://localhost/other")
                    .location.starts_with("http://localhost/other?code="));
}

TEST_F(OAuth, ShowsTheCodeWhereThereIsNowhereToGoAndRefusesWhenTold) {
    const WebReply shown = authorize();
    EXPECT_EQ(shown.status, 200);
    EXPECT_NE(shown.body.find("<code id=\"code\">"), std::string::npos);
    EXPECT_NE(shown.body.find("s&#38;1"), std::string::npos);
    portal.engine.settings.consent = false;
    EXPECT_EQ(authorize().status, 403);
    const WebReply refused = authorize("&redirect_uri=http://localhost/");
    EXPECT_EQ(parameter_in(refused.location, "error"), "access_denied");
    EXPECT_EQ(parameter_in(refused.location, "state"), "s&1");
    EXPECT_TRUE(parameter_in(refused.location, "code").empty());
    EXPECT_EQ(get("/oauth/authorize/?client_id=other").status, 400);
}

TEST_F(OAuth, GivesTokensForACodeOnce) {
    const std::string code = parameter_in(authorize("&redirect_uri=http://localhost/").location, "code");
    const std::string asked =
        "/oauth/token/?grant_type=authorization_code&client_id=local.practice&"
        "client_secret=practice-secret&code=" +
        code;
    const Json answer = Json::parse(get(asked).body);
    for (const char* name : {"access_token", "refresh_token", "server_endpoint", "client_endpoint",
                             "member_id", "domain", "expires", "expires_in", "scope", "user_id", "status"})
        EXPECT_TRUE(answer.contains(name)) << name;
    EXPECT_EQ(answer["client_endpoint"], "http://portal.test:8025/rest/");
    EXPECT_EQ(answer["expires_in"], 3600);
    EXPECT_EQ(call(answer).status, 200);
    const WebReply again = get(asked);
    EXPECT_EQ(again.status, 400);
    EXPECT_EQ(error_in(again), "invalid_grant");
}

TEST_F(OAuth, ACodeAndASecretHaveToBeRight) {
    portal.engine.settings.code_seconds = 0;
    const std::string late = parameter_in(authorize("&redirect_uri=http://localhost/").location, "code");
    EXPECT_EQ(error_in(token("grant_type=authorization_code&code=" + late)), "invalid_grant");
    EXPECT_EQ(error_in(token("grant_type=password")), "invalid_request");
    const WebReply stranger =
        get("/oauth/token?grant_type=refresh_token&client_id=local.practice&client_secret=no");
    EXPECT_EQ(stranger.status, 401);
    EXPECT_EQ(error_in(stranger), "invalid_client");
    EXPECT_EQ(get("/oauth/other/").status, 404);
}

TEST_F(OAuth, ARefreshChangesBothTokensAndTakesTheOldOneOnce) {
    const Json first = tokens();
    const Json second = refreshed(first);
    EXPECT_NE(second["access_token"], first["access_token"]);
    EXPECT_NE(second["refresh_token"], first["refresh_token"]);
    EXPECT_EQ(call(second).status, 200);
    EXPECT_EQ(refreshed(first)["error"], "invalid_grant");
    portal.engine.settings.refresh_once = false;
    EXPECT_TRUE(refreshed(second).contains("access_token"));
    EXPECT_TRUE(refreshed(second).contains("access_token"));
    portal.engine.settings.refresh_seconds = 0;
    EXPECT_EQ(refreshed(tokens())["error"], "invalid_grant") << "too old";
}

TEST_F(OAuth, ATokenExpiresByTheClockAndByCount) {
    portal.engine.settings.token_seconds = 0;
    const WebReply late = call(tokens());
    EXPECT_EQ(late.status, 401);
    EXPECT_EQ(error_in(late), "expired_token");
    portal.engine.settings.token_seconds = 3600;
    portal.engine.settings.token_requests = 2;
    const Json pair = tokens();
    EXPECT_EQ(call(pair).status, 200);
    EXPECT_EQ(call(pair).status, 200);
    EXPECT_EQ(error_in(call(pair)), "expired_token");
    EXPECT_EQ(call(refreshed(pair)).status, 200);
}

TEST_F(OAuth, ATokenComesInTheQueryTheBodyOrTheHeader) {
    const std::string access = tokens()["access_token"];
    EXPECT_EQ(portal.get("/rest/profile.json?auth=" + access).status, 200);
    const auto with_header = [&](const std::string& header) {
        return answer_rest(portal.engine, {.target = "/rest/profile/", .authorization = header});
    };
    EXPECT_EQ(with_header("Bearer " + access).status, 200);
    EXPECT_EQ(with_header("bearer  " + access).status, 200);
    EXPECT_EQ(error_in(with_header("Bearer x")), "invalid_token");
    EXPECT_EQ(error_in(with_header("Basic " + access)), "NO_AUTH_FOUND");
    EXPECT_EQ(portal.get("/rest/1/practice/profile?auth=nonsense").status, 200) << "the webhook needs none";
}

TEST_F(OAuth, AnApplicationMayAskAboutItselfButHasNoEvents) {
    const Json pair = tokens();
    EXPECT_EQ(Json::parse(call(pair, "app.info").body)["result"]["STATUS"], "L");
    EXPECT_EQ(error_in(call(pair, "event.bind")), "ACCESS_DENIED");
    const Json refused = portal.call("event.bind");
    EXPECT_EQ(refused["error_description"], "Access denied! Application context required");
}

TEST_F(OAuth, TokensCanBeEndedFromOutside) {
    const Json pair = tokens();
    EXPECT_EQ(control("expire").status, 200);
    EXPECT_EQ(error_in(call(pair)), "expired_token");
    const Json next = refreshed(pair);
    EXPECT_EQ(call(next).status, 200);
    EXPECT_EQ(control("revoke").status, 200);
    EXPECT_EQ(error_in(call(next)), "invalid_token");
    EXPECT_EQ(refreshed(next)["error"], "invalid_grant");
    const Json issued = Json::parse(control("issue").body);
    EXPECT_EQ(call(issued).status, 200);
    const Json counts = Json::parse(answer_control(portal.engine, {.target = "/sandbox/oauth"}).body);
    EXPECT_EQ(counts["issued"], 3);
    EXPECT_EQ(counts["refreshed"], 1);
    EXPECT_EQ(counts["refused"], 1);
    EXPECT_EQ(control("nonsense").status, 404);
}

TEST_F(OAuth, TheAnswerOfARefreshCanBeLost) {
    const Json pair = tokens();
    portal.engine.faults.add(Json::parse(
        R"([{"action":"drop_before"},{"action":"drop_after","match":{"method":"oauth.token"}}])"));
    const std::string form =
        "grant_type=refresh_token&refresh_token=" + pair.at("refresh_token").get<std::string>();
    EXPECT_TRUE(token(form).dropped);
    EXPECT_EQ(error_in(token(form)), "invalid_grant") << "it was used, though nobody saw the answer";
    EXPECT_TRUE(call(pair).dropped) << "a rule without a method is meant for REST";
}

TEST_F(OAuth, TheFaultExpiredTokenLastsUntilTheRefresh) {
    const Json pair = tokens();
    portal.engine.faults.add(Json::parse(R"({"action":"expired_token","match":{"request":2}})"));
    EXPECT_EQ(call(pair).status, 200);
    EXPECT_EQ(error_in(call(pair)), "expired_token");
    EXPECT_EQ(error_in(call(pair)), "expired_token");
    EXPECT_EQ(call(refreshed(pair)).status, 200);
}

TEST_F(OAuth, TokensOutliveTheProgramWithItsState) {
    const Json pair = tokens();
    PortalUnderTest other;
    other.engine.load(portal.engine.dump());
    EXPECT_EQ(other.get("/rest/profile?auth=" + pair["access_token"].get<std::string>()).status, 200);
    EXPECT_NE(issued_tokens(other.engine, 1, "h")["access_token"], pair["access_token"]);
    Json broken = portal.engine.dump();
    broken["tokens"].erase("next");
    EXPECT_THROW(other.engine.load(broken), Refusal);
}

}  // namespace
}  // namespace obmen::sandbox
