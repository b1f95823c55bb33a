#include "fault_proxy/fault_proxy.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "fault_proxy/connection.hpp"

namespace obmen::fault_proxy {

FaultProxy::FaultProxy(const Options& options) : m_options(options), m_port(options.port) {
    m_keeper = bound(m_port);
    m_listener = listening(m_port);
    m_serving = std::thread([this] { serve(); });
}

FaultProxy::~FaultProxy() {
    m_ends = true;
    m_serving.join();
    while (true) {  // a control connection may open another thread for its data while it ends
        std::list<std::thread> ending;
        {
            const std::lock_guard lock(m_mutex);
            ending.swap(m_passing);
        }
        if (ending.empty()) {
            return;
        }
        std::ranges::for_each(ending, &std::thread::join);
    }
}

void FaultProxy::clear() {
    m_rules.clear();
    ++m_patience;
}

void FaultProxy::set_down(bool down) {
    const std::lock_guard lock(m_mutex);
    m_is_down = down;
    if (down) {
        m_listener.close();
    } else if (!m_listener.is_open()) {
        m_listener = listening(m_port);
    }
}

void FaultProxy::serve() {
    while (!m_ends) {
        Socket client;
        bool is_listening = false;
        {
            const std::lock_guard lock(m_mutex);
            is_listening = m_listener.is_open();
            client = is_listening ? accepted(m_listener) : Socket();
        }
        if (!client.is_open()) {
            // Also lets set_down() have the listener.
            std::this_thread::sleep_for(std::chrono::milliseconds(is_listening ? 1 : 10));
            continue;
        }
        ++m_connections;
        const std::lock_guard lock(m_mutex);
        m_passing.emplace_back([this, held = std::make_shared<Socket>(std::move(client))] {
            pass_on(std::move(*held), m_options.server_port, Kind::control);
        });
    }
}

void FaultProxy::pass_on(Socket client, int server_port, Kind kind) {
    const unsigned patience = m_patience;
    std::vector<Rule> rules = m_rules.meet(kind);
    if (std::ranges::find(rules, Action::refuse, &Rule::action) != rules.end()) {
        client.reset();
        return;
    }
    const bool is_read = m_options.ftp && kind == Kind::control;
    auto passive =
        is_read ? std::make_unique<PassiveMode>([this](int port) { return stand_in(port); }) : nullptr;
    Connection connection(std::move(client), connected_to(server_port), std::move(rules), std::move(passive),
                          {.ends = m_ends, .is_down = m_is_down, .patience = m_patience, .met_at = patience});
    connection.run();
}

int FaultProxy::stand_in(int server_port) {
    int port = 0;
    auto listener = std::make_shared<Socket>(listening(port));
    const std::lock_guard lock(m_mutex);
    m_passing.emplace_back([this, listener, server_port] {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!m_ends && std::chrono::steady_clock::now() < until) {
            Socket client = accepted(*listener);
            if (client.is_open()) {
                listener->close();
                ++m_data_connections;
                pass_on(std::move(client), server_port, Kind::data);
                return;
            }
        }
    });
    return port;
}

}  // namespace obmen::fault_proxy
