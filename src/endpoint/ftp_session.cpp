#include "endpoint/ftp_session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <new>

#include "endpoint/name_text.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

constexpr std::size_t longest_words = 300;

/// libcurl's own set-up, once a process; libcurl 7.84 and newer lock it against other parts of the program
/// that do the same. It may not be undone while one of them uses libcurl, so it is never undone.
void initialise_curl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
    }
}

int listen_in(CURL* /*curl*/, curl_infotype type, char* bytes, std::size_t size, void* user) {
    FtpDialogue& dialogue = *static_cast<FtpDialogue*>(user);
    if (type == CURLINFO_HEADER_OUT) {
        dialogue.sent({bytes, size});
    } else if (type == CURLINFO_HEADER_IN) {
        dialogue.received({bytes, size});
    }
    return 0;
}

int is_interrupted(void* user, curl_off_t /*down*/, curl_off_t /*downloaded*/, curl_off_t /*up*/,
                   curl_off_t /*uploaded*/) {
    const auto* flag = static_cast<const std::atomic<bool>*>(user);
    return flag != nullptr && flag->load() ? 1 : 0;
}

std::size_t drop(char* /*bytes*/, std::size_t size, std::size_t count, void* /*user*/) {
    return size * count;
}

/// After a transfer that was refused some servers send more than one reply: what comes next would be taken
/// for the answer to another command.
bool keeps_connection(CURLcode code) {
    return code == CURLE_OK || code == CURLE_QUOTE_ERROR;
}

}  // namespace

FtpSession::FtpSession(const config::EndpointSettings& settings, const Address& address,
                       const EndpointContext& context)
    : m_settings(settings), m_address(address), m_context(context) {
    initialise_curl();
}

/// `path` may be empty: the server's own place.
std::string FtpSession::url(const std::string& path) const {
    std::string out = m_address.scheme == Scheme::ftps ? "ftps://" : "ftp://";
    const bool numeric6 = m_address.host.find(':') != std::string::npos;
    out += numeric6 ? "[" + m_address.host + "]" : m_address.host;
    out += ":" + std::to_string(m_address.port) + "/";
    append_percent_encoded(out, path);
    return out;
}

/// Whatever a server or libcurl says, the password must not come out here.
std::string FtpSession::readable(const std::string& text) const {
    std::string line = text.substr(0, text.find('\n'));
    const std::string& password = m_settings.password.reveal();
    if (password.size() >= 3) {
        for (std::size_t at = line.find(password); at != std::string::npos; at = line.find(password)) {
            line.replace(at, password.size(), "");
        }
    }
    return quotable(shown_name(line, m_settings.charset), longest_words);
}

Error FtpSession::error(const FtpFailure& failure) const {
    const bool said = failure.reply.code >= 400 && failure.code != CURLE_OPERATION_TIMEDOUT;
    return error_of(failure, shown(), m_address.user.empty() ? "anonymous" : readable(m_address.user),
                    readable(said ? failure.reply.text : failure.detail));
}

