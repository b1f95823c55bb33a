#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "portal/loopback.hpp"
#include "portal/transport.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

constexpr std::size_t largest_answer = std::size_t{64} << 20U;
constexpr std::chrono::milliseconds connect_timeout{15'000};

/// libcurl's own set-up, once a process. It may not be undone while another part of the program uses libcurl,
/// so it is never undone; the operating system does that.
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

/// The body on its way out. libcurl asks for it piece by piece, and there is no way back to its start: it
/// cannot be sent twice.
struct Upload {
    std::string_view rest;
    bool asked_for = false;
};

std::size_t read_body(char* buffer, std::size_t size, std::size_t count, void* user) {
    Upload& upload = *static_cast<Upload*>(user);
    upload.asked_for = true;
    const std::size_t taken = std::min(size * count, upload.rest.size());
    std::memcpy(buffer, upload.rest.data(), taken);
    upload.rest.remove_prefix(taken);
    return taken;
}

/// The answer on its way in. `too_large` tells our own refusal from a failure of the network.
struct Download {
    std::string body;
    bool too_large = false;
};

std::size_t write_body(char* bytes, std::size_t size, std::size_t count, void* user) {
    Download& download = *static_cast<Download*>(user);
    if (download.body.size() + size * count > largest_answer) {
        download.too_large = true;
        return 0;
    }
    download.body.append(bytes, size * count);
    return size * count;
}

std::string info_text(CURL* curl, CURLINFO info) {
    const char* text = nullptr;
    curl_easy_getinfo(curl, info, &text);
    return text == nullptr ? std::string{} : std::string(text);
}

/// The path of the address holds the webhook's code: whatever libcurl says, it must not come out here.
std::string without_secrets(std::string text, const std::string& url) {
    const std::size_t host = url.find("://");
    const std::size_t path = host == std::string::npos ? host : url.find('/', host + 3);
    if (path != std::string::npos && path + 1 < url.size()) {
        for (std::size_t at = text.find(url.substr(path)); at != std::string::npos;
             at = text.find(url.substr(path))) {
            text.replace(at, url.size() - path, "/…");
        }
    }
    return masked(quotable(text));
}

/// Called now and then while a POST is on the wire: anything but 0 ends it.
int is_broken_off(void* user, curl_off_t /*down*/, curl_off_t /*downloaded*/, curl_off_t /*up*/,
                  curl_off_t /*uploaded*/) {
    return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

/// One POST, with a handle of its own.
class Post {
  public:
    /// `broken_off` turning true ends it; must outlive the object.
    Post(std::atomic<bool>& broken_off, const NetworkOptions& network,
         const char* content_type = "Content-Type: application/json");
    [[nodiscard]] HttpAnswer run(const Secret& url, const std::string& body,
                                 std::chrono::milliseconds timeout);

  private:
    struct EasyCloser {
        void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    };
    struct ListCloser {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    std::unique_ptr<CURL, EasyCloser> m_curl;
    std::unique_ptr<curl_slist, ListCloser> m_headers;
    std::array<char, CURL_ERROR_SIZE> m_error{};
    std::string m_proxy;

    void add_header(const char* line) {
        curl_slist* longer = curl_slist_append(m_headers.get(), line);
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(m_headers.release());  // it is the head of `longer` now
        m_headers.reset(longer);
    }

    void set_what_never_changes(const char* content_type);
    void set_network(const NetworkOptions& network);
    void set_request(const Secret& url, const std::string& body, std::chrono::milliseconds timeout);
};

void Post::set_what_never_changes(const char* content_type) {
    add_header(content_type);
    add_header("Accept: application/json");
    add_header("Expect:");  // waiting for "100 Continue" costs a second where a proxy does not know it
    CURL* handle = m_curl.get();
    set(handle, CURLOPT_HTTPHEADER, m_headers.get());
    set(handle, CURLOPT_USERAGENT, "obmen/" OBMEN_VERSION);
    set(handle, CURLOPT_ERRORBUFFER, m_error.data());
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    // libcurl sends a POST again by itself when a kept-alive connection turns out to be dead, and when an
    // HTTP/2 stream is refused. With a fresh HTTP/1.1 connection for every POST neither can happen.
    set(handle, CURLOPT_FRESH_CONNECT, 1L);
    set(handle, CURLOPT_FORBID_REUSE, 1L);
    set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(largest_answer));
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_READFUNCTION, &read_body);
    set(handle, CURLOPT_WRITEFUNCTION, &write_body);
    set(handle, CURLOPT_XFERINFOFUNCTION, &is_broken_off);
    set(handle, CURLOPT_NOPROGRESS, 0L);
}

void Post::set_network(const NetworkOptions& network) {
    CURL* handle = m_curl.get();
    m_proxy = network.proxy;
    if (!network.ca_file.empty()) {
        set(handle, CURLOPT_CAINFO, network.ca_file.c_str());
        set(handle, CURLOPT_CAPATH, "/etc/ssl/certs");  // the system's own stay
    }
    if (!network.basic_user.empty()) {
        set(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(handle, CURLOPT_USERNAME, network.basic_user.c_str());
        set(handle, CURLOPT_PASSWORD, network.basic_password.reveal().c_str());
    }
}

void Post::set_request(const Secret& url, const std::string& body, std::chrono::milliseconds timeout) {
    CURL* handle = m_curl.get();
    set(handle, CURLOPT_URL, url.reveal().c_str());
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, connect_timeout).count()));
    // An empty name switches the proxies of the environment off, a null pointer leaves them on.
    const char* proxy = m_proxy.empty() ? nullptr : m_proxy.c_str();
    set(handle, CURLOPT_PROXY, is_loopback_host(host_of_url(url.reveal())) ? "" : proxy);
    m_error.fill('\0');
}

