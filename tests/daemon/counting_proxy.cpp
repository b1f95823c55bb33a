#include "daemon/counting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace obmen::tests {

namespace {

constexpr int glance_milliseconds = 50;

sockaddr_in port_of_this_machine(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int new_socket() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
        throw std::runtime_error("no socket");
    }
    return socket;
}

bool is_readable(int socket) {
    pollfd wanted{.fd = socket, .events = POLLIN, .revents = 0};
    return ::poll(&wanted, 1, glance_milliseconds) > 0;
}

/// What has come from the one, to the other. \returns false at its end
bool pump(int from, int to) {
    std::array<char, 65'536> block{};
    const ssize_t size = ::recv(from, block.data(), block.size(), 0);
    for (ssize_t sent = 0; sent < size;) {
        const ssize_t part =
            ::send(to, block.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
        if (part <= 0) {
            return false;
        }
        sent += part;
    }
    return size > 0;
}

}  // namespace

CountingProxy::CountingProxy(int server_port) : m_server_port(server_port), m_listener(new_socket()) {
    sockaddr_in address = port_of_this_machine(0);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (::bind(m_listener, general, size) != 0 || ::listen(m_listener, SOMAXCONN) != 0 ||
        ::getsockname(m_listener, general, &size) != 0) {
        ::close(m_listener);
        throw std::runtime_error("no port for a proxy");
    }
    m_port = ntohs(address.sin_port);
    m_serving = std::thread([this] { serve(); });
}

CountingProxy::~CountingProxy() {
    m_ends = true;
    m_serving.join();
    for (std::thread& thread : m_passing) {
        thread.join();
    }
    ::close(m_listener);
}

void CountingProxy::serve() {
    while (!m_ends) {
        if (!is_readable(m_listener)) {
            continue;
        }
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) {
            ++m_connections;
            m_passing.emplace_back([this, client] { pass_on(client); });
        }
    }
}

void CountingProxy::pass_on(int client) const {
    const int server = new_socket();
    const sockaddr_in address = port_of_this_machine(m_server_port);
    bool both = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (both && !m_ends) {
        std::array<pollfd, 2> sides{
            {{.fd = client, .events = POLLIN, .revents = 0}, {.fd = server, .events = POLLIN, .revents = 0}}};
        if (::poll(sides.data(), sides.size(), glance_milliseconds) <= 0) {
            continue;
        }
        both = (sides[0].revents == 0 || pump(client, server)) &&
               (sides[1].revents == 0 || pump(server, client));
    }
    ::close(server);
    ::close(client);
}

}  // namespace obmen::tests
