#include "servers/server_process.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace obmen::tests {

namespace {

constexpr std::chrono::seconds longest_wait{60};

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

bool accepts(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool connected =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return connected;
}

bool is_free(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return bound;
}

/// The first of the ports that the system itself gives away, to connections and to whoever asks for any.
int first_port_of_the_system() {
    std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
    int first = 0;
    range >> first;
    return range ? first : 32'768;
}

}  // namespace

int free_port() {
    // Below those: else a connection of anybody may take the port before the server does, or while it is
    // down.
    constexpr int most = 20'000;
    static const int end = std::max(first_port_of_the_system(), 2 * most);
    // Tests run side by side: each process begins elsewhere.
    constexpr int usual_need = 199;
    static std::atomic<int> next{(::getpid() * usual_need) % most};
    for (int tried = 0; tried < most; ++tried) {
        const int port = end - most + next++ % most;
        if (is_free(port)) {
            return port;
        }
    }
    throw std::runtime_error("no free port");
}

void wait_for_port(int port, Process& server) {
    const auto deadline = std::chrono::steady_clock::now() + longest_wait;
    while (std::chrono::steady_clock::now() < deadline) {
        if (accepts(port)) {
            return;
        }
        if (!server.is_running()) {
            const ProcessResult end = server.wait();
            throw std::runtime_error("the server ended: " + end.out + end.error);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("nothing listens on port " + std::to_string(port));
}

void wait_for_closed_port(int port) {
    const auto deadline = std::chrono::steady_clock::now() + longest_wait;
    while (std::chrono::steady_clock::now() < deadline) {
        if (!accepts(port)) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("something still listens on port " + std::to_string(port));
}

std::optional<std::filesystem::path> server_program(const std::string& package, const std::string& path) {
    const std::filesystem::path unpacked =
        std::filesystem::path(OBMEN_SOURCE_DIR) / ".build" / "servers" / package / path;
    for (const std::filesystem::path& candidate : {unpacked, std::filesystem::path("/") / path}) {
        if (std::filesystem::exists(candidate)) {
            return candidate;
        }
    }
    return std::nullopt;
}

}  // namespace obmen::tests
