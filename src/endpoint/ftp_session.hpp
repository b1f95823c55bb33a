#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"
#include "endpoint/ftp_dialogue.hpp"

namespace obmen::endpoint {

/// Throws std::runtime_error: an option that this libcurl does not know.
template <typename Value>
void set_option(CURL* curl, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(curl, option, value);
    if (code != CURLE_OK) {
        throw std::runtime_error(std::string("libcurl option: ") + curl_easy_strerror(code));
    }
}

/// libcurl as FtpConnection needs it: one handle with everything set that does not change, one connection at
/// the most, what was said in the last step, and what a failure means.
class FtpSession {
  public:
    /// What is named must outlive the object.
    FtpSession(const config::EndpointSettings& settings, const Address& address,
               const EndpointContext& context);
    ~FtpSession() { close(); }
    FtpSession(const FtpSession&) = delete;
    FtpSession& operator=(const FtpSession&) = delete;

    /// The handle for a step of its own with `path`, which may be empty: the server's own place. Valid until
    /// close(). Throws SYS-INTERRUPTED.
    CURL* prepare(const std::string& path);
    /// Carries out what has been set on the handle.
    CURLcode perform();
    /// The connection is not to be used any more.
    void close() noexcept;

    [[nodiscard]] const FtpDialogue& dialogue() const { return m_dialogue; }
    /// Where the server put the user; empty before the first step.
    [[nodiscard]] const std::string& home() const { return m_home; }
    [[nodiscard]] bool has_tls() const { return m_address.scheme != Scheme::ftp; }
    [[nodiscard]] std::string shown() const { return endpoint::shown(m_address); }
    /// What a server said, for people: its first line, without the password.
    [[nodiscard]] std::string readable(const std::string& text) const;
    [[nodiscard]] Error error(const FtpFailure& failure) const;
    /// Throws what the end of the last step means, and gives the connection up where it may be out of step.
    [[noreturn]] void fail(CURLcode code, const std::string& subject);

  private:
    struct EasyCloser {
        void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    };
    struct MultiCloser {
        void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
    };

    [[nodiscard]] std::string url(const std::string& path) const;
    void open();
    void set_limits();
    void set_login();
    void set_tls();
    void set_data_connection();
    CURLcode wait_for_end();

    const config::EndpointSettings& m_settings;
    const Address& m_address;
    const EndpointContext& m_context;
    std::array<char, CURL_ERROR_SIZE> m_words{};
    FtpDialogue m_dialogue;
    std::string m_home;
    std::unique_ptr<CURLM, MultiCloser> m_connections;  ///< one at the most
    std::unique_ptr<CURL, EasyCloser> m_curl;
    curl_socket_t m_socket = CURL_SOCKET_BAD;  ///< of the control connection
};

}  // namespace obmen::endpoint
