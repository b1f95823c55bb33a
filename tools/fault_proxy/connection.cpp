#include "fault_proxy/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

namespace obmen::fault_proxy {

namespace {

constexpr int glance_milliseconds = 20;

}  // namespace

Connection::Connection(Socket client, Socket server, std::vector<Rule> rules,
                       std::unique_ptr<PassiveMode> passive, const Surroundings& surroundings)
    : m_client(std::move(client)),
      m_server(std::move(server)),
      m_rules(std::move(rules)),
      m_passive(std::move(passive)),
      m_surroundings(surroundings) {}

void Connection::run() {
    Way there{.direction = Direction::to_server, .from = m_client, .to = m_server};
    Way back{.direction = Direction::to_client, .from = m_server, .to = m_client};
    bool is_alive = m_server.is_open();
    while (is_alive && !m_surroundings.ends) {
        if (m_surroundings.is_down) {
            end(true);
            return;
        }
        std::array<pollfd, 2> sides{{{.fd = m_client.number(), .events = POLLIN, .revents = 0},
                                     {.fd = m_server.number(), .events = POLLIN, .revents = 0}}};
        if (::poll(sides.data(), sides.size(), glance_milliseconds) <= 0) {
            continue;
        }
        is_alive = (sides[0].revents == 0 || pump(there)) && (sides[1].revents == 0 || pump(back));
    }
}

bool Connection::pump(Way& way) {
    std::array<char, 65'536> block{};
    const ssize_t size = ::recv(way.from.number(), block.data(), block.size(), 0);
    if (size <= 0) {
        return false;
    }
    std::string bytes(block.data(), static_cast<std::size_t>(size));
    if (m_passive && way.direction == Direction::to_client) {
        bytes = m_passive->pass(bytes);
    }
    return send(way, std::move(bytes));
}

bool Connection::send(Way& way, std::string bytes) {
    while (!bytes.empty()) {
        const std::size_t size = act(way, bytes);
        if (size == 0 || !send_all(way.to, std::string_view(bytes).substr(0, size))) {
            return false;
        }
        way.passed += size;
        bytes.erase(0, size);
    }
    return true;
}

std::size_t Connection::act(const Way& way, std::string& bytes) {
    std::size_t size = bytes.size();
    for (Rule& rule : m_rules) {
        if (rule.direction != way.direction || (rule.times == 0 && rule.action == Action::corrupt)) {
            continue;
        }
        if (rule.byte > way.passed) {
            size = std::min<std::uint64_t>(size, rule.byte - way.passed);  // up to there they pass
            continue;
        }
        if (rule.action == Action::cut || rule.action == Action::reset) {
            end(rule.action == Action::reset);
            return 0;
        }
        if (rule.action == Action::stall) {
            if (!stall(rule)) {
                return 0;
            }
            rule.byte = ~std::uint64_t{0};  // once
        } else if (rule.action == Action::corrupt) {
            bytes[0] = static_cast<char>(bytes[0] ^ 1);
            rule.times = 0;  // done
        } else if (rule.action == Action::slice) {
            size = 1;
        } else if (rule.action == Action::delay) {
            std::this_thread::sleep_for(rule.milliseconds);
        }
    }
    return size;
}

bool Connection::stall(const Rule& rule) {
    const auto until = std::chrono::steady_clock::now() + rule.milliseconds;
    while (!m_surroundings.ends && !m_surroundings.is_down &&
           m_surroundings.patience == m_surroundings.met_at &&
           (rule.milliseconds.count() == 0 || std::chrono::steady_clock::now() < until)) {
        // A client that gives up is let go: its server must not wait for ever.
        pollfd client{.fd = m_client.number(), .events = POLLRDHUP, .revents = 0};
        if (::poll(&client, 1, glance_milliseconds) > 0 &&
            (client.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
            return false;
        }
    }
    return !m_surroundings.ends && !m_surroundings.is_down;
}

void Connection::end(bool abruptly) {
    if (abruptly) {
        m_client.reset();
        m_server.reset();
        return;
    }
    m_client.close();
    m_server.close();
}

}  // namespace obmen::fault_proxy
