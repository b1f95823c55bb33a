#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/process.hpp"

/// Real servers on loopback, each in a process of its own with a directory and a port of its own.
namespace obmen::tests {

/// A port of 127.0.0.1 on which nothing listens, and which the system gives to nobody else of its own accord.
[[nodiscard]] int free_port();

/// Waits until something accepts connections on 127.0.0.1:`port`. Throws std::runtime_error, with what the
/// server said, if it ends first or a minute passes.
void wait_for_port(int port, Process& server);

/// Waits until nothing accepts connections on 127.0.0.1:`port`: processes that were killed, but are not ours
/// to wait for, hold their sockets for a moment longer. Throws std::runtime_error after a minute.
void wait_for_closed_port(int port);

/// A server program by the package that brings it and its path in it (`usr/sbin/vsftpd`): from
/// `.build/servers/PACKAGE/`, where tools/setup unpacks packages that must not be installed (they exclude one
/// another, or would start to listen to the network), else from the system. Nothing: this machine has none,
/// and the test is skipped.
[[nodiscard]] std::optional<std::filesystem::path> server_program(const std::string& package,
                                                                  const std::string& path);

}  // namespace obmen::tests
