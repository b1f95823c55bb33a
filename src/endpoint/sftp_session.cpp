#include "endpoint/sftp_session.hpp"

#include <array>
#include <utility>

#include "endpoint/name_text.hpp"
#include "endpoint/ssh_login.hpp"
#include "support/error.hpp"

namespace obmen::endpoint {

namespace {

/// The server's umask takes away what its administrator does not want.
constexpr long new_file_mode = 0666;
constexpr long new_folder_mode = 0777;
constexpr std::size_t longest_path = std::size_t{64} << 10U;

struct Status {
    unsigned long number;
    const char* name;
    Code code;
};

constexpr std::array<Status, 20> statuses{{
    {LIBSSH2_FX_EOF, "EOF", "SRC-PROTOCOL"},
    {LIBSSH2_FX_NO_SUCH_FILE, "NO_SUCH_FILE", "SRC-MISSING"},
    {LIBSSH2_FX_PERMISSION_DENIED, "PERMISSION_DENIED", "SRC-DENIED"},
    {LIBSSH2_FX_FAILURE, "FAILURE", "SRC-PROTOCOL"},
    {LIBSSH2_FX_BAD_MESSAGE, "BAD_MESSAGE", "SRC-PROTOCOL"},
    {LIBSSH2_FX_NO_CONNECTION, "NO_CONNECTION", "SRC-CONNECT"},
    {LIBSSH2_FX_CONNECTION_LOST, "CONNECTION_LOST", "SRC-CONNECT"},
    {LIBSSH2_FX_OP_UNSUPPORTED, "OP_UNSUPPORTED", "SRC-PROTOCOL"},
    {LIBSSH2_FX_INVALID_HANDLE, "INVALID_HANDLE", "SRC-PROTOCOL"},
    {LIBSSH2_FX_NO_SUCH_PATH, "NO_SUCH_PATH", "SRC-MISSING"},
    {LIBSSH2_FX_FILE_ALREADY_EXISTS, "FILE_ALREADY_EXISTS", "SRC-EXISTS"},
    {LIBSSH2_FX_WRITE_PROTECT, "WRITE_PROTECT", "SRC-DENIED"},
    {LIBSSH2_FX_NO_MEDIA, "NO_MEDIA", "SRC-PROTOCOL"},
    {LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM, "NO_SPACE_ON_FILESYSTEM", "SRC-FULL"},
    {LIBSSH2_FX_QUOTA_EXCEEDED, "QUOTA_EXCEEDED", "SRC-FULL"},
    {LIBSSH2_FX_UNKNOWN_PRINCIPAL, "UNKNOWN_PRINCIPAL", "SRC-PROTOCOL"},
    {LIBSSH2_FX_LOCK_CONFLICT, "LOCK_CONFLICT", "SRC-BUSY"},
    {LIBSSH2_FX_DIR_NOT_EMPTY, "DIR_NOT_EMPTY", "SRC-PROTOCOL"},
    {LIBSSH2_FX_NOT_A_DIRECTORY, "NOT_A_DIRECTORY", "SRC-PROTOCOL"},
    {LIBSSH2_FX_INVALID_FILENAME, "INVALID_FILENAME", "SRC-PROTOCOL"},
}};
constexpr Status unknown_status{0, "?", "SRC-PROTOCOL"};

const Status& known_status(unsigned long number) {
    for (const Status& status : statuses) {
        if (status.number == number) {
            return status;
        }
    }
    return unknown_status;
}

unsigned size_of(const std::string& path) {
    return static_cast<unsigned>(path.size());
}

}  // namespace

SftpSession::SftpSession(const config::EndpointSettings& settings, const Address& address,
                         const EndpointContext& context)
    : m_ssh(settings, address, context) {
    log_in(m_ssh);
    m_ssh.set_phase(SshSession::Phase::service);
    try {
        start_service();
        m_folder = address.in_home ? home() : address.path;
        if (address.in_home && !address.path.empty()) {
            m_folder += "/" + address.path;
        }
    } catch (...) {
        close();
        throw;
    }
    m_ssh.set_phase(SshSession::Phase::transfer);
}

SftpSession::~SftpSession() {
    close();
}

void SftpSession::close() {
    m_ssh.take_leave();
    if (m_sftp == nullptr) {
        return;
    }
    for (int tries = 0; tries < 100 && ::libssh2_sftp_shutdown(m_sftp) == LIBSSH2_ERROR_EAGAIN; ++tries) {
    }
    m_sftp = nullptr;
}

void SftpSession::start_service() {
    m_sftp = m_ssh.complete([&] { return ::libssh2_sftp_init(m_ssh.handle()); });
    if (m_sftp == nullptr && !m_ssh.alive()) {
        m_ssh.fail_broken();
    }
    if (m_sftp == nullptr) {
        const std::string why = as_argument(Message{"SRC-NO-SFTP", {m_ssh.last_error_text()}});
        throw Error(FailureClass::temporary, Message{"SRC-PROTOCOL", {m_ssh.shown(), why}});
    }
}

std::string SftpSession::home() {
    std::string path(longest_path, '\0');
    const int size = m_ssh.complete([&] {
        return ::libssh2_sftp_symlink_ex(m_sftp, ".", 1, path.data(), size_of(path), LIBSSH2_SFTP_REALPATH);
    });
    const unsigned long status = status_of(size);
    if (status != 0) {
        fail(status, ".");
    }
    path.resize(static_cast<std::size_t>(size));
    return path == "/" ? std::string() : path;
}

std::optional<LIBSSH2_SFTP_ATTRIBUTES> SftpSession::look(const std::string& path) {
    LIBSSH2_SFTP_ATTRIBUTES attributes{};
    const unsigned long status = status_of(m_ssh.complete([&] {
        return ::libssh2_sftp_stat_ex(m_sftp, path.data(), size_of(path), LIBSSH2_SFTP_LSTAT, &attributes);
    }));
    if (status == 0) {
        return attributes;
    }
    if (known_status(status).code == Code{"SRC-MISSING"}) {
        return std::nullopt;
    }
    fail(status, path);
}

LIBSSH2_SFTP_HANDLE* SftpSession::open(const std::string& path, unsigned long flags, int type) {
    return m_ssh.complete([&] {
        return ::libssh2_sftp_open_ex(m_sftp, path.data(), size_of(path), flags, new_file_mode, type);
    });
}

SftpHandle SftpSession::open_folder(const std::string& path) {
    LIBSSH2_SFTP_HANDLE* handle = open(path, 0, LIBSSH2_SFTP_OPENDIR);
    if (handle == nullptr) {
        fail(status_of(m_ssh.last_error()), path);
    }
    return {*this, handle};
}

SftpHandle SftpSession::open_file(const std::string& path) {
    LIBSSH2_SFTP_HANDLE* handle = open(path, LIBSSH2_FXF_READ, LIBSSH2_SFTP_OPENFILE);
    if (handle == nullptr) {
        fail(status_of(m_ssh.last_error()), path);
    }
    return {*this, handle};
}

std::optional<SftpHandle> SftpSession::create_file(const std::string& path) {
    LIBSSH2_SFTP_HANDLE* handle =
        open(path, LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_EXCL, LIBSSH2_SFTP_OPENFILE);
    if (handle != nullptr) {
        return SftpHandle(*this, handle);
    }
    const unsigned long status = status_of(m_ssh.last_error());
    if (status == LIBSSH2_FX_FAILURE || status == LIBSSH2_FX_FILE_ALREADY_EXISTS) {
        return std::nullopt;
    }
    fail(status, path);
}

unsigned long SftpSession::rename(const std::string& from, const std::string& to) {
    return status_of(m_ssh.complete([&] {
        return ::libssh2_sftp_rename_ex(m_sftp, from.data(), size_of(from), to.data(), size_of(to), 0);
    }));
}

unsigned long SftpSession::remove(const std::string& path) {
    return status_of(
        m_ssh.complete([&] { return ::libssh2_sftp_unlink_ex(m_sftp, path.data(), size_of(path)); }));
}

unsigned long SftpSession::make_folder(const std::string& path) {
    return status_of(m_ssh.complete(
        [&] { return ::libssh2_sftp_mkdir_ex(m_sftp, path.data(), size_of(path), new_folder_mode); }));
}

std::optional<std::uint64_t> SftpSession::free_bytes(const std::string& path) {
    LIBSSH2_SFTP_STATVFS state{};
    const int result =
        m_ssh.complete([&] { return ::libssh2_sftp_statvfs(m_sftp, path.data(), path.size(), &state); });
    return result == 0 ? std::optional(std::uint64_t{state.f_bavail} * state.f_frsize) : std::nullopt;
}

unsigned long SftpSession::status_of(ssize_t result) {
    if (result >= 0) {
        return 0;
    }
    if (result == LIBSSH2_ERROR_SFTP_PROTOCOL) {
        const unsigned long status = ::libssh2_sftp_last_error(m_sftp);
        return status == 0 ? LIBSSH2_FX_FAILURE : status;
    }
    const std::string why = m_ssh.last_error_text();
    if (SshSession::is_broken(static_cast<int>(result))) {
        m_ssh.fail_broken();
    }
    m_ssh.abandon();
    throw Error(FailureClass::temporary, Message{"SRC-PROTOCOL", {m_ssh.shown(), why}});
}

void SftpSession::fail(unsigned long status, const std::string& path) {
    const Code code = known_status(status).code;
    const bool names_path = code == Code{"SRC-MISSING"} || code == Code{"SRC-DENIED"} ||
                            code == Code{"SRC-FULL"} || code == Code{"SRC-EXISTS"};
    throw Error(FailureClass::temporary,
                Message{code, {m_ssh.shown(), names_path ? shown_path(path) : refusal(status, path)}});
}

std::string SftpSession::refusal(unsigned long status, const std::string& path) const {
    return as_argument(
        Message{"SRC-STATUS", {shown_path(path), std::to_string(status), known_status(status).name}});
}

std::string SftpSession::shown_path(const std::string& path) const {
    return shown_name(path, m_ssh.settings().charset);
}

SftpHandle::SftpHandle(SftpHandle&& other) noexcept
    : m_session(other.m_session), m_handle(std::exchange(other.m_handle, nullptr)) {}

SftpHandle::~SftpHandle() {
    if (m_handle == nullptr) {
        return;
    }
    m_session->ssh().abandon();
    for (int tries = 0; tries < 100 && ::libssh2_sftp_close_handle(m_handle) == LIBSSH2_ERROR_EAGAIN;
         ++tries) {
    }
}

unsigned long SftpHandle::close() {
    const int result = m_session->ssh().complete([&] { return ::libssh2_sftp_close_handle(m_handle); });
    m_handle = nullptr;
    return m_session->status_of(result);
}

}  // namespace obmen::endpoint
