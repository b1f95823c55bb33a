#pragma once

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

#include "fault_proxy/rules.hpp"
#include "fault_proxy/socket.hpp"

namespace obmen::fault_proxy {

/// What stands behind the proxy.
struct Options {
    int server_port = 0;  ///< on 127.0.0.1
    int port = 0;         ///< of the proxy; 0: a free one
    /// The server speaks FTP: the ports that it opens for data are replaced, so that data connections run
    /// through the proxy, too (passive mode; not once the connection is encrypted).
    bool ftp = false;
};

/// Stands before a server on 127.0.0.1 and does to its connections what the rules say. Bytes pass unchanged
/// otherwise.
class FaultProxy {
  public:
    explicit FaultProxy(const Options& options);
    explicit FaultProxy(int server_port) : FaultProxy(Options{.server_port = server_port}) {}
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    /// How many have come, without FTP's data connections.
    [[nodiscard]] unsigned connections() const { return m_connections; }
    [[nodiscard]] unsigned data_connections() const { return m_data_connections; }
    /// Connections that have met a fault.
    [[nodiscard]] unsigned acted() const { return m_rules.acted(); }

    /// For connections that come from now on.
    void order(const Rule& rule) { m_rules.add(rule); }
    void draw(const Draw& draw) { m_rules.set(draw); }
    /// No rules any more; connections that stall go on.
    void clear();
    /// Nobody listens any more, and all connections are reset; or somebody listens again.
    void set_down(bool down);

  private:
    void serve();
    void pass_on(Socket client, int server_port, Kind kind);
    /// A port that leads to the data port of the server, for one connection.
    int stand_in(int server_port);

    Options m_options;
    RuleBook m_rules;
    int m_port = 0;
    Socket m_keeper;     ///< of the port: nobody else gets it while the proxy is down
    std::mutex m_mutex;  ///< of the listener and the threads
    Socket m_listener;
    std::atomic<unsigned> m_connections = 0;
    std::atomic<unsigned> m_data_connections = 0;
    std::atomic<unsigned> m_patience = 0;  ///< grows when what stalls is to go on
    std::atomic<bool> m_is_down = false;
    std::atomic<bool> m_ends = false;
    std::list<std::thread> m_passing;
    std::thread m_serving;
};

}  // namespace obmen::fault_proxy
