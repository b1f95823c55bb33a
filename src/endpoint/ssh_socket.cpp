#include "endpoint/ssh_socket.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

#include "support/error.hpp"

namespace obmen::endpoint {

namespace {

/// How long a wait may be blind to the end of the process.
constexpr int slice_milliseconds = 50;
constexpr unsigned most_stall_seconds = 86'400;

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

std::string reason(int error) {
    return std::generic_category().message(error);
}

[[noreturn]] void fail(const std::string& shown, std::string why) {
    throw Error(FailureClass::temporary, Message{"SRC-CONNECT", {shown, std::move(why)}});
}

Addresses addresses_of(const std::string& host, std::uint16_t port, const std::string& shown) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) {
        fail(shown, error == EAI_SYSTEM ? reason(errno) : ::gai_strerror(error));
    }
    return {found, ::freeaddrinfo};
}

/// 0, or why there is no connection; ETIMEDOUT when the deadline came.
int connect_one(const addrinfo& address, Duration deadline, const EndpointContext& context,
                FileDescriptor& out) {
    out = FileDescriptor(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!out.is_open()) {
        return errno;
    }
    if (::connect(out.get(), address.ai_addr, address.ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    if (!wait_for_socket(out.get(), POLLOUT, deadline, context)) {
        return ETIMEDOUT;
    }
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(out.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

void keep_alive(int socket, unsigned stall_seconds) {
    const int on = 1;
    const unsigned patience = std::min(stall_seconds, most_stall_seconds) * 1000;
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
}

}  // namespace

void stop_if_interrupted(const EndpointContext& context) {
    if (context.interrupted != nullptr && *context.interrupted) {
        throw Error(FailureClass::temporary, Message{"SYS-INTERRUPTED"});
    }
}

bool wait_for_socket(int socket, short events, Duration deadline, const EndpointContext& context) {
    while (true) {
        stop_if_interrupted(context);
        pollfd descriptor{socket, events, 0};
        if (::poll(&descriptor, 1, slice_milliseconds) > 0) {
            return true;
        }
        if (context.clock.steady() >= deadline) {
            return false;
        }
    }
}

FileDescriptor connect_socket(const std::string& host, std::uint16_t port,
                              const config::EndpointSettings& settings, const EndpointContext& context,
                              const std::string& shown) {
    stop_if_interrupted(context);
    const Addresses addresses = addresses_of(host, port, shown);
    int left = 0;
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        ++left;
    }
    const Duration end = context.clock.steady() + std::chrono::seconds(settings.connect_seconds);
    int error = 0;
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        // A first address that swallows everything leaves time for the others.
        const Duration now = context.clock.steady();
        const Duration deadline = now + std::max(Duration{0}, end - now) / left--;
        FileDescriptor socket;
        error = connect_one(*one, deadline, context, socket);
        if (error == 0) {
            keep_alive(socket.get(), settings.stall_seconds);
            return socket;
        }
    }
    if (error == ETIMEDOUT) {
        fail(shown, as_argument(Message{"SRC-NO-ANSWER", {std::to_string(settings.connect_seconds)}}));
    }
    fail(shown, reason(error));
}

}  // namespace obmen::endpoint
