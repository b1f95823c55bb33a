#include <signal.h>

#include <array>
#include <thread>
#include <vector>

#include "endpoint/sftp_setup.hpp"
#include "portal/loopback_server.hpp"
#include "servers/server_process.hpp"

namespace obmen::endpoint {
namespace {

using portal::test::Connection;
using portal::test::LoopbackServer;
using test::Failure;
using test::failure_of;
using test::fetched;
using test::has;
using test::SftpSetup;
using tests::OpenSshOptions;
using tests::OpenSshServer;

#define SKIP_WITHOUT_SSHD()                       \
    if (!OpenSshServer::why_not().empty()) {      \
        GTEST_SKIP() << OpenSshServer::why_not(); \
    }

/// What a listing of a server on `port` fails with, by a clock on which seconds take 50 ms.
Failure listing_fails(int port) {
    config::EndpointSettings settings;
    settings.url = "sftp://courier@127.0.0.1:" + std::to_string(port) + "/";
    settings.known_hosts = "/nonexistent";
    settings.password = Secret("the-password");
    SystemClock clock(0.05);
    SilentLog log;
    const auto endpoint = open_sftp_endpoint(settings, parse_address(settings.url), {clock, log});
    return failure_of([&] { (void)endpoint->list({}); });
}

TEST(SftpConnection, ThatIsRefusedSilentOrNotSshIsNoAnswer) {
    const Failure refused = listing_fails(tests::free_port());
    EXPECT_EQ(refused.code, "SRC-CONNECT");
    EXPECT_EQ(refused.failure_class, FailureClass::temporary);
    EXPECT_TRUE(has(refused.text, "Connection refused")) << refused.text;

    LoopbackServer silent([](Connection& connection) { (void)connection.read_request(); });
    const Failure unanswered = listing_fails(silent.port());
    EXPECT_EQ(unanswered.code, "SRC-CONNECT");
    EXPECT_TRUE(has(unanswered.text, "no answer within 30 s")) << unanswered.text;

    for (const std::string greeting : {"", "220 FTP server\r\n", "SSH-2.0-x\r\n", "SSH-2.0-x\r\n\x01\x02"}) {
        LoopbackServer other([&](Connection& connection) { connection.send_text(greeting); });
        EXPECT_EQ(listing_fails(other.port()).code, "SRC-CONNECT") << greeting;
    }
}

TEST(SftpConnection, WithoutAUserIsRefusedAtOnce) {
    SystemClock clock;
    SilentLog log;
    const Failure failure = failure_of([&] {
        (void)open_sftp_endpoint({}, parse_address("sftp://example.com/export"), {clock, log});
    });
    EXPECT_EQ(failure.code, "SRC-URL");
    EXPECT_EQ(failure.failure_class, FailureClass::bad_config);
}

TEST(SftpConnection, FindsTheAddressThatAnswers) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    config::EndpointSettings settings = setup.settings();
    const std::string port = std::to_string(setup.server.port());
    settings.url = "sftp://" + setup.server.user() + "@localhost:" + port + setup.server.folder().string();
    const std::string key = tests::read_file(setup.server.host_key("ed25519").string() + ".pub");
    settings.known_hosts = setup.file("known", "[localhost]:" + port + " " + key);
    EXPECT_EQ(failure_of([&] { (void)setup.open(settings)->list({}); }).text, "");
}

TEST(SftpConnection, WithoutTheServiceSaysSo) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup(OpenSshOptions{.config = {"ForceCommand /bin/false"}}, 0.05);
    config::EndpointSettings settings = setup.settings();
    settings.connect_seconds = 1'000;
    const Failure failure = failure_of([&] { (void)setup.open(settings)->list({}); });
    EXPECT_EQ(failure.code, "SRC-PROTOCOL");
    EXPECT_TRUE(has(failure.text, "the SFTP service gave no answer")) << failure.text;
}

TEST(SftpConnection, OutlivesChangesOfItsKeys) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup(OpenSshOptions{.config = {"RekeyLimit 1M"}});
    const std::string bytes(8'000'000, 'k');
    const auto endpoint = setup.open();
    endpoint->store("big", setup.file("big", bytes));
    EXPECT_TRUE(fetched(*endpoint, "big") == bytes);
}

