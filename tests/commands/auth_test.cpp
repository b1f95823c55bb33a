#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "exchange.hpp"
#include "harness/export_builder.hpp"
#include "servers/server_process.hpp"

namespace obmen::tests {
namespace {

/// An exchange that signs in as the practice portal's application.
class Application : public ::testing::Test {
  protected:
    Application() {
        write_secret("secret", "practice-secret");
        settings("");
    }

    void write_secret(const std::string& name, const std::string& text) const {
        const std::filesystem::path path = m_exchange.directory() / name;
        write_file(path, text + "\n");
        std::filesystem::permissions(
            path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }

    /// `more` are further lines of [portal].
    void settings(const std::string& more) const {
        write_file(m_exchange.directory() / "settings.toml",
                   "[portal]\n" + more + "[portal.oauth]\nportal = \"" + origin() +
                       "\"\nclient_id = \"local.practice\"\nclient_secret = \"@secret\"\nserver = \"" +
                       origin() + "\"\nredirect_port = " + std::to_string(m_redirect_port) +
                       "\n[state]\ndirectory = \"state\"\n[receipts]\ndirectory = \"receipts\"\n");
    }

    [[nodiscard]] ProcessResult run(const std::string& command,
                                    const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{command, "--lang", "en", "--settings",
                                       (m_exchange.directory() / "settings.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return m_exchange.run(words);
    }

    [[nodiscard]] ProcessResult push() const { return run("push", {export_file().string()}); }

    [[nodiscard]] std::filesystem::path export_file() const {
        return m_exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(60, 2)));
    }

    /// `http://127.0.0.1:port`
    [[nodiscard]] std::string origin() const {
        const std::string url = m_exchange.sandbox().url();
        return url.substr(0, url.find("/rest/"));
    }

    /// Where the portal sends a browser that asks for `path`.
    [[nodiscard]] std::string redirect_of(const std::string& path) const {
        httplib::Client browser(origin());
        const auto reply = browser.Get(path);
        return reply ? reply->get_header_value("Location") : std::string();
    }

    void sign_in() const {
        // A busy machine may need longer than the half minute that a code lives.
        m_exchange.sandbox().post("/sandbox/settings",
                                  {{"redirect_uri", "http://127.0.0.1:9/"}, {"code_seconds", 600}});
        const std::string back = redirect_of("/oauth/authorize/?client_id=local.practice&state=s");
        const ProcessResult signed_in = run("auth", {"--code", back});
        ASSERT_EQ(signed_in.exit_code, 0) << signed_in.error;
    }

    /// No secret in any file that obmen wrote.
    void expect_no_secrets() const {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(m_exchange.directory() / "state")) {
            if (!entry.is_regular_file()) {
                continue;
            }
            const std::string bytes = read_file(entry.path());
            EXPECT_EQ(bytes.find("practice-secret"), std::string::npos) << entry.path();
            EXPECT_EQ(bytes.find("access_token"), std::string::npos) << entry.path();
        }
    }

