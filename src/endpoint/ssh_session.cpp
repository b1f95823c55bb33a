#include "endpoint/ssh_session.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <utility>

#include "endpoint/known_hosts.hpp"
#include "endpoint/ssh_socket.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

/// Greeting and KEXINIT of every known server fit many times.
constexpr std::size_t most_recorded = std::size_t{64} << 10U;
constexpr int rest_milliseconds = 5;

ssize_t receive(libssh2_socket_t socket, void* buffer, size_t length, int flags, void** abstract) {
    const ssize_t count = ::recv(socket, buffer, length, flags);
    if (count < 0) {
        return -errno;
    }
    auto& wire = *static_cast<SshSession::Wire*>(*abstract);
    wire.moved += static_cast<std::uint64_t>(count);
    if (wire.recording && wire.first_bytes.size() < most_recorded) {
        wire.first_bytes.append(static_cast<const char*>(buffer), static_cast<std::size_t>(count));
    }
    return count;
}

ssize_t transmit(libssh2_socket_t socket, const void* buffer, size_t length, int flags, void** abstract) {
    const ssize_t count = ::send(socket, buffer, length, flags | MSG_NOSIGNAL);
    if (count < 0) {
        return -errno;
    }
    static_cast<SshSession::Wire*>(*abstract)->moved += static_cast<std::uint64_t>(count);
    return count;
}

SessionMemory& memory_of(void** abstract) {
    return static_cast<SshSession::Wire*>(*abstract)->memory;
}

void* allocate(size_t size, void** abstract) {
    return memory_of(abstract).allocate(size);
}

void* resize(void* block, size_t size, void** abstract) {
    return memory_of(abstract).resize(block, size);
}

void release(void* block, void** abstract) {
    memory_of(abstract).release(block);
}

void initialise_library() {
    static std::once_flag once;
    std::call_once(once, [] { ::libssh2_init(0); });
}

bool have_common(const std::vector<std::string>& ours, const std::vector<std::string>& theirs) {
    return std::any_of(ours.begin(), ours.end(), [&](const std::string& name) {
        return std::find(theirs.begin(), theirs.end(), name) != theirs.end();
    });
}

/// `ssh-rsa`, `rsa-sha2-256`, `rsa-sha2-512`: signatures with one and the same key.
bool is_rsa(const std::string& type) {
    return type == "ssh-rsa" || type.starts_with("rsa-sha2-");
}

/// The best types of host keys first.
int weight_of_type(const std::string& type) {
    if (type == "ssh-ed25519") {
        return 0;
    }
    if (type.starts_with("ecdsa-")) {
        return 1;
    }
    return is_rsa(type) ? 2 : 3;
}

}  // namespace

void refuse_ssh(Message message) {
    throw Error(FailureClass::bad_config, std::move(message));
}

SshSession::SshSession(const config::EndpointSettings& settings, const Address& address,
                       const EndpointContext& context)
    : m_settings(settings), m_address(address), m_context(context), m_shown(endpoint::shown(address)) {
    const std::vector<std::filesystem::path> files = known_hosts_files(settings.known_hosts);
    const KnownHosts known = KnownHosts::read(files);
    m_socket = connect_socket(address.host, address.port, settings, context, m_shown);
    m_login_deadline = context.clock.steady() + std::chrono::seconds(settings.connect_seconds);
    try {
        open_session();
        prefer_pinned_types(known.types(address.host, address.port));
        shake_hands();
        check_host_key(known, files.front());
    } catch (...) {
        close();
        throw;
    }
}

SshSession::~SshSession() {
    close();
}

void SshSession::open_session() {
    initialise_library();
    m_session = ::libssh2_session_init_ex(&allocate, &release, &resize, m_wire.get());
    if (m_session == nullptr) {
        throw std::bad_alloc();
    }
    ::libssh2_session_set_blocking(m_session, 0);
    ::libssh2_session_callback_set(m_session, LIBSSH2_CALLBACK_RECV, reinterpret_cast<void*>(&receive));
    ::libssh2_session_callback_set(m_session, LIBSSH2_CALLBACK_SEND, reinterpret_cast<void*>(&transmit));
}

