#include "endpoint/ftp_connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "endpoint/name_text.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

constexpr std::size_t largest_listing = std::size_t{256} << 20U;
constexpr std::size_t longest_words = 300;

/// libcurl's own set-up, once a process; libcurl 7.84 and newer lock it against other parts of the program
/// that do the same. It may not be undone while one of them uses libcurl, so it is never undone.
void initialise_curl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
    }
}

template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl, option, value);
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string("libcurl option: ") + curl_easy_strerror(code));
    }
}

struct EasyCloser {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct MultiCloser {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListCloser {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CommandList = std::unique_ptr<curl_slist, ListCloser>;

CommandList command_list(const std::vector<std::string>& commands) {
    CommandList list;
    for (const std::string& command : commands) {
        curl_slist* longer = curl_slist_append(list.get(), command.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(list.release());  // it is the head of `longer` now
        list.reset(longer);
    }
    return list;
}

/// What was said in one step: every command with its answer.
class Dialogue {
  public:
    void sent(std::string_view line) {
        line = line.substr(0, line.find_first_of("\r\n"));
        // The password goes no further.
        const bool password = line.starts_with("PASS ");
        m_replies.push_back({.command = std::string(password ? "PASS" : line), .text = {}});
        m_open_code = 0;
    }
    void received(std::string_view line) {
        line = line.substr(0, line.find_first_of("\r\n"));
        if (m_replies.empty()) {
            m_replies.emplace_back();
        }
        FtpReply& reply = m_replies.back();
        const int code = code_of(line);
        if (m_open_code == 0) {
            reply.text.clear();
        } else {
            reply.text += '\n';
        }
        reply.text += line;
        const bool more = line.size() > 3 && line[3] == '-';
        if (code == 0 || (m_open_code != 0 && (code != m_open_code || more))) {
            return;  // inside an answer of several lines
        }
        m_open_code = more ? code : 0;
        if (!more) {
            reply.began = reply.began || code < 200;
            reply.code = code;
        }
    }
    [[nodiscard]] const std::vector<FtpReply>& replies() const { return m_replies; }
    /// One for each; what libcurl says beside them is left out.
    [[nodiscard]] std::vector<FtpReply> replies_to(const std::vector<std::string>& commands) const {
        std::vector<FtpReply> own;
        auto reply = m_replies.begin();
        for (const std::string& command : commands) {
            const std::string_view text = std::string_view(command).substr(command.starts_with('*') ? 1 : 0);
            reply = std::find_if(reply, m_replies.end(),
                                 [&](const FtpReply& each) { return each.command == text; });
            own.push_back(reply == m_replies.end() ? FtpReply{.command = std::string(text)} : *reply++);
        }
        return own;
    }
    [[nodiscard]] FtpReply last() const { return m_replies.empty() ? FtpReply{} : m_replies.back(); }
    [[nodiscard]] bool refused_login() const {
        return std::ranges::any_of(m_replies, [](const FtpReply& reply) {
            return (reply.command == "PASS" || reply.command.starts_with("USER ")) && reply.code >= 400;
        });
    }
    /// No login in this step: the connection was there already.
    [[nodiscard]] bool logged_in() const {
        const auto is_login = [](const FtpReply& reply) { return reply.command.starts_with("USER "); };
        const auto accepted = [](const FtpReply& reply) {
            return (reply.command == "PASS" || reply.command.starts_with("USER ")) && reply.code / 100 == 2;
        };
        return !m_replies.empty() &&
               (std::ranges::any_of(m_replies, accepted) ||
                (std::ranges::none_of(m_replies, is_login) && !m_replies[0].command.empty()));
    }

  private:
    /// 0: the line does not begin with a code.
    static int code_of(std::string_view line) {
        const bool coded = line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), [](char c) {
                               return c >= '0' && c <= '9';
                           });
        return coded ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
    }