    Exchange m_exchange{{"--time-scale", "10"}};  // a code lives for 30 seconds of the portal's
    int m_redirect_port = 8765;
};

TEST_F(Application, CannotPushBeforeItHasSignedIn) {
    const ProcessResult result = push();
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.error.find("B24-SIGN-IN"), std::string::npos) << result.error;
}

TEST_F(Application, SignsInWithAPastedAddressAndPushes) {
    sign_in();
    const ProcessResult result = push();
    ASSERT_EQ(result.exit_code, 0) << result.error << result.out;
    EXPECT_EQ(m_exchange.last_receipt().count("Товар", "Создан"), 60);
    const ProcessResult status = run("auth", {"--status"});
    EXPECT_EQ(status.exit_code, 0);
    EXPECT_NE(status.out.find(origin() + "/rest/"), std::string::npos) << status.out;
    expect_no_secrets();
}

TEST_F(Application, SignsInThroughABrowser) {
    m_redirect_port = free_port();
    settings("");
    m_exchange.sandbox().post(
        "/sandbox/settings", {{"redirect_uri", "http://127.0.0.1:" + std::to_string(m_redirect_port) + "/"}});
    Process auth({Exchange::program(), "auth", "--lang", "en", "--settings",
                  (m_exchange.directory() / "settings.toml").string()},
                 m_exchange.directory().path(), m_exchange.environment());
    std::string page;
    while (page.empty() && auth.is_running()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        for (const auto& entry : std::filesystem::directory_iterator(m_exchange.directory().path())) {
            const std::string text = entry.is_regular_file() ? read_file(entry.path()) : std::string();
            const std::size_t at = text.find("/oauth/authorize/?client_id=local.practice&state=");
            const std::size_t end = at == std::string::npos ? at : text.find('\n', at);
            if (end != std::string::npos && text.find("card:") != std::string::npos) {
                page = text.substr(at, end - at);
            }
        }
    }
    const std::string back = redirect_of(page);
    httplib::Client browser("http://127.0.0.1:" + std::to_string(m_redirect_port));
    const std::size_t path = back.find('/', back.find("://") + 3);
    ASSERT_NE(path, std::string::npos) << back;
    const auto icon = browser.Get("/favicon.ico");
    ASSERT_TRUE(icon);
    EXPECT_EQ(icon->status, 404);
    const auto reply = browser.Get(back.substr(path));
    ASSERT_TRUE(reply);
    EXPECT_NE(reply->body.find("Signed in"), std::string::npos);
    const ProcessResult result = auth.wait();
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(push().exit_code, 0);
}

TEST_F(Application, TakesNoMoreRequestsToStartThanAWebhook) {
    settings("api = \"auto\"\n");
    sign_in();
    const auto requests = [&] { return m_exchange.sandbox().verdict().at("requests").get<int>(); };
    const int before = requests();
    const auto file = m_exchange.file("import.xml", catalogue_file(sample_groups(1), {}));
    ASSERT_EQ(run("push", {file.string()}).exit_code, 0);
    EXPECT_EQ(requests() - before, 2 + 1) << "which family, what the portal has, the new section";
}

TEST_F(Application, RenewsATokenThatExpiresInMidRun) {
    sign_in();
    m_exchange.sandbox().post("/sandbox/settings", {{"token_requests", 2}});
    const ProcessResult result = push();
    ASSERT_EQ(result.exit_code, 0) << result.error << result.out;
    EXPECT_GE(m_exchange.sandbox().get("/sandbox/oauth").at("refreshed").get<int>(), 1);
    EXPECT_TRUE(m_exchange.sandbox().verdict().at("duplicates").empty());
    EXPECT_EQ(m_exchange.last_receipt().count("Товар", "Создан"), 60);
}

TEST_F(Application, AnApplicationThatWasRemovedNeedsAPersonAndLosesNothing) {
    sign_in();
    m_exchange.sandbox().post("/sandbox/oauth/revoke", nlohmann::json::object());
    const ProcessResult stopped = push();
    EXPECT_EQ(stopped.exit_code, 3) << stopped.out << stopped.error;
    EXPECT_NE((stopped.out + stopped.error).find("B24-SIGN-IN-AGAIN"), std::string::npos)
        << stopped.out << stopped.error;
    sign_in();
    const ProcessResult resumed = run("push");
    EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.error;
    EXPECT_EQ(m_exchange.sandbox().rows("product").size(), 60U);
}

/// Where in a run somebody removes the application.
struct Revocation {
    const char* name;
    nlohmann::json match;  ///< the request over which it happens
    int token_requests;    ///< how long a token lasts; 0: for the whole run
};

void PrintTo(const Revocation& revocation, std::ostream* out) {
    *out << revocation.name;
}

class RevokedInMidRun : public Application, public ::testing::WithParamInterface<Revocation> {};

TEST_P(RevokedInMidRun, NeedsAPersonAndThenTheSameCommandGoesOn) {
    constexpr int count = 160;
    sign_in();
    m_exchange.sandbox().post("/sandbox/settings", {{"token_requests", GetParam().token_requests}});
    m_exchange.order_fault({{"match", GetParam().match}, {"times", 1}, {"action", "revoked_token"}});
    // More sections and products than the first list shows: what is new has to be looked up.
    for (int i = 0; i < 60; ++i) {
        m_exchange.sandbox().call("crm.product.add", {{"fields", {{"NAME", "other " + std::to_string(i)}}}},
                                  7);
    }
    const auto file =
        m_exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(count, 2)));
    const ProcessResult stopped = run("push", {file.string()});
    EXPECT_EQ(stopped.exit_code, 3) << stopped.out << stopped.error;
    EXPECT_NE((stopped.out + stopped.error).find("B24-SIGN-IN-AGAIN"), std::string::npos)
        << stopped.out << stopped.error;
    EXPECT_EQ(m_exchange.sandbox().verdict().at("faults").size(), 1U) << "it was not revoked";
    const auto made_before = m_exchange.sandbox().rows("product").size();
    EXPECT_LT(made_before, 60U + count);
    const ProcessResult still = run("push", {file.string()});
    EXPECT_NE(still.exit_code, 0) << "nobody has signed in yet";
    EXPECT_EQ(m_exchange.sandbox().rows("product").size(), made_before);

    m_exchange.sandbox().post("/sandbox/settings", {{"token_requests", 0}});
    sign_in();
    const ProcessResult resumed = run("push", {file.string()});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.error;
    EXPECT_EQ(m_exchange.sandbox().rows("product").size(), 60U + count);
    const auto verdict = m_exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_EQ(verdict.at("creations_by_kind").at("section"), 2) << verdict.dump();
    expect_no_secrets();
}

INSTANTIATE_TEST_SUITE_P(
    Over, RevokedInMidRun,
    ::testing::Values(Revocation{"ALaterBatch", {{"method", "crm.product.add"}, {"request", 2}}, 0},
                      Revocation{"ALookUp", {{"method", "crm.product.list"}, {"request", 2}}, 0},
                      Revocation{"ARefresh", {{"method", "oauth.token"}}, 3}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(Application, PassesAPasswordWall) {
    sign_in();
    m_exchange.sandbox().post("/sandbox/settings", {{"basic_user", "wall"}, {"basic_password", "pass word"}});
    const ProcessResult stopped = push();
    EXPECT_NE(stopped.exit_code, 0);
    EXPECT_NE((stopped.out + stopped.error).find("B24-BASIC-WALL"), std::string::npos)
        << stopped.out << stopped.error;
    write_secret("wall", "pass word");
    settings("basic_user = \"wall\"\nbasic_password = \"@wall\"\n");
    const ProcessResult resumed = run("push");
    EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.error;
}

TEST_F(Application, FollowsAPortalToItsNewNameAndRemembersIt) {
    sign_in();
    const std::string port = origin().substr(origin().rfind(':'));
    m_exchange.sandbox().post("/sandbox/settings", {{"renamed_to", "localhost" + port}});
    ASSERT_EQ(push().exit_code, 0);
    EXPECT_EQ(m_exchange.sandbox().rows("product").size(), 60U);
    EXPECT_TRUE(m_exchange.sandbox().verdict().at("duplicates").empty());
}

TEST_F(Application, ForgetsASignIn) {
    sign_in();
    EXPECT_EQ(run("auth", {"--forget"}).exit_code, 0);
    EXPECT_EQ(run("auth", {"--status"}).exit_code, 4);
}

}  // namespace
}  // namespace obmen::tests
