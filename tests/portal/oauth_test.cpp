#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "fakes.hpp"
#include "harness/temporary_directory.hpp"
#include "portal/oauth.hpp"
#include "portal/token_keeper.hpp"
#include "support/error.hpp"

namespace obmen::portal::test {
namespace {

OAuthApplication application() {
    return {
        .portal = "https://example.bitrix24.ru", .client_id = "local.1", .client_secret = Secret("s e&cret")};
}

std::string pair_of_tokens(const std::string& number) {
    return nlohmann::json{{"access_token", "access" + number},
                          {"refresh_token", "refresh" + number},
                          {"client_endpoint", "https://example.bitrix24.ru/rest/"},
                          {"server_endpoint", "https://oauth.bitrix24.tech/rest/"},
                          {"member_id", "m1"},
                          {"scope", "crm,catalog"},
                          {"user_id", 1}}
        .dump();
}

std::string code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return std::string(error.finding().message.code.text());
    }
    return "nothing was thrown";
}

TEST(OAuth, TheAuthorisationServerFollowsThePortalsDomainAndTheSetting) {
    OAuthApplication app = application();
    EXPECT_EQ(authorisation_server(app), "https://oauth.bitrix24.tech");
    app.portal = "https://example.bitrix24.de/";
    EXPECT_EQ(authorisation_server(app), "https://oauth.bitrix.info");
    EXPECT_EQ(authorisation_url(app, "a b"),
              "https://example.bitrix24.de/oauth/authorize/?client_id=local.1&state=a%20b");
    app.server = "http://127.0.0.1:8025/";
    EXPECT_EQ(authorisation_server(app), "http://127.0.0.1:8025");
}

TEST(OAuth, ACodeIsReadFromWhatAPersonPastes) {
    EXPECT_EQ(sign_in_code(" abc123\n").value().code, "abc123");
    const auto code = sign_in_code(
        "http://127.0.0.1:8765/?code=x9&state=s%2F1&domain=e.bitrix24.ru&server_domain="
        "oauth.bitrix.info#top");
    ASSERT_TRUE(code);
    EXPECT_EQ(code->code, "x9");
    EXPECT_EQ(code->state, "s/1");
    EXPECT_EQ(server_for(application(), *code), "https://oauth.bitrix.info");
    EXPECT_FALSE(sign_in_code("http://127.0.0.1:8765/?error=access_denied"));
    EXPECT_FALSE(sign_in_code("not a code"));
    EXPECT_FALSE(sign_in_code(""));
}

TEST(OAuth, TheSecretGoesToNobodyThatARedirectNames) {
    EXPECT_EQ(server_for(application(), {"c", "", "evil.example"}), "https://oauth.bitrix24.tech");
}

TEST(OAuth, SecretsTravelInTheBodyNotInTheAddress) {
    const TokenRequest request = code_request(application(), "https://oauth.bitrix.info", "c1");
    EXPECT_EQ(request.url, "https://oauth.bitrix.info/oauth/token/");
    EXPECT_EQ(request.form.reveal(),
              "grant_type=authorization_code&client_id=local.1&client_secret=s%20e%26cret&code=c1");
}