    std::vector<FtpReply> m_replies;
    int m_open_code = 0;
};

int listen_in(CURL* /*curl*/, curl_infotype type, char* bytes, std::size_t size, void* user) {
    Dialogue& dialogue = *static_cast<Dialogue*>(user);
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

/// Bytes on their way in. An exception of the taker must not pass through libcurl.
struct Download {
    const std::function<void(std::string_view)>& take;
    std::exception_ptr failure{};
};

std::size_t hand_over(char* bytes, std::size_t size, std::size_t count, void* user) {
    Download& download = *static_cast<Download*>(user);
    try {
        download.take({bytes, size * count});
        return size * count;
    } catch (...) {
        download.failure = std::current_exception();
        return 0;
    }
}

/// Bytes of a file on their way out.
struct Upload {
    int file;
    int error = 0;
};

std::size_t read_file(char* buffer, std::size_t size, std::size_t count, void* user) {
    Upload& upload = *static_cast<Upload*>(user);
    ssize_t taken = 0;
    do {
        taken = ::read(upload.file, buffer, size * count);
    } while (taken < 0 && errno == EINTR);
    if (taken < 0) {
        upload.error = errno;
        return CURL_READFUNC_ABORT;
    }
    return static_cast<std::size_t>(taken);
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

struct FtpConnection::State {
    const config::EndpointSettings& settings;
    const Address& address;
    const EndpointContext& context;
    std::unique_ptr<CURLM, MultiCloser> connections{};  ///< one at the most
    std::unique_ptr<CURL, EasyCloser> curl{};
    curl_socket_t socket = CURL_SOCKET_BAD;  ///< of the control connection
    std::array<char, CURL_ERROR_SIZE> words{};
    Dialogue dialogue{};
    std::string home{};

    [[nodiscard]] bool has_tls() const { return address.scheme != Scheme::ftp; }
    [[nodiscard]] std::string url(const std::string& path) const;
    [[nodiscard]] std::string readable(const std::string& text) const;
    [[nodiscard]] Error error(const FtpFailure& failure) const;

    CURL* prepare(const std::string& path);
    void set_limits();
    void set_login();
    void set_tls();
    void set_data_connection();
    CURLcode wait_for_end();
    CURLcode perform();
    void close();
    void perform_or_fail(const std::string& subject);
    [[noreturn]] void fail(CURLcode code, const std::string& subject);
    std::string read_listing(const std::string& subject);
};

/// `path` may be empty: the server's own place.
std::string FtpConnection::State::url(const std::string& path) const {
    std::string out = address.scheme == Scheme::ftps ? "ftps://" : "ftp://";
    const bool numeric6 = address.host.find(':') != std::string::npos;
    out += numeric6 ? "[" + address.host + "]" : address.host;
    out += ":" + std::to_string(address.port) + "/";
    append_percent_encoded(out, path);
    return out;
}

/// Whatever a server or libcurl says, the password must not come out here.
std::string FtpConnection::State::readable(const std::string& text) const {
    std::string line = text.substr(0, text.find('\n'));
    const std::string& password = settings.password.reveal();
    if (password.size() >= 3) {
        for (std::size_t at = line.find(password); at != std::string::npos; at = line.find(password)) {
            line.replace(at, password.size(), "");
        }
    }
    return quotable(shown_name(line, settings.charset), longest_words);
}

Error FtpConnection::State::error(const FtpFailure& failure) const {
    const bool said = failure.reply.code >= 400 && failure.code != CURLE_OPERATION_TIMEDOUT;
    return error_of(failure, shown(address), address.user.empty() ? "anonymous" : readable(address.user),
                    readable(said ? failure.reply.text : failure.detail));
}

void FtpConnection::State::set_limits() {
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_CONNECTTIMEOUT, static_cast<long>(settings.connect_seconds));
    set(curl.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(settings.stall_seconds));
    set(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(curl.get(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.stall_seconds));
    set(curl.get(), CURLOPT_ACCEPTTIMEOUT_MS, static_cast<long>(settings.connect_seconds) * 1000L);
    set(curl.get(), CURLOPT_TCP_KEEPALIVE, 1L);
    set(curl.get(), CURLOPT_NOPROGRESS, 0L);
    set(curl.get(), CURLOPT_XFERINFOFUNCTION, &is_interrupted);
    set(curl.get(), CURLOPT_XFERINFODATA, context.interrupted);
}

void FtpConnection::State::set_login() {
    // A user without a password is not the anonymous one.
    if (!address.user.empty()) {
        set(curl.get(), CURLOPT_USERNAME, address.user.c_str());
        set(curl.get(), CURLOPT_PASSWORD, settings.password.reveal().c_str());
    }
}

void FtpConnection::State::set_tls() {
    if (!has_tls()) {
        return;
    }
    set(curl.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    set(curl.get(), CURLOPT_SSL_VERIFYPEER, 1L);
    set(curl.get(), CURLOPT_SSL_VERIFYHOST, 2L);
    // vsftpd and ProFTPD demand that data connections go on with the session of the control connection.
    set(curl.get(), CURLOPT_SSL_SESSIONID_CACHE, 1L);
    const auto newest =
        static_cast<long>(settings.tls12 ? CURL_SSLVERSION_MAX_TLSv1_2 : CURL_SSLVERSION_MAX_DEFAULT);
    set(curl.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2) | newest);
    if (!settings.ca_file.empty()) {
        set(curl.get(), CURLOPT_CAINFO, settings.ca_file.c_str());
        set(curl.get(), CURLOPT_CAPATH, "/etc/ssl/certs");  // the system's own stay
    }
}

void FtpConnection::State::set_data_connection() {
    set(curl.get(), CURLOPT_FTP_USE_EPSV, settings.epsv ? 1L : 0L);
    set(curl.get(), CURLOPT_FTP_SKIP_PASV_IP, 1L);
    if (settings.active) {
        set(curl.get(), CURLOPT_FTPPORT, "-");
    }
}

CURL* FtpConnection::State::prepare(const std::string& path) {
    if (context.interrupted != nullptr && context.interrupted->load()) {
        throw Error(FailureClass::temporary, Message{"SYS-INTERRUPTED"});
    }
    if (!curl) {
        connections.reset(curl_multi_init());
        curl.reset(curl_easy_init());
        if (!connections || !curl) {
            throw std::bad_alloc();
        }
        curl_multi_setopt(connections.get(), CURLMOPT_MAXCONNECTS, 1L);
    }
    CURL* handle = curl.get();
    curl_easy_reset(handle);  // keeps the connection
    words.fill('\0');
    dialogue = {};
    set(handle, CURLOPT_ERRORBUFFER, words.data());
    set(handle, CURLOPT_VERBOSE, 1L);
    set(handle, CURLOPT_DEBUGFUNCTION, &listen_in);
    set(handle, CURLOPT_DEBUGDATA, &dialogue);
    set(handle, CURLOPT_PROTOCOLS_STR, "ftp,ftps");
    set(handle, CURLOPT_PROXY, "");  // what the environment names is for HTTP
    set(handle, CURLOPT_URL, url(path).c_str());
    set(handle, CURLOPT_PATH_AS_IS, 1L);
    // One command with the whole path: no folders to walk through, and libcurl keeps out of the names.
    set(handle, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_NOCWD));
    set(handle, CURLOPT_WRITEFUNCTION, &drop);
    set_limits();
    set_login();
    set_tls();
    set_data_connection();
    return handle;
}

/// curl_easy_perform() of libcurl 7.88 sleeps for a second where a server answers EPSV at once: it waits for
/// nothing then. Short waits end that, and let an interruption through.
CURLcode FtpConnection::State::wait_for_end() {
    constexpr int longest_wait = 50;  // milliseconds
    int running = 1;
    for (int wait = 1; running > 0; wait = std::min(wait * 2, longest_wait)) {
        if (curl_multi_perform(connections.get(), &running) != CURLM_OK) {
            return CURLE_FAILED_INIT;
        }
        int ready = 0;
        if (running > 0) {
            curl_multi_poll(connections.get(), nullptr, 0, wait, &ready);
        }
        wait = ready > 0 ? 1 : wait;
    }
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(connections.get(), &left);
    return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
}

CURLcode FtpConnection::State::perform() {
    curl_multi_add_handle(connections.get(), curl.get());
    const CURLcode code = wait_for_end();
    const char* entry = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_FTP_ENTRY_PATH, &entry);
    if (entry != nullptr) {
        home = entry;
    }
    socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(curl.get(), CURLINFO_ACTIVESOCKET, &socket);
    curl_multi_remove_handle(connections.get(), curl.get());
    return code;
}

/// Without a farewell: libcurl would wait two minutes for the answer of a server that has fallen silent.
void FtpConnection::State::close() {
    if (socket != CURL_SOCKET_BAD) {
        ::shutdown(socket, SHUT_RDWR);
        socket = CURL_SOCKET_BAD;
    }
    curl.reset();
    connections.reset();
}

void FtpConnection::State::fail(CURLcode code, const std::string& subject) {
    FtpFailure failure{.code = code,
                       .detail = words.front() != '\0' ? words.data() : curl_easy_strerror(code),
                       .reply = dialogue.last(),
                       .connected = !dialogue.replies().empty(),
                       .logged_in = dialogue.logged_in(),
                       .subject = dialogue.refused_login() ? "" : subject};
    if (!keeps_connection(code)) {
        close();
    }
    throw error(failure);
}

void FtpConnection::State::perform_or_fail(const std::string& subject) {
    const CURLcode code = perform();
    if (code != CURLE_OK) {
        fail(code, subject);
    }
}

std::string FtpConnection::State::read_listing(const std::string& subject) {
    std::string bytes;
    bool too_large = false;
    const std::function<void(std::string_view)> take = [&](std::string_view block) {
        too_large = bytes.size() + block.size() > largest_listing;
        if (too_large) {
            throw std::length_error("listing");
        }
        bytes += block;
    };
    Download download{take};
    set(curl.get(), CURLOPT_WRITEFUNCTION, &hand_over);
    set(curl.get(), CURLOPT_WRITEDATA, &download);
    const CURLcode code = perform();
    if (too_large) {
        close();
        throw Error(FailureClass::temporary, Message{"SRC-LISTING", {shown(address), "> 256 MiB"}});
    }
    if (code != CURLE_OK) {
        fail(code, subject);
    }
    // libcurl takes "450" for an empty folder.
    if (const FtpReply reply = dialogue.last(); reply.code >= 400) {
        throw error({.reply = reply, .connected = true, .logged_in = true, .subject = subject});
    }
    return bytes;
}

FtpConnection::FtpConnection(const config::EndpointSettings& settings, const Address& address,
                             const EndpointContext& context)
    : m_state(std::make_unique<State>(State{settings, address, context})) {
    initialise_curl();
}

FtpConnection::~FtpConnection() {
    disconnect();
}

std::vector<FtpReply> FtpConnection::command(const std::vector<std::string>& commands,
                                             const std::string& subject) {
    CURL* curl = m_state->prepare("");
    const CommandList list = command_list(commands);
    set(curl, CURLOPT_NOBODY, 1L);
    set(curl, CURLOPT_QUOTE, list.get());
    m_state->perform_or_fail(subject);
    return m_state->dialogue.replies_to(commands);
}

Error FtpConnection::refusal(const FtpReply& reply, const std::string& subject) const {
    return m_state->error({.reply = reply, .connected = true, .logged_in = true, .subject = subject});
}

std::string FtpConnection::mlsd(const std::string& path, const std::string& subject) {
    CURL* curl = m_state->prepare(path.ends_with('/') ? path : path + "/");
    set(curl, CURLOPT_CUSTOMREQUEST, "MLSD");
    return m_state->read_listing(subject);
}

std::string FtpConnection::list(const std::string& path, const std::string& options,
                                const std::string& subject) {
    CURL* curl = m_state->prepare(path.ends_with('/') ? path : path + "/");
    const std::string verb = options.empty() ? "LIST" : "LIST " + options;
    set(curl, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_SINGLECWD));
    set(curl, CURLOPT_CUSTOMREQUEST, verb.c_str());
    return m_state->read_listing(subject);
}

void FtpConnection::retrieve(const std::string& path, const std::function<void(std::string_view)>& take,
                             const std::string& subject) {
    CURL* curl = m_state->prepare(path);
    Download download{take};
    set(curl, CURLOPT_BUFFERSIZE, 512L << 10U);
    set(curl, CURLOPT_WRITEFUNCTION, &hand_over);
    set(curl, CURLOPT_WRITEDATA, &download);
    const CURLcode code = m_state->perform();
    if (download.failure) {
        m_state->close();  // the rest of the file may still be on its way
        std::rethrow_exception(download.failure);
    }
    if (code != CURLE_OK) {
        m_state->fail(code, subject);
    }
}

void FtpConnection::store(const std::string& path, int file, std::uint64_t size, const std::string& subject) {
    // A second upload on one connection fails with TLS 1.3 where the server demands the session of the
    // control connection (reference exchange.md §1.4).
    if (m_state->has_tls()) {
        disconnect();
    }
    CURL* curl = m_state->prepare(path);
    Upload upload{file};
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10U);
    set(curl, CURLOPT_READFUNCTION, &read_file);
    set(curl, CURLOPT_READDATA, &upload);
    set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    const CURLcode code = m_state->perform();
    if (upload.error != 0) {
        m_state->close();
        throw std::system_error(upload.error, std::generic_category());
    }
    if (code != CURLE_OK) {
        m_state->fail(code, subject);
    }
    if (m_state->has_tls()) {
        disconnect();
    }
}

std::string FtpConnection::home() {
    if (m_state->home.empty()) {
        command({"*NOOP"});
    }
    if (m_state->home.empty()) {
        throw Error(FailureClass::temporary, Message{"SRC-PROTOCOL", {shown(m_state->address), "PWD?"}});
    }
    return m_state->home;
}

void FtpConnection::disconnect() noexcept {
    m_state->close();
}

}  // namespace obmen::endpoint
