#pragma once

#include <atomic>
#include <list>
#include <thread>

namespace obmen::tests {

/// Stands before a server on 127.0.0.1, at a port of its own, and counts who comes: what no log of a server
/// tells in the same way as another's. Bytes pass unchanged.
class CountingProxy {
  public:
    explicit CountingProxy(int server_port);
    ~CountingProxy();
    CountingProxy(const CountingProxy&) = delete;
    CountingProxy& operator=(const CountingProxy&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] unsigned connections() const { return m_connections; }

  private:
    void serve();
    void pass_on(int client) const;

    int m_server_port;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<unsigned> m_connections = 0;
    std::atomic<bool> m_ends = false;
    std::list<std::thread> m_passing;
    std::thread m_serving;
};

}  // namespace obmen::tests