TEST(SftpConnection, OfSeveralThreadsDoNotMeet) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    const std::string bytes(2'000'000, 't');
    tests::write_file(setup.server.folder() / "big", bytes);
    std::array<std::string, 4> got;
    std::vector<std::thread> threads;
    for (std::string& one : got) {
        threads.emplace_back([&] { one = fetched(*setup.open(), "big"); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const std::string& one : got) {
        EXPECT_TRUE(one == bytes);
    }
}

/// A server on a clock whose seconds take 20 ms, with a file that takes more than one block.
class SftpTroubles : public testing::Test {
  protected:
    void SetUp() override {
        if (!OpenSshServer::why_not().empty()) {
            GTEST_SKIP() << OpenSshServer::why_not();
        }
        m_setup = std::make_unique<SftpSetup>(OpenSshOptions{}, 0.02);
        tests::write_file(m_setup->server.folder() / "big", std::string(30'000'000, 'x'));
        tests::write_file(m_setup->server.folder() / "sub/inner", "1");
        config::EndpointSettings settings = m_setup->settings();
        settings.connect_seconds = 1'000;
        settings.stall_seconds = 10'000;
        m_endpoint = m_setup->open(settings);
    }
    void TearDown() override { m_endpoint.reset(); }

    /// Fetches the big file, and does something when the first block has come.
    Failure fetch_with(const std::function<void()>& trouble) {
        bool first = true;
        return failure_of([&] {
            m_endpoint->fetch("big", [&](std::string_view) {
                if (std::exchange(first, false)) {
                    trouble();
                }
            });
        });
    }

    void expect_recovery() { EXPECT_EQ(fetched(*m_endpoint, "big").size(), 30'000'000U); }

    std::unique_ptr<SftpSetup> m_setup;
    std::unique_ptr<Endpoint> m_endpoint;
};

TEST_F(SftpTroubles, AServerThatStandsStillIsLeft) {
    config::EndpointSettings settings = m_setup->settings();
    settings.connect_seconds = 1'000;
    settings.stall_seconds = 150;  // 3 s
    m_endpoint = m_setup->open(settings);
    const Failure failure = fetch_with([&] { m_setup->server.signal(SIGSTOP); });
    EXPECT_EQ(failure.code, "SRC-STALLED");
    EXPECT_EQ(failure.failure_class, FailureClass::temporary);
    EXPECT_TRUE(has(failure.text, "not one byte within 150 s")) << failure.text;
    m_setup->server.signal(SIGCONT);
    EXPECT_TRUE(m_endpoint->look("big"));
}

TEST_F(SftpTroubles, AnIdleConnectionToAServerThatStandsStillIsClosedAtOnce) {
    EXPECT_TRUE(m_endpoint->look("big"));
    m_setup->server.signal(SIGSTOP);
    m_endpoint->disconnect();
    m_setup->server.signal(SIGCONT);
    expect_recovery();
}

TEST_F(SftpTroubles, TheEndOfTheProcessEndsAnyWait) {
    const Failure failure = fetch_with([&] { m_setup->interrupted = true; });
    EXPECT_EQ(failure.code, "SYS-INTERRUPTED");
    EXPECT_EQ(failure_of([&] { (void)m_endpoint->list({}); }).code, "SYS-INTERRUPTED");
    m_setup->interrupted = false;
    expect_recovery();

    std::thread signal;
    const Failure waiting = fetch_with([&] {
        m_setup->server.signal(SIGSTOP);
        signal = std::thread([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            m_setup->interrupted = true;
        });
    });
    signal.join();
    EXPECT_EQ(waiting.code, "SYS-INTERRUPTED");
}

TEST_F(SftpTroubles, ABrokenConnectionFailsOnceAndIsMadeAgain) {
    EXPECT_EQ(fetch_with([&] { m_setup->server.kill_sessions(); }).code, "SRC-CONNECT");
    expect_recovery();
    const Failure listing = failure_of([&] {
        (void)m_endpoint->list({.depth = 2, .enters = [&](std::string_view) {
                                    m_setup->server.kill_sessions();
                                    return true;
                                }});
    });
    EXPECT_EQ(listing.code, "SRC-CONNECT");
    EXPECT_EQ(m_endpoint->list({.depth = 2, .enters = {}}).entries.size(), 2U);
    m_setup->server.kill_sessions();
    expect_recovery();
    m_setup->server.stop();
    EXPECT_EQ(failure_of([&] { (void)m_endpoint->list({}); }).code, "SRC-CONNECT");
}

}  // namespace
}  // namespace obmen::endpoint
