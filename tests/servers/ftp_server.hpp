#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/process.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::tests {

/// Of the word `secret`, by the quickest way of crypt(3).
inline constexpr const char* secret_hash = "$1$obmen$o8MyB.wFFIO8rhY8BHh.R/";

/// How a server for tests is set up.
struct FtpServerOptions {
    enum class Tls : std::uint8_t { none, by_command, from_the_start };
    Tls tls = Tls::none;
    std::filesystem::path certificate{};  ///< PEM with the key (TestCertificates)
    bool writable = true;
    unsigned most_listed = 0;  ///< names in a listing, for pure-ftpd; 0: its own limit, 10,000
    int hours_off = 0;         ///< of its clock: shifted_clock()
};

/// A real FTP server on a port of 127.0.0.1 of its own, which serves a directory of its own to one user.
/// Ends with all its sessions when destroyed.
class FtpServer {
  public:
    /// What a server needs to run: written by the functions below.
    struct Setup {
        std::vector<std::string> arguments;
        std::string user;
        int hours_off = 0;
    };

    FtpServer() = default;
    ~FtpServer() { end(); }
    FtpServer(const FtpServer&) = delete;
    FtpServer& operator=(const FtpServer&) = delete;

    [[nodiscard]] const std::filesystem::path& served() const { return m_served; }
    [[nodiscard]] int port() const { return m_port; }
    /// `user@127.0.0.1:PORT/~/`; the password is `secret`.
    [[nodiscard]] std::string place() const;

    /// The server and its sessions.
    void signal(int number) const;
    /// Returns when the port is closed.
    void kill();
    /// After kill(): on the same port.
    void start();

    [[nodiscard]] const std::filesystem::path& directory() const { return m_directory.path(); }
    /// Called once, by what sets the server up.
    void run(Setup setup);
    /// An empty directory that everybody may write into; a port that is free.
    void make_place(bool writable);

  private:
    void end();

    TemporaryDirectory m_directory;
    std::filesystem::path m_served;
    int m_port = 0;
    Setup m_setup;
    std::unique_ptr<Process> m_process;
};

/// The account that runs the tests, as servers want to be told: by name.
[[nodiscard]] std::string own_user();
[[nodiscard]] std::string own_group();

/// Each starts one and waits until it answers; nothing where this machine does not have the server.

/// Lists by LIST alone. Its user is `ftp`.
[[nodiscard]] std::unique_ptr<FtpServer> start_vsftpd(const FtpServerOptions& options = {});
[[nodiscard]] std::unique_ptr<FtpServer> start_proftpd(const FtpServerOptions& options = {});
/// Only as root: it gives its rights up, and cannot without.
[[nodiscard]] std::unique_ptr<FtpServer> start_pureftpd(const FtpServerOptions& options = {});

}  // namespace obmen::tests
