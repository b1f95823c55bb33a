#include "servers/server_process.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace obmen::tests {

namespace {

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

}  // namespace

int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (socket < 0 || ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no free port");
    }
    ::close(socket);
    return ntohs(address.sin_port);
}

void wait_for_port(int port, Process& server) {
    for (int i = 0; i < 400; ++i) {
        if (accepts(port)) {
            return;
        }
        if (!server.is_running()) {
            const ProcessResult end = server.wait();
            throw std::runtime_error("the server ended: " + end.out + end.error);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw std::runtime_error("nothing listens on port " + std::to_string(port));
}

void wait_for_closed_port(int port) {
    for (int i = 0; i < 400; ++i) {
        if (!accepts(port)) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
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
