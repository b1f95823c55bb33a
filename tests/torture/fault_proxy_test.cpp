#include "fault_proxy/fault_proxy.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "fault_proxy/passive_mode.hpp"

namespace obmen::fault_proxy {
namespace {

/// Says to each caller `greeting`, and keeps what the caller says until it goes.
class Server {
  public:
    explicit Server(std::string greeting) : m_greeting(std::move(greeting)), m_listener(listening(m_port)) {
        m_thread = std::thread([this] { serve(); });
    }
    ~Server() {
        m_ends = true;
        m_thread.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    [[nodiscard]] int port() const { return m_port; }

  private:
    void serve() {
        while (!m_ends) {
            if (const Socket caller = accepted(m_listener); caller.is_open()) {
                static_cast<void>(send_all(caller, m_greeting));
                ::shutdown(caller.number(), SHUT_WR);
                std::array<char, 1000> block{};
                while (::recv(caller.number(), block.data(), block.size(), 0) > 0) {
                }
            }
        }
    }
    int m_port = 0;
    std::string m_greeting;
    Socket m_listener;
    std::atomic<bool> m_ends = false;
    std::thread m_thread;
};

struct Answer {
    std::string bytes;
    bool was_reset = false;
    int pieces = 0;
};

Answer ask(int port) {
    const Socket socket = connected_to(port);
    Answer answer;
    if (!socket.is_open()) {
        answer.was_reset = true;
        return answer;
    }
    std::array<char, 1000> block{};
    ssize_t size = 0;
    while ((size = ::recv(socket.number(), block.data(), block.size(), 0)) > 0) {
        answer.bytes.append(block.data(), static_cast<std::size_t>(size));
        ++answer.pieces;
    }
    answer.was_reset = size < 0;
    return answer;
}

const std::string greeting(300, 'x');

TEST(FaultProxy, PassesEverythingWhereNothingIsOrdered) {
    const Server server(greeting);
    const FaultProxy proxy(server.port());
    EXPECT_EQ(ask(proxy.port()).bytes, greeting);
    EXPECT_EQ(ask(proxy.port()).bytes, greeting);
    EXPECT_EQ(proxy.connections(), 2U);
    EXPECT_EQ(proxy.acted(), 0U);
}

TEST(FaultProxy, CutsResetsAndCorruptsAtTheByte) {
    const Server server(greeting);
    FaultProxy proxy(server.port());
    proxy.order({.action = Action::cut, .connection = 2, .byte = 100});
    proxy.order({.action = Action::reset, .connection = 3, .byte = 7});
    proxy.order({.action = Action::corrupt, .connection = 4, .byte = 10});
    proxy.order({.action = Action::refuse, .connection = 5});
    EXPECT_EQ(ask(proxy.port()).bytes, greeting);
    const Answer cut = ask(proxy.port());
    EXPECT_EQ(cut.bytes.size(), 100U);
    EXPECT_TRUE(ask(proxy.port()).bytes.size() <= 7U) << "a reset may also drop what was on its way";
    std::string corrupted = greeting;
    corrupted[10] = 'y';
    EXPECT_EQ(ask(proxy.port()).bytes, corrupted);
    EXPECT_TRUE(ask(proxy.port()).bytes.empty());
    EXPECT_EQ(ask(proxy.port()).bytes, greeting);
    EXPECT_EQ(proxy.acted(), 4U);
}

TEST(FaultProxy, SlicesStallsUntilClearedAndGoesDown) {
    const Server server(greeting);
    FaultProxy proxy(server.port());
    proxy.order({.action = Action::slice, .times = 1});
    const Answer sliced = ask(proxy.port());
    EXPECT_EQ(sliced.bytes, greeting);
    proxy.order({.action = Action::stall, .byte = 5, .times = 1});
    std::thread clears([&] {
        while (proxy.acted() < 2) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        proxy.clear();
    });
    EXPECT_EQ(ask(proxy.port()).bytes, greeting);
    clears.join();
    proxy.set_down(true);
    EXPECT_TRUE(ask(proxy.port()).was_reset);
    proxy.set_down(false);
    EXPECT_EQ(ask(proxy.port()).bytes, greeting);
}

TEST(FaultProxy, DrawsTheSameForTheSameSeed) {
    const Draw draw{.seed = 7, .share = 0.5};
    int met = 0;
    for (unsigned n = 1; n <= 200; ++n) {
        const auto once = drawn(draw, n);
        const auto again = drawn(draw, n);
        ASSERT_EQ(once.has_value(), again.has_value());
        if (once) {
            ++met;
            EXPECT_EQ(once->action, again->action);
            EXPECT_EQ(once->byte, again->byte);
        }
    }
    EXPECT_GT(met, 60);
    EXPECT_LT(met, 140);
}

TEST(FaultProxy, ReadsRulesAsTheyAreTyped) {
    Rule rule;
    EXPECT_EQ(read_rule("corrupt connection=2 kind=data direction=to-server byte=1000 times=3", rule), "");
    EXPECT_EQ(rule.action, Action::corrupt);
    EXPECT_EQ(rule.kind, Kind::data);
    EXPECT_EQ(rule.direction, Direction::to_server);
    EXPECT_EQ(rule.byte, 1000U);
    EXPECT_EQ(rule.times, 3U);
    EXPECT_NE(read_rule("explode", rule), "");
    EXPECT_NE(read_rule("cut byte=many", rule), "");
}

TEST(FaultProxy, ReplacesThePortsOfPassiveMode) {
    PassiveMode passive([](int port) { return port + 1; });
    EXPECT_EQ(passive.pass("227 Entering Passive Mode (10,0,0,5,4,1)"), "");
    EXPECT_EQ(passive.pass(".\r\n220 hello\r\n"),
              "227 Entering Passive Mode (127,0,0,1,4,2).\r\n220 hello\r\n");
    EXPECT_EQ(passive.pass("229 Entering Extended Passive Mode (|||5000|)\r\n"),
              "229 Entering Extended Passive Mode (|||5001|)\r\n");
    EXPECT_EQ(passive.pass("234 go ahead\r\n"), "234 go ahead\r\n");
    EXPECT_EQ(passive.pass("229 (|||5000|)"), "229 (|||5000|)") << "encrypted from here on";
}

}  // namespace
}  // namespace obmen::fault_proxy
