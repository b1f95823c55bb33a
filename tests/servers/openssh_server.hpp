#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/process.hpp"

namespace obmen::tests {

/// What one sshd is to be like.
struct OpenSshOptions {
    std::vector<std::string> host_keys{"ed25519", "ecdsa"};  ///< types of ssh-keygen
    std::vector<std::string> config{};                       ///< more lines of sshd_config; the first counts
    bool asks_questions = false;  ///< passwords by keyboard-interactive (PAM) alone
    bool small_disk = false;      ///< `folder()/small` has room for 256 KiB
    int hours_off = 0;            ///< of its clock: shifted_clock()
};

/// An sshd of OpenSSH on a port of its own, with one user and the files beside it. It runs as root, among
/// mounts of its own that have their own /etc/passwd and /etc/shadow: so it can check a password, and nothing
/// of the machine is touched.
class OpenSshServer {
  public:
    /// Why this machine cannot run one; empty if it can.
    [[nodiscard]] static std::string why_not();

    /// All of its files are in `directory`, which it makes passable to its user.
    explicit OpenSshServer(const std::filesystem::path& directory, const OpenSshOptions& options = {});
    ~OpenSshServer();
    OpenSshServer(const OpenSshServer&) = delete;
    OpenSshServer& operator=(const OpenSshServer&) = delete;

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string user() const;
    /// Of the user.
    [[nodiscard]] std::string password() const;
    /// A folder of the user on this machine, and so on the server; it is in the user's home `home/`.
    [[nodiscard]] std::filesystem::path folder() const { return m_directory / "home" / "exchange"; }
    [[nodiscard]] std::string url(const std::filesystem::path& path) const;
    [[nodiscard]] std::string url() const { return url(folder()); }
    /// The key that the user may log in with, ed25519, without a passphrase.
    [[nodiscard]] std::filesystem::path user_key() const { return m_directory / "user_key"; }
    /// Lets the user log in with the key whose public half is in `public_key`, too.
    void authorize(const std::filesystem::path& public_key) const;
    /// Public halves of the host keys, in a file of lines for this host and port.
    [[nodiscard]] std::filesystem::path known_hosts() const { return m_directory / "known_hosts"; }
    [[nodiscard]] std::filesystem::path host_key(const std::string& type) const;
    /// Other host keys of the same types, for the next start(). known_hosts() stays what it was.
    void change_host_keys() const;
    /// What a person does who has been told of the new keys: they take the place of the old ones.
    void write_known_hosts() const;

    /// What sshd has said so far.
    [[nodiscard]] std::string log() const;

    /// To the server and its sessions.
    void signal(int number);
    /// Sessions end at once; the server takes new ones.
    void kill_sessions();
    /// All ends at once.
    void stop();
    /// After stop(): on the same port.
    void start();

  private:
    void make_keys() const;
    void make_host_keys() const;
    void write_config() const;
    void write_accounts() const;
    void give_to_user() const;
    [[nodiscard]] std::vector<std::string> command() const;

    std::filesystem::path m_directory;
    OpenSshOptions m_options;
    int m_port;
    std::unique_ptr<Process> m_process;
};

/// Makes a key pair with ssh-keygen: `file` and `file.pub`.
void make_key(const std::filesystem::path& file, const std::string& type, const std::string& passphrase = "",
              const std::vector<std::string>& more = {});

}  // namespace obmen::tests