/// Lest the server show a key of another type than the one that is pinned.
void SshSession::prefer_pinned_types(const std::vector<std::string>& types) {
    std::vector<std::string> order = supported(LIBSSH2_METHOD_HOSTKEY);
    std::stable_sort(order.begin(), order.end(), [](const std::string& left, const std::string& right) {
        return weight_of_type(left) < weight_of_type(right);
    });
    std::stable_partition(order.begin(), order.end(), [&](const std::string& type) {
        const std::string key = is_rsa(type) ? "ssh-rsa" : type;
        return std::find(types.begin(), types.end(), key) != types.end();
    });
    std::string list;
    for (const std::string& type : order) {
        list += (list.empty() ? "" : ",") + type;
    }
    ::libssh2_session_method_pref(m_session, LIBSSH2_METHOD_HOSTKEY, list.c_str());
}

std::vector<std::string> SshSession::supported(int method) const {
    const char** names = nullptr;
    const int count = ::libssh2_session_supported_algs(m_session, method, &names);
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
        out.emplace_back(names[i]);
    }
    if (names != nullptr) {
        ::libssh2_free(m_session, names);
    }
    return out;
}

void SshSession::shake_hands() {
    const int error = complete([&] { return ::libssh2_session_handshake(m_session, m_socket.get()); });
    m_wire->recording = false;
    m_offers = server_offers(m_wire->first_bytes);
    if (error != 0) {
        fail_handshake(error);
    }
    m_wire->first_bytes = {};
    m_context.log.debug(m_shown + ": " + quotable(::libssh2_session_banner_get(m_session)));
}

void SshSession::fail_handshake(int error) {
    const std::string missing = missing_algorithms();
    const bool no_agreement = error == LIBSSH2_ERROR_KEX_FAILURE ||
                              error == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE ||
                              error == LIBSSH2_ERROR_HOSTKEY_INIT || error == LIBSSH2_ERROR_HOSTKEY_SIGN;
    if (!missing.empty() || (no_agreement && m_offers)) {
        refuse_ssh(
            {"SRC-CRYPTO",
             {m_shown, missing.empty() ? last_error_text() : as_argument(Message{"SRC-OFFERS", {missing}}),
              ::libssh2_version(0)}});
    }
    if (m_wire->first_bytes.find("SSH-") == std::string::npos) {
        throw Error(FailureClass::temporary,
                    Message{"SRC-CONNECT", {m_shown, as_argument(Message{"SRC-NOT-SSH"})}});
    }
    fail_broken();
}

/// What the server offers in each respect in which libssh2 has nothing of it.
std::string SshSession::missing_algorithms() const {
    if (!m_offers) {
        return {};
    }
    struct Respect {
        const char* name;
        int method;
        const std::vector<std::string>& offered;
    };
    const std::array<Respect, 4> respects{Respect{"kex", LIBSSH2_METHOD_KEX, m_offers->key_exchanges},
                                          Respect{"host key", LIBSSH2_METHOD_HOSTKEY, m_offers->host_keys},
                                          Respect{"cipher", LIBSSH2_METHOD_CRYPT_CS, m_offers->ciphers},
                                          Respect{"MAC", LIBSSH2_METHOD_MAC_CS, m_offers->macs}};
    std::string out;
    for (const Respect& respect : respects) {
        if (!have_common(supported(respect.method), respect.offered)) {
            out += (out.empty() ? "" : "; ") + std::string(respect.name) + " — " +
                   quotable(joined_names(respect.offered), 500);
        }
    }
    return out;
}

void SshSession::check_host_key(const KnownHosts& known, const std::filesystem::path& file) {
    std::size_t size = 0;
    int type = 0;
    const char* blob = ::libssh2_session_hostkey(m_session, &size, &type);
    const HostKey key = host_key(blob == nullptr ? std::string_view() : std::string_view(blob, size));
    const std::string print = fingerprint(key);
    const std::vector<std::string> offered = m_offers ? m_offers->host_keys : std::vector<std::string>();
    switch (known.judge(m_address.host, m_address.port, key, offered)) {
        case HostKeyVerdict::known:
            return;
        case HostKeyVerdict::unknown:
            refuse_ssh({"SRC-HOST-KEY-UNKNOWN",
                        {m_shown, quotable(key.type), print, file.string(),
                         known_hosts_line(m_address.host, m_address.port, key)}});
        case HostKeyVerdict::changed:
            refuse_ssh({"SRC-HOST-KEY-CHANGED", {m_shown, quotable(key.type), print, file.string()}});
        case HostKeyVerdict::revoked:
            refuse_ssh({"SRC-HOST-KEY-REVOKED", {m_shown, quotable(key.type), print, file.string()}});
    }
}

