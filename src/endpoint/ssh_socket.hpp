#pragma once

#include <cstdint>
#include <string>

#include "endpoint/endpoint.hpp"
#include "support/file.hpp"

namespace obmen::endpoint {

/// Throws SYS-INTERRUPTED (temporary) if the process is to end.
void stop_if_interrupted(const EndpointContext& context);

/// Waits until `socket` is ready for one of `events` (POLLIN, POLLOUT). False if the clock reached `deadline`
/// (as Clock::steady) first. Throws SYS-INTERRUPTED within 50 ms.
[[nodiscard]] bool wait_for_socket(int socket, short events, Duration deadline,
                                   const EndpointContext& context);

/// A TCP connection to `host`, whose addresses of both families are tried in turn. It does not block, has
/// keep-alives, and gives up by itself on bytes that nobody confirms for `stall_seconds`. Throws SRC-CONNECT,
/// at the latest after `connect_seconds` (name resolution aside, which has limits of its own). `shown` is the
/// endpoint's address in texts.
[[nodiscard]] FileDescriptor connect_socket(const std::string& host, std::uint16_t port,
                                            const config::EndpointSettings& settings,
                                            const EndpointContext& context, const std::string& shown);

}  // namespace obmen::endpoint
