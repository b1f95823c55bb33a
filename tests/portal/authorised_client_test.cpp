#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fakes.hpp"
#include "portal/client.hpp"
#include "support/error.hpp"

namespace obmen::portal::test {
namespace {

const char* const fine =
    R"({"result":{"result":{"c0":true},"result_error":[],"result_total":[],"result_next":[]}})";

HttpAnswer expired() {
    return answered(
        401, R"({"error":"expired_token","error_description":"The access token provided has expired."})");
}

HttpAnswer moved(const std::string& location) {
    HttpAnswer answer = answered(302, "<html>", "text/html");
    answer.location = location;
    return answer;
}

/// A client of an application, with tokens from a list.
class AuthorisedClient : public ::testing::Test {
  protected:
    BatchAnswer ask(std::deque<HttpAnswer> answers) {
        m_transport = std::make_unique<FakeTransport>(std::move(answers));
        ClientOptions options;
        options.tokens =
            TokenSource{.current = [this] { return Secret(m_token); },
                        .renewed =
                            [this](const Secret& refused) {
                                m_refused.push_back(refused.reveal());
                                if (m_failure) {
                                    throw Error(*m_failure, Message{"B24-SIGN-IN-AGAIN", {"p", "r"}});
                                }
                                m_token = "second";
                                return Secret(m_token);
                            }};
        Client client(PortalAddress::of_application("https://example.bitrix24.ru/rest/"), *m_transport,
                      m_clock, m_log, options);
        return client.batch({Command{.method = "profile", .parameters = {}}});
    }
    [[nodiscard]] std::string token_of(std::size_t request) const {
        return nlohmann::json::parse(m_transport->bodies.at(request)).value("auth", "");
    }

