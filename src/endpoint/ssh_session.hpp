#pragma once

#include <libssh2.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"
#include "endpoint/session_memory.hpp"
#include "endpoint/ssh_wire.hpp"
#include "support/file.hpp"

namespace obmen::endpoint {

/// A connection to an SSH server that has shown a host key we know. libssh2 never blocks in it: all waiting
/// is done here, so that it ends when the process does, when the server says nothing more, and when the
/// connection is closed.
class SshSession {
  public:
    /// Connects, agrees on algorithms and checks the host key; does not log in. Throws SRC-CONNECT
    /// (temporary), SRC-CRYPTO, SRC-HOST-KEY-UNKNOWN, SRC-HOST-KEY-CHANGED, SRC-HOST-KEY-REVOKED
    /// (bad_config), SYS-INTERRUPTED. From here until set_ready() everything has to be done within
    /// connect_seconds.
    SshSession(const config::EndpointSettings& settings, const Address& address,
               const EndpointContext& context);
    /// Never waits for the server.
    ~SshSession();
    SshSession(const SshSession&) = delete;
    SshSession& operator=(const SshSession&) = delete;

    [[nodiscard]] LIBSSH2_SESSION* handle() const { return m_session; }
    [[nodiscard]] const std::string& shown() const { return m_shown; }
    [[nodiscard]] const Address& address() const { return m_address; }
    [[nodiscard]] const config::EndpointSettings& settings() const { return m_settings; }
    [[nodiscard]] const EndpointContext& context() const { return m_context; }

    enum class Phase : std::uint8_t {
        login,
        service,  ///< waiting for SFTP: a server may take its time for ever where nothing stands behind it
        transfer  ///< only silence counts: SRC-STALLED after stall_seconds without one byte
    };
    void set_phase(Phase phase) { m_phase = phase; }
    /// Calls `call` until libssh2 does not want to be called again. Returns what it returned last: a number,
    /// or a pointer. Throws SRC-STALLED, before set_ready() SRC-CONNECT, SYS-INTERRUPTED; after that the
    /// session is of no use any more.
    template <typename Call>
    auto complete(Call call) {
        begin_waiting();
        while (true) {
            const auto result = call();
            if (!would_block(result)) {
                return result;
            }
            try {
                wait();
            } catch (...) {
                abandon();
                throw;
            }
        }
    }

    /// False once the server has closed the connection or abandon() was called.
    [[nodiscard]] bool alive() const;
    /// Tells the server that this is the end, if it can be told without waiting, and abandons the session.
    void take_leave();
    /// Closes the connection at once: what libssh2 still wants to do ends with an error instead of waiting.
    void abandon();
    /// Whether `error` (of libssh2) means that there is no connection any more.
    [[nodiscard]] static bool is_broken(int error);
    /// Number and text of libssh2's last failure.
    [[nodiscard]] int last_error() const;
    [[nodiscard]] std::string last_error_text() const;
    [[noreturn]] void fail_broken();

    /// What libssh2's callbacks see of a session: the one pointer that it hands through.
    struct Wire {
        SessionMemory memory{};
        std::uint64_t moved = 0;           ///< bytes, both ways
        bool recording = true;             ///< of what the server says before everything is encrypted
        std::string first_bytes{};         ///< so recorded
        const Secret* password = nullptr;  ///< for keyboard-interactive; given once
    };
    [[nodiscard]] Wire& wire() { return *m_wire; }

  private:
    void open_session();
    void prefer_pinned_types(const std::vector<std::string>& types);
    void shake_hands();
    [[noreturn]] void fail_handshake(int error);
    [[nodiscard]] std::string missing_algorithms() const;
    [[nodiscard]] std::vector<std::string> supported(int method) const;
    void check_host_key(const class KnownHosts& known, const std::filesystem::path& file);
    void begin_waiting();
    void wait();
    [[noreturn]] void fail_silent() const;
    [[nodiscard]] static bool would_block(ssize_t result) { return result == LIBSSH2_ERROR_EAGAIN; }
    [[nodiscard]] bool would_block(const void* result) const;
    void close();

    const config::EndpointSettings& m_settings;
    const Address& m_address;
    EndpointContext m_context;
    std::string m_shown;
    std::unique_ptr<Wire> m_wire = std::make_unique<Wire>();
    FileDescriptor m_socket;
    LIBSSH2_SESSION* m_session = nullptr;
    std::optional<ServerOffers> m_offers;
    Duration m_login_deadline{};
    Duration m_silent_since{};
    std::uint64_t m_moved_before = 0;
    unsigned m_idle_turns = 0;
    Phase m_phase = Phase::login;
    bool m_abandoned = false;
};

/// Throws it as bad_config: a server or a key that will not do is no better the next time.
[[noreturn]] void refuse_ssh(Message message);

}  // namespace obmen::endpoint