void SshSession::begin_waiting() {
    stop_if_interrupted(m_context);
    m_silent_since = m_context.clock.steady();
    m_moved_before = m_wire->moved;
    m_idle_turns = 0;
}

/// Only bytes count as progress: libssh2 sometimes says that it waits for what is there already, and a turn
/// without any byte is followed by a short rest.
void SshSession::wait() {
    if (m_wire->moved != m_moved_before) {
        m_moved_before = m_wire->moved;
        m_silent_since = m_context.clock.steady();
        m_idle_turns = 0;
    } else if (m_idle_turns++ > 1) {
        ::poll(nullptr, 0, rest_milliseconds);
    }
    const int directions = ::libssh2_session_block_directions(m_session);
    const bool writes = (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0;
    const bool reads = (directions & LIBSSH2_SESSION_BLOCK_INBOUND) != 0 || !writes;
    const auto events = static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    const Duration stalled = m_silent_since + std::chrono::seconds(m_settings.stall_seconds);
    const Duration deadline = m_phase == Phase::transfer ? stalled : m_login_deadline;
    if (m_context.clock.steady() >= deadline ||
        !wait_for_socket(m_socket.get(), events, deadline, m_context)) {
        fail_silent();
    }
}

void SshSession::fail_silent() const {
    const std::string seconds = std::to_string(m_settings.connect_seconds);
    Message failure{"SRC-CONNECT", {m_shown, as_argument(Message{"SRC-NO-ANSWER", {seconds}})}};
    if (m_phase == Phase::service) {
        failure = {"SRC-PROTOCOL", {m_shown, as_argument(Message{"SRC-SFTP-SILENT", {seconds}})}};
    } else if (m_phase == Phase::transfer) {
        const std::string silence = std::to_string(m_settings.stall_seconds);
        failure = {"SRC-STALLED", {m_shown, as_argument(Message{"SRC-NO-PROGRESS", {silence}})}};
    }
    throw Error(FailureClass::temporary, std::move(failure));
}

bool SshSession::would_block(const void* result) const {
    return result == nullptr && last_error() == LIBSSH2_ERROR_EAGAIN;
}

bool SshSession::alive() const {
    pollfd descriptor{m_socket.get(), POLLRDHUP, 0};
    return !m_abandoned && ::poll(&descriptor, 1, 0) == 0;
}

void SshSession::take_leave() {
    if (!m_abandoned) {
        ::libssh2_session_disconnect(m_session, "");
    }
    abandon();
}

void SshSession::abandon() {
    m_abandoned = true;
    ::shutdown(m_socket.get(), SHUT_RDWR);
}

bool SshSession::is_broken(int error) {
    switch (error) {
        case LIBSSH2_ERROR_SOCKET_NONE:
        case LIBSSH2_ERROR_BANNER_RECV:
        case LIBSSH2_ERROR_BANNER_SEND:
        case LIBSSH2_ERROR_SOCKET_SEND:
        case LIBSSH2_ERROR_SOCKET_DISCONNECT:
        case LIBSSH2_ERROR_CHANNEL_CLOSED:
        case LIBSSH2_ERROR_CHANNEL_EOF_SENT:
        case LIBSSH2_ERROR_SOCKET_TIMEOUT:
        case LIBSSH2_ERROR_SOCKET_RECV:
        case LIBSSH2_ERROR_BAD_SOCKET:
            return true;
        default:
            return false;
    }
}

int SshSession::last_error() const {
    return ::libssh2_session_last_errno(m_session);
}

std::string SshSession::last_error_text() const {
    char* text = nullptr;
    int size = 0;
    const int error = ::libssh2_session_last_error(m_session, &text, &size, 0);
    return quotable(std::string_view(text, static_cast<std::size_t>(size))) + " (" + std::to_string(error) +
           ")";
}

void SshSession::fail_broken() {
    const std::string why = last_error_text();
    abandon();
    throw Error(FailureClass::temporary,
                Message{"SRC-CONNECT", {m_shown, as_argument(Message{"SRC-BROKEN", {why}})}});
}

/// The socket first: what libssh2 wants to say and hear at the end then fails at once.
void SshSession::close() {
    if (m_session == nullptr) {
        return;
    }
    abandon();
    for (int tries = 0; tries < 100 && ::libssh2_session_free(m_session) == LIBSSH2_ERROR_EAGAIN; ++tries) {
    }
    m_session = nullptr;
}

}  // namespace obmen::endpoint
