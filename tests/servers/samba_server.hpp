#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/process.hpp"

namespace obmen::tests {

/// A Samba server on a port of 127.0.0.1 that shares one folder with everybody, and what 1C's machine does
/// with it, by smbclient.
class SambaServer {
  public:
    /// Why this machine cannot run one; empty if it can.
    [[nodiscard]] static std::string why_not();

    /// All of its files are in `directory`.
    explicit SambaServer(const std::filesystem::path& directory);
    ~SambaServer();
    SambaServer(const SambaServer&) = delete;
    SambaServer& operator=(const SambaServer&) = delete;

    /// The folder on this machine.
    [[nodiscard]] std::filesystem::path folder() const { return m_directory / "share"; }
    /// Runs commands of smbclient: `put local remote; rename a b`.
    [[nodiscard]] ProcessResult run(const std::string& commands) const;
    /// The program that run() runs, and its arguments.
    [[nodiscard]] std::vector<std::string> client(const std::string& commands) const;

  private:
    void write_config() const;
    [[nodiscard]] std::filesystem::path config() const { return m_directory / "smb.conf"; }

    std::filesystem::path m_directory;
    int m_port;
    std::unique_ptr<Process> m_process;
};

}  // namespace obmen::tests
