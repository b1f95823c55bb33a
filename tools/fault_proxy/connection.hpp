#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fault_proxy/passive_mode.hpp"
#include "fault_proxy/rules.hpp"
#include "fault_proxy/socket.hpp"

namespace obmen::fault_proxy {

/// What a connection asks while it runs.
struct Surroundings {
    const std::atomic<bool>& ends;          ///< of the proxy
    const std::atomic<bool>& is_down;       ///< all connections are to be reset
    const std::atomic<unsigned>& patience;  ///< another number than `met_at`: what stalls goes on
    unsigned met_at = 0;  ///< `patience` before the rules were met: no order to go on is missed
};

/// One client and its server, until one of them goes or a rule ends it.
class Connection {
  public:
    Connection(Socket client, Socket server, std::vector<Rule> rules, std::unique_ptr<PassiveMode> passive,
               const Surroundings& surroundings);
    void run();

  private:
    /// One way: bytes, and how many have passed.
    struct Way {
        Direction direction;
        const Socket& from;
        const Socket& to;
        std::uint64_t passed = 0;
    };
    [[nodiscard]] bool pump(Way& way);
    [[nodiscard]] bool send(Way& way, std::string bytes);
    /// Does what is due at the next bytes. \returns how many of `bytes` may go in one piece; 0: the
    /// connection has ended
    [[nodiscard]] std::size_t act(const Way& way, std::string& bytes);
    [[nodiscard]] bool stall(const Rule& rule);
    void end(bool abruptly);

    Socket m_client;
    Socket m_server;
    std::vector<Rule> m_rules;
    std::unique_ptr<PassiveMode> m_passive;
    Surroundings m_surroundings;
};

}  // namespace obmen::fault_proxy
