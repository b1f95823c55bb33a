#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace obmen::fault_proxy {

/// An open socket, closed at the end.
class Socket {
  public:
    Socket() = default;
    explicit Socket(int number) : m_number(number) {}
    ~Socket() { close(); }
    Socket(Socket&& other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(m_number, other.m_number);
        return *this;
    }

    [[nodiscard]] int number() const { return m_number; }
    [[nodiscard]] bool is_open() const { return m_number >= 0; }
    void close();
    /// With RST instead of FIN.
    void reset();

  private:
    int m_number = -1;
};

/// Keeps a port of 127.0.0.1 from everybody but ourselves, and does not listen; `port` 0 becomes the one that
/// was taken. Throws std::runtime_error.
[[nodiscard]] Socket bound(int& port);
/// Listens on 127.0.0.1; `port` 0 becomes the one that was taken. Throws std::runtime_error.
[[nodiscard]] Socket listening(int& port);
/// \returns no open one if nobody listens there
[[nodiscard]] Socket connected_to(int port);
/// Waits a glance (20 ms) for a caller. \returns no open one if none has come
[[nodiscard]] Socket accepted(const Socket& listener);
/// \returns false if the other side is gone
[[nodiscard]] bool send_all(const Socket& to, std::string_view bytes);

}  // namespace obmen::fault_proxy
