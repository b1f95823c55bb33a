#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

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

}  // namespace

struct CurlTransport::State {
    struct EasyCloser {
        void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    };
    struct ListCloser {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    std::unique_ptr<CURL, EasyCloser> curl;
    std::unique_ptr<curl_slist, ListCloser> headers;
    std::array<char, CURL_ERROR_SIZE> error{};

    void add_header(const char* line) {
        curl_slist* longer = curl_slist_append(headers.get(), line);
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(headers.release());  // it is the head of `longer` now
        headers.reset(longer);
    }

    void set_what_never_changes();
    void set_request(const Secret& url, const std::string& body, std::chrono::milliseconds timeout);
};

void CurlTransport::State::set_what_never_changes() {
    add_header("Content-Type: application/json");
    add_header("Accept: application/json");
    add_header("Expect:");  // waiting for "100 Continue" costs a second where a proxy does not know it
    CURL* handle = curl.get();
    set(handle, CURLOPT_HTTPHEADER, headers.get());
    set(handle, CURLOPT_USERAGENT, "obmen/" OBMEN_VERSION);
    set(handle, CURLOPT_ERRORBUFFER, error.data());
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
}

void CurlTransport::State::set_request(const Secret& url, const std::string& body,
                                       std::chrono::milliseconds timeout) {
    CURL* handle = curl.get();
    set(handle, CURLOPT_URL, url.reveal().c_str());
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, connect_timeout).count()));
    // An empty name switches the proxies of the environment off, a null pointer leaves them on.
    set(handle, CURLOPT_PROXY,
        is_loopback_host(host_of_url(url.reveal())) ? "" : static_cast<const char*>(nullptr));
    error.fill('\0');
}

CurlTransport::CurlTransport() : m_state(std::make_unique<State>()) {
    initialise_curl();
    m_state->curl.reset(curl_easy_init());
    if (!m_state->curl) {
        throw std::bad_alloc();
    }
    m_state->set_what_never_changes();
}

CurlTransport::~CurlTransport() = default;

HttpAnswer CurlTransport::post(const Secret& url, const std::string& body,
                               std::chrono::milliseconds timeout) {
    CURL* curl = m_state->curl.get();
    Upload upload{body};
    Download download;
    m_state->set_request(url, body, timeout);
    set(curl, CURLOPT_READDATA, &upload);
    set(curl, CURLOPT_WRITEDATA, &download);
    const CURLcode code = curl_easy_perform(curl);

    HttpAnswer answer;
    if (code != CURLE_OK) {
        // As long as libcurl has not asked for the body, no byte of it can have left: whatever went wrong,
        // nothing can run.
        answer.delivery = upload.asked_for ? HttpAnswer::Delivery::unknown : HttpAnswer::Delivery::not_sent;
        const std::string detail =
            m_state->error.front() != '\0' ? m_state->error.data() : curl_easy_strerror(code);
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

}  // namespace obmen::portal