Post::Post(std::atomic<bool>& broken_off, const NetworkOptions& network, const char* content_type)
    : m_curl(curl_easy_init()) {
    if (!m_curl) {
        throw std::bad_alloc();
    }
    set_what_never_changes(content_type);
    set_network(network);
    set(m_curl.get(), CURLOPT_XFERINFODATA, &broken_off);
}

HttpAnswer Post::run(const Secret& url, const std::string& body, std::chrono::milliseconds timeout) {
    CURL* curl = m_curl.get();
    Upload upload{body};
    Download download;
    set_request(url, body, timeout);
    set(curl, CURLOPT_READDATA, &upload);
    set(curl, CURLOPT_WRITEDATA, &download);
    const auto begun = std::chrono::steady_clock::now();
    const CURLcode code = curl_easy_perform(curl);

    HttpAnswer answer;
    answer.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    if (code != CURLE_OK) {
        // As long as libcurl has not asked for the body, no byte of it can have left: whatever went wrong,
        // nothing can run.
        answer.delivery = upload.asked_for ? HttpAnswer::Delivery::unknown : HttpAnswer::Delivery::not_sent;
        const std::string detail = m_error.front() != '\0' ? m_error.data() : curl_easy_strerror(code);
        answer.error = download.too_large ? "answer > 64 MiB" : without_secrets(detail, url.reveal());
        return answer;
    }
    answer.delivery = HttpAnswer::Delivery::answered;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    answer.content_type = info_text(curl, CURLINFO_CONTENT_TYPE);
    answer.location = info_text(curl, CURLINFO_REDIRECT_URL);
    answer.body = std::move(download.body);
    return answer;
}

/// Signals are for the main thread: a new thread inherits that none is for it.
class NoSignals {
  public:
    NoSignals() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &m_before);
    }
    ~NoSignals() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    NoSignals(const NoSignals&) = delete;
    NoSignals& operator=(const NoSignals&) = delete;

  private:
    sigset_t m_before{};
};

}  // namespace

struct CurlTransport::Wire {
    struct Landed {
        HttpArrival arrival;
        std::exception_ptr failure;
    };

    void carry(std::uint64_t request, const Secret& url, const std::string& body,
               std::chrono::milliseconds timeout);
    void join(std::uint64_t request);

    NetworkOptions network;
    std::atomic<bool> broken_off = false;
    std::map<std::uint64_t, std::thread> threads;
    mutable std::mutex mutex;
    std::condition_variable somebody_landed;
    std::deque<Landed> landed;  ///< guarded by `mutex`
};

void CurlTransport::Wire::carry(std::uint64_t request, const Secret& url, const std::string& body,
                                std::chrono::milliseconds timeout) {
    Landed result{{.request = request, .answer = {}}, nullptr};
    try {
        result.arrival.answer = Post(broken_off, network).run(url, body, timeout);
    } catch (...) {
        result.failure = std::current_exception();
    }
    {
        const std::scoped_lock lock(mutex);
        landed.push_back(std::move(result));
    }
    somebody_landed.notify_one();
}

void CurlTransport::Wire::join(std::uint64_t request) {
    const auto thread = threads.find(request);
    thread->second.join();
    threads.erase(thread);
}

CurlTransport::CurlTransport(NetworkOptions network) : m_wire(std::make_unique<Wire>()) {
    m_wire->network = std::move(network);
    initialise_curl();
}

CurlTransport::~CurlTransport() {
    m_wire->broken_off = true;
    for (auto& [request, thread] : m_wire->threads) {
        thread.join();
    }
}

HttpAnswer CurlTransport::post(const Secret& url, const std::string& body,
                               std::chrono::milliseconds timeout) {
    return Post(m_wire->broken_off, m_wire->network).run(url, body, timeout);
}

void CurlTransport::send(std::uint64_t request, const Secret& url, const std::string& body,
                         std::chrono::milliseconds timeout) {
    if (m_wire->threads.contains(request)) {
        throw std::logic_error("this request is on the wire");
    }
    const NoSignals no_signals;
    m_wire->threads.emplace(request, std::thread([wire = m_wire.get(), request, url, body, timeout] {
                                wire->carry(request, url, body, timeout);
                            }));
}

HttpArrival CurlTransport::next() {
    if (m_wire->threads.empty()) {
        throw std::logic_error("nothing is on the wire");
    }
    Wire::Landed first;
    {
        std::unique_lock lock(m_wire->mutex);
        m_wire->somebody_landed.wait(lock, [&] { return !m_wire->landed.empty(); });
        first = std::move(m_wire->landed.front());
        m_wire->landed.pop_front();
    }
    m_wire->join(first.arrival.request);
    if (first.failure) {
        std::rethrow_exception(first.failure);
    }
    return std::move(first.arrival);
}

bool CurlTransport::has_answer() const {
    const std::scoped_lock lock(m_wire->mutex);
    return !m_wire->landed.empty();
}

HttpAnswer post_form(const Secret& url, const std::string& form, std::chrono::milliseconds timeout,
                     const NetworkOptions& network) {
    initialise_curl();
    std::atomic<bool> never = false;
    return Post(never, network, "Content-Type: application/x-www-form-urlencoded").run(url, form, timeout);
}

void PromptTransport::send(std::uint64_t request, const Secret& url, const std::string& body,
                           std::chrono::milliseconds timeout) {
    m_home.push_back({.request = request, .answer = post(url, body, timeout)});
}

HttpArrival PromptTransport::next() {
    if (m_home.empty()) {
        throw std::logic_error("nothing is on the wire");
    }
    HttpArrival first = std::move(m_home.front());
    m_home.pop_front();
    return first;
}

}  // namespace obmen::portal