TEST(OAuth, AnswersAreTokensOrRefusals) {
    const UtcTime now{std::chrono::seconds(1'800'000'000)};
    const TokenAnswer fine = read_token_answer(answered(200, pair_of_tokens("1")), now);
    ASSERT_TRUE(std::holds_alternative<OAuthTokens>(fine));
    const auto& tokens = std::get<OAuthTokens>(fine);
    EXPECT_EQ(tokens.access.reveal(), "access1");
    EXPECT_EQ(tokens.server, "https://oauth.bitrix24.tech");
    EXPECT_EQ(tokens.client_endpoint, "https://example.bitrix24.ru/rest/");
    EXPECT_EQ(tokens.issued, 1'800'000'000);

    const auto refusal = [&](const HttpAnswer& answer) {
        return std::get<TokenRefusal>(read_token_answer(answer, now));
    };
    const TokenRefusal grant =
        refusal(answered(400, R"({"error":"invalid_grant","error_description":"Invalid grant"})"));
    EXPECT_EQ(grant.reason, "invalid_grant: Invalid grant");
    EXPECT_FALSE(grant.temporary);
    EXPECT_TRUE(refusal(answered(502, "<html>", "text/html")).temporary);
    EXPECT_TRUE(refusal(answered(200, "{\"access_tok")).temporary);
    EXPECT_FALSE(refusal(answered(404, "<html>", "text/html")).temporary);
    EXPECT_TRUE(refusal(HttpAnswer{}).temporary);

    nlohmann::json plain = nlohmann::json::parse(pair_of_tokens("1"));
    plain["client_endpoint"] = "http://example.bitrix24.ru/rest/";
    EXPECT_FALSE(refusal(answered(200, plain.dump())).temporary) << "tokens would leave in the clear";
}

TEST(OAuth, TokensSurviveTheirText) {
    const auto tokens = std::get<OAuthTokens>(
        read_token_answer(answered(200, pair_of_tokens("1")), UtcTime{std::chrono::seconds(5)}));
    const auto again = tokens_of_text(to_text(tokens));
    ASSERT_TRUE(again);
    EXPECT_EQ(to_text(*again).reveal(), to_text(tokens).reveal());
    EXPECT_FALSE(tokens_of_text(Secret("[]")));
}

/// A keeper with files of its own and a server that answers from a list.
class Keeping : public ::testing::Test {
  protected:
    [[nodiscard]] SealedFile file() const { return {m_directory / "tokens", m_directory / "key"}; }

    [[nodiscard]] TokenKeeper keeper(std::deque<HttpAnswer> answers) {
        m_answers = std::move(answers);
        return {application(), file(),
                [this](const Secret& url, const std::string& form) {
                    m_sent.push_back(url.reveal() + " " + form);
                    HttpAnswer answer = m_answers.front();
                    m_answers.pop_front();
                    return answer;
                },
                m_clock};
    }

    tests::TemporaryDirectory m_directory;
    FakeClock m_clock;
    std::deque<HttpAnswer> m_answers;
    std::vector<std::string> m_sent;
};

TEST_F(Keeping, NobodyIsSignedInAtFirst) {
    TokenKeeper tokens = keeper({});
    EXPECT_EQ(code_of([&] { static_cast<void>(tokens.current()); }), "B24-SIGN-IN");
}

TEST_F(Keeping, ThePairOfASignInIsThereForTheNextProcess) {
    EXPECT_EQ(keeper({answered(200, pair_of_tokens("1"))}).sign_in({"c1", "", ""}).access.reveal(),
              "access1");
    EXPECT_EQ(keeper({}).current().refresh.reveal(), "refresh1");
}

TEST_F(Keeping, AnExpiredTokenIsRenewedOnceAndTheNewPairKept) {
    TokenKeeper tokens = keeper({answered(200, pair_of_tokens("1")), answered(200, pair_of_tokens("2"))});
    const Secret expired = tokens.sign_in({"c1", "", ""}).access;
    EXPECT_EQ(tokens.renew(expired).access.reveal(), "access2");
    EXPECT_EQ(tokens.renew(expired).access.reveal(), "access2") << "somebody has renewed it already";
    ASSERT_EQ(m_sent.size(), 2U);
    EXPECT_NE(m_sent[1].find("refresh_token=refresh1"), std::string::npos);
    EXPECT_EQ(keeper({}).current().refresh.reveal(), "refresh2");
}

TEST_F(Keeping, ManyWhoFindATokenExpiredAskForOneRenewal) {
    TokenKeeper tokens = keeper({answered(200, pair_of_tokens("1")), answered(200, pair_of_tokens("2"))});
    const Secret expired = tokens.sign_in({"c1", "", ""}).access;
    std::vector<std::thread> many;
    std::vector<std::string> got(8);
    for (std::string& access : got) {
        many.emplace_back([&] { access = tokens.renew(expired).access.reveal(); });
    }
    for (std::thread& one : many) {
        one.join();
    }
    EXPECT_EQ(got, std::vector<std::string>(8, "access2"));
    EXPECT_EQ(m_sent.size(), 2U);
}

TEST_F(Keeping, AServerThatDoesNotAnswerIsAskedThreeTimesAndThePairStays) {
    static_cast<void>(keeper({answered(200, pair_of_tokens("1"))}).sign_in({"c1", "", ""}));
    TokenKeeper tokens = keeper({HttpAnswer{}, answered(503, "", "text/html"), HttpAnswer{}});
    EXPECT_EQ(code_of([&] { tokens.renew(Secret("access1")); }), "B24-UNREACHABLE");
    EXPECT_TRUE(m_answers.empty());
    EXPECT_EQ(tokens.current().refresh.reveal(), "refresh1");
}

TEST_F(Keeping, ARefusedRenewalNeedsAPerson) {
    static_cast<void>(keeper({answered(200, pair_of_tokens("1"))}).sign_in({"c1", "", ""}));
    TokenKeeper tokens = keeper({answered(400, R"({"error":"invalid_grant"})")});
    EXPECT_EQ(code_of([&] { tokens.renew(Secret("access1")); }), "B24-SIGN-IN-AGAIN");
}

TEST_F(Keeping, ACodeThatIsRefusedIsSentOnce) {
    EXPECT_EQ(code_of([&] {
                  keeper({answered(400, R"({"error":"bad_verification_code"})")}).sign_in({"c1", "", ""});
              }),
              "B24-SIGN-IN-CODE");
    EXPECT_EQ(m_sent.size(), 1U);
}

TEST_F(Keeping, TheFileTellsNothingWithoutItsKey) {
    static_cast<void>(keeper({answered(200, pair_of_tokens("1"))}).sign_in({"c1", "", ""}));
    const std::string sealed = tests::read_file(m_directory / "tokens");
    EXPECT_EQ(sealed.find("refresh1"), std::string::npos);
    EXPECT_EQ(sealed.find("bitrix24"), std::string::npos);
    for (const char* name : {"tokens", "key", "tokens.lock"}) {
        struct stat info {};
        ASSERT_EQ(::stat((m_directory / name).c_str(), &info), 0) << name;
        EXPECT_EQ(info.st_mode & 0777U, 0600U) << name;
    }
    std::filesystem::rename(m_directory / "key", m_directory / "former");
    EXPECT_EQ(code_of([&] { static_cast<void>(file().read()); }), "SYS-SEALED");
    tests::write_file(m_directory / "key", std::string(32, 'x'));
    ::chmod((m_directory / "key").c_str(), 0600);
    EXPECT_EQ(code_of([&] { static_cast<void>(file().read()); }), "SYS-SEALED");
    ::chmod((m_directory / "key").c_str(), 0640);
    EXPECT_EQ(code_of([&] { static_cast<void>(file().read()); }), "SYS-KEY-READABLE");
}

TEST_F(Keeping, ADamagedFileIsRefused) {
    file().write(Secret("text"));
    EXPECT_EQ(file().read().value().reveal(), "text");
    std::string sealed = tests::read_file(m_directory / "tokens");
    sealed.back() = static_cast<char>(sealed.back() ^ 1);
    tests::write_file(m_directory / "tokens", sealed);
    EXPECT_EQ(code_of([&] { static_cast<void>(file().read()); }), "SYS-SEALED");
    tests::write_file(m_directory / "tokens", "");
    EXPECT_EQ(code_of([&] { static_cast<void>(file().read()); }), "SYS-SEALED");
    file().remove();
    EXPECT_FALSE(file().read());
}

}  // namespace
}  // namespace obmen::portal::test
