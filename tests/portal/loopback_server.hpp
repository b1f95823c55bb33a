#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/file.hpp"

namespace obmen::portal::test {

/// One accepted connection, spoken to in raw bytes: a real HTTP library would not misbehave as the tests
/// need.
class Connection {
  public:
    Connection(int descriptor, std::size_t index, std::atomic<int>& posts)
        : m_socket(descriptor), m_index(index), m_posts(posts) {}

    /// Number of this connection, from 0.
    [[nodiscard]] std::size_t index() const { return m_index; }
    [[nodiscard]] int descriptor() const { return m_socket.get(); }

    /// Head and body of the next request; empty if the client has closed.
    std::string read_request() {
        std::string text;
        std::size_t head_end = std::string::npos;
        while ((head_end = text.find("\r\n\r\n")) == std::string::npos) {
            if (!read_some(text)) {
                return {};
            }
        }
        const std::size_t whole = head_end + 4 + content_length(text);
        while (text.size() < whole) {
            if (!read_some(text)) {
                return {};
            }
        }
        if (text.starts_with("POST ")) {
            ++m_posts;
        }
        return text;
    }

    void send_text(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t sent = ::send(m_socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;
            }
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Makes closing send a RST instead of a FIN.
    void reset_on_close() const {
        const linger at_once{1, 0};
        ::setsockopt(m_socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }

  private:
    bool read_some(std::string& text) const {
        char buffer[4096];
        const ssize_t got = ::recv(m_socket.get(), buffer, sizeof buffer, 0);
        if (got <= 0) {
            return false;
        }
        text.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    static std::size_t content_length(const std::string& head) {
        const std::size_t at = head.find("Content-Length: ");
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    }

    FileDescriptor m_socket;
    std::size_t m_index;
    std::atomic<int>& m_posts;
};

/// Listens on a free port of 127.0.0.1 and lets `serve` handle one connection after the other, until
/// destroyed.
class LoopbackServer {
  public:
    explicit LoopbackServer(std::function<void(Connection&)> serve) : m_serve(std::move(serve)) {
        m_listener = FileDescriptor(::socket(AF_INET, SOCK_STREAM, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        sockaddr* const any = static_cast<sockaddr*>(static_cast<void*>(&address));
        if (::bind(m_listener.get(), any, size) != 0 || ::listen(m_listener.get(), 8) != 0 ||
            ::getsockname(m_listener.get(), any, &size) != 0) {
            throw std::runtime_error(std::strerror(errno));
        }
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { run(); });
    }
    ~LoopbackServer() {
        m_stopping = true;
        ::shutdown(m_listener.get(), SHUT_RDWR);
        m_thread.join();
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string url(const std::string& scheme = "http") const {
        return scheme + "://127.0.0.1:" + std::to_string(m_port) + "/rest/1/topsecret/batch";
    }
    /// Whole POST requests that have come in.
    [[nodiscard]] int posts() const { return m_posts; }
    [[nodiscard]] std::size_t connections() const { return m_connections; }

  private:
    void run() {
        while (!m_stopping) {
            const int descriptor = ::accept(m_listener.get(), nullptr, nullptr);
            if (descriptor >= 0) {
                Connection connection(descriptor, m_connections++, m_posts);
                m_serve(connection);
            }
        }
    }

    std::function<void(Connection&)> m_serve;
    FileDescriptor m_listener;
    int m_port = 0;
    std::atomic<int> m_posts{0};
    std::atomic<std::size_t> m_connections{0};
    std::atomic<bool> m_stopping{false};
    std::thread m_thread;
};

inline std::string http_answer(const std::string& status, const std::string& headers,
                               const std::string& body) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace obmen::portal::test