    std::string m_token = "first";
    std::vector<std::string> m_refused;
    std::optional<FailureClass> m_failure;
    std::unique_ptr<FakeTransport> m_transport;
    FakeClock m_clock;
    MemoryLog m_log;
};

TEST_F(AuthorisedClient, CarriesTheTokenInTheBody) {
    EXPECT_TRUE(std::holds_alternative<BatchDone>(ask({answered(200, fine)})));
    EXPECT_EQ(m_transport->urls.front(), "https://example.bitrix24.ru/rest/batch");
    EXPECT_EQ(token_of(0), "first");
}

TEST_F(AuthorisedClient, RenewsAnExpiredTokenOnceAndSendsAgain) {
    EXPECT_TRUE(std::holds_alternative<BatchDone>(ask({expired(), answered(200, fine)})));
    EXPECT_EQ(m_refused, std::vector<std::string>{"first"});
    ASSERT_EQ(m_transport->bodies.size(), 2U);
    EXPECT_EQ(token_of(1), "second");
}

TEST_F(AuthorisedClient, ATokenThatExpiresAgainIsForAPerson) {
    const BatchAnswer answer = ask({expired(), expired()});
    ASSERT_TRUE(std::holds_alternative<BatchRefused>(answer));
    EXPECT_EQ(std::get<BatchRefused>(answer).why, Refusal::person);
    EXPECT_EQ(std::get<BatchRefused>(answer).reason.code.text(), "B24-SIGN-IN-AGAIN");
    EXPECT_EQ(m_transport->bodies.size(), 2U);
}

TEST_F(AuthorisedClient, AFailedRenewalSaysWhetherItWillPass) {
    m_failure = FailureClass::bad_config;
    EXPECT_EQ(std::get<BatchRefused>(ask({expired()})).why, Refusal::person);
    m_failure = FailureClass::temporary;
    EXPECT_EQ(std::get<BatchRefused>(ask({expired()})).why, Refusal::unreachable);
}

TEST_F(AuthorisedClient, ThePasswordWallOfABoxPortalIsNoExpiredToken) {
    const BatchAnswer answer = ask({answered(401, "<html>401</html>", "text/html")});
    EXPECT_EQ(std::get<BatchRefused>(answer).reason.code.text(), "B24-BASIC-WALL");
    EXPECT_TRUE(m_refused.empty());
}

TEST_F(AuthorisedClient, FollowsAPortalToItsNewNameOnce) {
    EXPECT_TRUE(std::holds_alternative<BatchDone>(
        ask({moved("https://new-name.bitrix24.ru/rest/batch"), answered(200, fine)})));
    ASSERT_EQ(m_transport->urls.size(), 2U);
    EXPECT_EQ(m_transport->urls[1], "https://new-name.bitrix24.ru/rest/batch");
    EXPECT_EQ(m_transport->bodies[0], m_transport->bodies[1]);

    const BatchAnswer again = ask({moved("https://a.bitrix24.ru/"), moved("https://b.bitrix24.ru/")});
    EXPECT_EQ(std::get<BatchRefused>(again).why, Refusal::person);
    EXPECT_EQ(m_transport->urls.size(), 2U);
}

TEST_F(AuthorisedClient, TakesItsSecretsToNoStrangers) {
    for (const char* place :
         {"https://evil.example/rest/batch", "http://new.bitrix24.ru/rest/batch",
          "https://bitrix24.ru.evil.example/", "http://127.0.0.1/rest/", "", "not an address"}) {
        EXPECT_EQ(std::get<BatchRefused>(ask({moved(place)})).why, Refusal::person) << place;
        EXPECT_EQ(m_transport->urls.size(), 1U) << place;
    }
}

TEST(MovedPortal, IsRememberedOnceItHasAnsweredThere) {
    FakeTransport transport({moved("https://parked.bitrix24.ru/"), answered(404, "<html>", "text/html"),
                             moved("https://new-name.bitrix24.ru/"), answered(200, fine)});
    FakeClock clock;
    MemoryLog log;
    Client client(PortalAddress::parse(Secret("https://example.bitrix24.ru/rest/1/code/")), transport, clock,
                  log, {});
    const std::vector<Command> commands{{.method = "profile", .parameters = {}}};
    EXPECT_FALSE(std::holds_alternative<BatchDone>(client.batch(commands)));
    EXPECT_FALSE(client.moved_to()) << "nobody answers there";
    EXPECT_TRUE(std::holds_alternative<BatchDone>(client.batch(commands)));
    ASSERT_TRUE(client.moved_to());
    EXPECT_EQ(client.moved_to()->identity(), "new-name.bitrix24.ru");
    EXPECT_EQ(transport.urls, (std::vector<std::string>{"https://example.bitrix24.ru/rest/1/code/batch",
                                                        "https://parked.bitrix24.ru/rest/1/code/batch",
                                                        "https://example.bitrix24.ru/rest/1/code/batch",
                                                        "https://new-name.bitrix24.ru/rest/1/code/batch"}));
}

TEST(MovedPortal, KeepsItsPathAndGetsAnotherIdentity) {
    const PortalAddress old = PortalAddress::parse(Secret("https://crm.firm.ru/rest/1/code/"));
    const auto address = old.moved_to("https://b24.firm.ru:8443/login");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->method_url("batch").reveal(), "https://b24.firm.ru:8443/rest/1/code/batch");
    EXPECT_EQ(address->identity(), "b24.firm.ru:8443");
    EXPECT_EQ(address->origin(), "https://b24.firm.ru:8443");
    EXPECT_FALSE(old.moved_to("https://crm.firm.ru/elsewhere")) << "the same place";
    EXPECT_TRUE(
        PortalAddress::parse(Secret("http://127.0.0.1:80/rest/1/c/")).moved_to("http://localhost:81/"));
}

TEST(MovedPortal, PlainHttpIsForThisMachineUnlessAllowed) {
    EXPECT_THROW(static_cast<void>(PortalAddress::of_application("http://box.firm.ru/rest/")), Error);
    EXPECT_EQ(PortalAddress::of_application("http://box.firm.ru/rest/", true).method_url("x").reveal(),
              "http://box.firm.ru/rest/x");
}

}  // namespace
}  // namespace obmen::portal::test
