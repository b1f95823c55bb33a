#pragma once

#include <libssh2_sftp.h>

#include <optional>
#include <string>

#include "endpoint/ssh_session.hpp"
#include "support/message.hpp"

namespace obmen::endpoint {

class SftpHandle;

/// The SFTP service of a server that we are logged in to. Paths are bytes as the server has them.
///
/// What becomes of its refusals (status codes of SFTP, those above 8 from later drafts than version 3, which
/// libssh2 speaks):
///
///     2 no such file, 10 no such path                    SRC-MISSING
///     3 permission denied, 12 write protect              SRC-DENIED
///     11 file already exists                             SRC-EXISTS
///     14 no space on filesystem, 15 quota exceeded       SRC-FULL
///     17 lock conflict                                   SRC-BUSY
///     6 no connection, 7 connection lost                 SRC-CONNECT
///     all others, above all 4 failure                    SRC-PROTOCOL
///
/// OpenSSH says 4 where a name is taken and where the disk is full: callers look at what is there.
class SftpSession {
  public:
    /// Connects and logs in. Throws as SshSession and log_in; SRC-PROTOCOL (temporary) if there is no SFTP.
    SftpSession(const config::EndpointSettings& settings, const Address& address,
                const EndpointContext& context);
    ~SftpSession();
    SftpSession(const SftpSession&) = delete;
    SftpSession& operator=(const SftpSession&) = delete;

    [[nodiscard]] SshSession& ssh() { return m_ssh; }
    [[nodiscard]] bool alive() const { return m_ssh.alive(); }
    /// The endpoint's folder without `/` at the end: empty for the root.
    [[nodiscard]] const std::string& folder() const { return m_folder; }

    /// Without following links; nothing if there is no such name.
    [[nodiscard]] std::optional<LIBSSH2_SFTP_ATTRIBUTES> look(const std::string& path);
    [[nodiscard]] SftpHandle open_folder(const std::string& path);
    [[nodiscard]] SftpHandle open_file(const std::string& path);
    /// Nothing if the server refuses by 4 or 11: the name may be taken.
    [[nodiscard]] std::optional<SftpHandle> create_file(const std::string& path);
    /// These return the refusal's status, 0 if there was none, and throw only if the connection fails.
    [[nodiscard]] unsigned long rename(const std::string& from, const std::string& to);
    [[nodiscard]] unsigned long remove(const std::string& path);
    [[nodiscard]] unsigned long make_folder(const std::string& path);
    /// Bytes that may still be written to the file system of `path`; nothing if the server does not tell.
    [[nodiscard]] std::optional<std::uint64_t> free_bytes(const std::string& path);

    /// Status of the call that has just returned `result`: 0 if it is no failure. Throws if it is not the
    /// server's refusal but the end of the connection.
    [[nodiscard]] unsigned long status_of(ssize_t result);
    /// Throws what `status` means for `path`.
    [[noreturn]] void fail(unsigned long status, const std::string& path);
    /// `path: SFTP answered …`, as an argument.
    [[nodiscard]] std::string refusal(unsigned long status, const std::string& path) const;
    [[nodiscard]] std::string shown_path(const std::string& path) const;

  private:
    void start_service();
    [[nodiscard]] std::string home();
    [[nodiscard]] LIBSSH2_SFTP_HANDLE* open(const std::string& path, unsigned long flags, int type);
    void close();

    SshSession m_ssh;
    LIBSSH2_SFTP* m_sftp = nullptr;
    std::string m_folder;
};

/// An open file or folder of a server. One that was not closed by close() takes the connection with it: what
/// was under way in it cannot be ended otherwise without waiting for the server.
class SftpHandle {
  public:
    SftpHandle(SftpSession& session, LIBSSH2_SFTP_HANDLE* handle) : m_session(&session), m_handle(handle) {}
    ~SftpHandle();
    SftpHandle(SftpHandle&& other) noexcept;
    SftpHandle& operator=(SftpHandle&&) = delete;

    [[nodiscard]] LIBSSH2_SFTP_HANDLE* get() const { return m_handle; }
    /// Status of what the server says to the closing.
    [[nodiscard]] unsigned long close();

  private:
    SftpSession* m_session;
    LIBSSH2_SFTP_HANDLE* m_handle;
};

}  // namespace obmen::endpoint
