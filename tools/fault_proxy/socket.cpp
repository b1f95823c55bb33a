#include "fault_proxy/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace obmen::fault_proxy {

namespace {

constexpr int glance_milliseconds = 20;

sockaddr_in port_of_this_machine(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Socket new_socket() {
    Socket made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!made.is_open()) {
        throw std::runtime_error("no socket");
    }
    const int on = 1;
    static_cast<void>(::setsockopt(made.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    return made;
}

}  // namespace

void Socket::close() {
    if (is_open()) {
        ::close(std::exchange(m_number, -1));
    }
}

void Socket::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    if (is_open()) {
        static_cast<void>(::setsockopt(m_number, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
        close();
    }
}

Socket bound(int& port) {
    Socket socket = new_socket();
    const int on = 1;
    static_cast<void>(::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    sockaddr_in address = port_of_this_machine(port);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket.number(), general, size) != 0 || ::getsockname(socket.number(), general, &size) != 0) {
        throw std::runtime_error("no port for a proxy");
    }
    port = ntohs(address.sin_port);
    return socket;
}

Socket listening(int& port) {
    Socket listener = bound(port);
    if (::listen(listener.number(), SOMAXCONN) != 0) {
        throw std::runtime_error("no port for a proxy");
    }
    return listener;
}

Socket connected_to(int port) {
    Socket socket = new_socket();
    const sockaddr_in address = port_of_this_machine(port);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        socket.close();
    }
    return socket;
}

Socket accepted(const Socket& listener) {
    pollfd wanted{.fd = listener.number(), .events = POLLIN, .revents = 0};
    if (::poll(&wanted, 1, glance_milliseconds) <= 0) {
        return {};
    }
    Socket socket(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    const int on = 1;
    static_cast<void>(::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    return socket;
}

bool send_all(const Socket& to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(to.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace obmen::fault_proxy
