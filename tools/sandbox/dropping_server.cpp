#include "dropping_server.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace obmen::sandbox {

namespace {

constexpr int read_timeout_milliseconds = 30'000;
constexpr int write_timeout_milliseconds = 30'000;
constexpr std::string_view silent_status = "HTTP/1.1 444 ";

bool is_ready(socket_t socket, short event, int milliseconds) {
    pollfd descriptor{socket, event, 0};
    return ::poll(&descriptor, 1, milliseconds) > 0 && (descriptor.revents & (event | POLLHUP)) != 0;
}

class ConnectionStream : public httplib::Stream {
  public:
    explicit ConnectionStream(socket_t socket) : m_socket(socket) {}

    [[nodiscard]] bool has_buffered() const { return m_position < m_size; }
    bool is_readable() const override {
        return has_buffered() || is_ready(m_socket, POLLIN, read_timeout_milliseconds);
    }
    bool is_writable() const override {
        return !m_cut && is_ready(m_socket, POLLOUT, write_timeout_milliseconds);
    }

    ssize_t read(char* target, size_t size) override {
        if (!has_buffered()) {
            if (!is_readable())
                return -1;
            const ssize_t got = ::recv(m_socket, m_buffer.data(), m_buffer.size(), 0);
            if (got <= 0)
                return got;
            m_position = 0;
            m_size = static_cast<size_t>(got);
        }
        const size_t taken = std::min(size, m_size - m_position);
        std::memcpy(target, m_buffer.data() + m_position, taken);
        m_position += taken;
        return static_cast<ssize_t>(taken);
    }

    ssize_t write(const char* bytes, size_t size) override {
        if (std::string_view(bytes, size).starts_with(silent_status)) {
            m_cut = true;
            ::shutdown(m_socket, SHUT_RDWR);
        }
        if (!is_writable())
            return -1;
        return ::send(m_socket, bytes, size, MSG_NOSIGNAL);
    }

    void get_remote_ip_and_port(std::string& ip, int& port) const override { name(::getpeername, ip, port); }
    void get_local_ip_and_port(std::string& ip, int& port) const override { name(::getsockname, ip, port); }
    socket_t socket() const override { return m_socket; }

  private:
    template <typename Function>
    void name(Function function, std::string& ip, int& port) const {
        sockaddr_in address{};
        socklen_t length = sizeof(address);
        std::array<char, INET_ADDRSTRLEN> text{};
        if (function(m_socket, reinterpret_cast<sockaddr*>(&address), &length) != 0)
            return;
        ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
        ip = text.data();
        port = ntohs(address.sin_port);
    }

    socket_t m_socket;
    std::array<char, 16384> m_buffer{};
    size_t m_position = 0;
    size_t m_size = 0;
    bool m_cut = false;
};

}  // namespace

bool DroppingServer::process_and_close_socket(socket_t socket) {
    constexpr int slice_milliseconds = 50;
    ConnectionStream stream(socket);
    bool good = true;
    bool closed = false;
    for (size_t left = keep_alive_max_count_; good && !closed && left > 0; --left) {
        // Waiting in slices lets stop() end idle connections at once.
        int waited = 0;
        const int longest = static_cast<int>(keep_alive_timeout_sec_) * 1000;
        while (!stream.has_buffered() && !is_ready(socket, POLLIN, slice_milliseconds) && waited < longest &&
               svr_sock_ != INVALID_SOCKET)
            waited += slice_milliseconds;
        if (waited >= longest || svr_sock_ == INVALID_SOCKET)
            break;
        good = process_request(stream, left == 1, closed, nullptr);
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return good;
}

}  // namespace obmen::sandbox