void FtpSession::set_limits() {
    set_option(m_curl.get(), CURLOPT_NOSIGNAL, 1L);
    set_option(m_curl.get(), CURLOPT_CONNECTTIMEOUT, static_cast<long>(m_settings.connect_seconds));
    set_option(m_curl.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(m_settings.stall_seconds));
    set_option(m_curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
    set_option(m_curl.get(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(m_settings.stall_seconds));
    set_option(m_curl.get(), CURLOPT_ACCEPTTIMEOUT_MS, static_cast<long>(m_settings.connect_seconds) * 1000L);
    set_option(m_curl.get(), CURLOPT_TCP_KEEPALIVE, 1L);
    set_option(m_curl.get(), CURLOPT_NOPROGRESS, 0L);
    set_option(m_curl.get(), CURLOPT_XFERINFOFUNCTION, &is_interrupted);
    set_option(m_curl.get(), CURLOPT_XFERINFODATA, m_context.interrupted);
}

void FtpSession::set_login() {
    // A user without a password is not the anonymous one.
    if (!m_address.user.empty()) {
        set_option(m_curl.get(), CURLOPT_USERNAME, m_address.user.c_str());
        set_option(m_curl.get(), CURLOPT_PASSWORD, m_settings.password.reveal().c_str());
    }
}

void FtpSession::set_tls() {
    if (!has_tls()) {
        return;
    }
    set_option(m_curl.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    set_option(m_curl.get(), CURLOPT_SSL_VERIFYPEER, 1L);
    set_option(m_curl.get(), CURLOPT_SSL_VERIFYHOST, 2L);
    // vsftpd and ProFTPD demand that data connections go on with the session of the control connection.
    set_option(m_curl.get(), CURLOPT_SSL_SESSIONID_CACHE, 1L);
    const auto newest =
        static_cast<long>(m_settings.tls12 ? CURL_SSLVERSION_MAX_TLSv1_2 : CURL_SSLVERSION_MAX_DEFAULT);
    set_option(m_curl.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2) | newest);
    if (!m_settings.ca_file.empty()) {
        set_option(m_curl.get(), CURLOPT_CAINFO, m_settings.ca_file.c_str());
        set_option(m_curl.get(), CURLOPT_CAPATH, "/etc/ssl/certs");  // the system's own stay
    }
}

void FtpSession::set_data_connection() {
    set_option(m_curl.get(), CURLOPT_FTP_USE_EPSV, m_settings.epsv ? 1L : 0L);
    set_option(m_curl.get(), CURLOPT_FTP_SKIP_PASV_IP, 1L);
    if (m_settings.active) {
        set_option(m_curl.get(), CURLOPT_FTPPORT, "-");
    }
}

void FtpSession::open() {
    m_connections.reset(curl_multi_init());
    m_curl.reset(curl_easy_init());
    if (!m_connections || !m_curl) {
        close();
        throw std::bad_alloc();
    }
    curl_multi_setopt(m_connections.get(), CURLMOPT_MAXCONNECTS, 1L);
}

CURL* FtpSession::prepare(const std::string& path) {
    if (m_context.interrupted != nullptr && m_context.interrupted->load()) {
        throw Error(FailureClass::temporary, Message{"SYS-INTERRUPTED"});
    }
    if (!m_curl) {
        open();
    }
    CURL* handle = m_curl.get();
    curl_easy_reset(handle);  // keeps the connection
    m_words.fill('\0');
    m_dialogue = {};
    set_option(handle, CURLOPT_ERRORBUFFER, m_words.data());
    set_option(handle, CURLOPT_VERBOSE, 1L);
    set_option(handle, CURLOPT_DEBUGFUNCTION, &listen_in);
    set_option(handle, CURLOPT_DEBUGDATA, &m_dialogue);
    set_option(handle, CURLOPT_PROTOCOLS_STR, "ftp,ftps");
    set_option(handle, CURLOPT_PROXY, "");  // what the environment names is for HTTP
    set_option(handle, CURLOPT_URL, url(path).c_str());
    set_option(handle, CURLOPT_PATH_AS_IS, 1L);
    // One command with the whole path: no folders to walk through, and libcurl keeps out of the names.
    set_option(handle, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_NOCWD));
    set_option(handle, CURLOPT_WRITEFUNCTION, &drop);
    set_limits();
    set_login();
    set_tls();
    set_data_connection();
    return handle;
}

/// curl_easy_perform() of libcurl 7.88 sleeps for a second where a server answers EPSV at once: it waits for
/// nothing then. Short waits end that, and let an interruption through.
CURLcode FtpSession::wait_for_end() {
    constexpr int longest_wait = 50;  // milliseconds
    int running = 1;
    for (int wait = 1; running > 0; wait = std::min(wait * 2, longest_wait)) {
        if (curl_multi_perform(m_connections.get(), &running) != CURLM_OK) {
            return CURLE_FAILED_INIT;
        }
        int ready = 0;
        if (running > 0) {
            curl_multi_poll(m_connections.get(), nullptr, 0, wait, &ready);
        }
        wait = ready > 0 ? 1 : wait;
    }
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(m_connections.get(), &left);
    return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
}

CURLcode FtpSession::perform() {
    curl_multi_add_handle(m_connections.get(), m_curl.get());
    const CURLcode code = wait_for_end();
    const char* entry = nullptr;
    curl_easy_getinfo(m_curl.get(), CURLINFO_FTP_ENTRY_PATH, &entry);
    if (entry != nullptr) {
        m_home = entry;
    }
    m_socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(m_curl.get(), CURLINFO_ACTIVESOCKET, &m_socket);
    curl_multi_remove_handle(m_connections.get(), m_curl.get());
    return code;
}

/// Without a farewell: libcurl would wait two minutes for the answer of a server that has fallen silent.
void FtpSession::close() noexcept {
    if (m_socket != CURL_SOCKET_BAD) {
        ::shutdown(m_socket, SHUT_RDWR);
        m_socket = CURL_SOCKET_BAD;
    }
    m_curl.reset();
    m_connections.reset();
}

void FtpSession::fail(CURLcode code, const std::string& subject) {
    FtpFailure failure{.code = code,
                       .detail = m_words.front() != '\0' ? m_words.data() : curl_easy_strerror(code),
                       .reply = m_dialogue.last(),
                       .connected = !m_dialogue.replies().empty(),
                       .logged_in = m_dialogue.logged_in(),
                       .subject = m_dialogue.refused_login() ? "" : subject};
    if (!keeps_connection(code)) {
        close();
    }
    throw error(failure);
}

}  // namespace obmen::endpoint
