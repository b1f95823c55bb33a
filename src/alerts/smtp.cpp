#include "alerts/smtp.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "alerts/mail.hpp"
#include "support/error.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::alerts {

namespace {

constexpr long connect_seconds = 30;
constexpr long whole_seconds = 60;

[[noreturn]] void refuse_mail(const std::string& why) {
    throw Error(FailureClass::temporary, Message{"SYS-ALERT-MAIL", {quotable(masked(why))}});
}

struct EasyCloser {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListCloser {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlCloser {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct TextCloser {
    void operator()(char* text) const { curl_free(text); }
};

template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    if (const CURLcode code = curl_easy_setopt(curl, option, value); code != CURLE_OK) {
        refuse_mail(curl_easy_strerror(code));
    }
}

std::string host_of(const std::string& server) {
    const std::unique_ptr<CURLU, UrlCloser> url(curl_url());
    char* raw = nullptr;
    if (!url || curl_url_set(url.get(), CURLUPART_URL, server.c_str(), 0) != CURLUE_OK ||
        curl_url_get(url.get(), CURLUPART_HOST, &raw, 0) != CURLUE_OK) {
        return {};
    }
    const std::unique_ptr<char, TextCloser> host(raw);
    return host.get();
}

/// By number: `127.example.com` is somebody else's.
bool is_loopback(const std::string& host) {
    in_addr number{};
    const bool numeric = ::inet_pton(AF_INET, host.c_str(), &number) == 1;
    return host == "localhost" || host == "[::1]" || (numeric && (ntohl(number.s_addr) >> 24U) == 127U);
}

std::size_t read_mail(char* buffer, std::size_t size, std::size_t count, void* user) {
    std::string_view& rest = *static_cast<std::string_view*>(user);
    const std::size_t taken = std::min(size * count, rest.size());
    std::memcpy(buffer, rest.data(), taken);
    rest.remove_prefix(taken);
    return taken;
}

/// What the server says, as far as it says no.
struct Conversation {
    std::string recipient;  ///< that it was asked about last
    std::string refusal;    ///< its last one
    std::vector<std::string> refused_recipients;

    void asked(std::string_view line) {
        constexpr std::string_view command = "RCPT TO:<";
        const bool about_recipient = line.starts_with(command);
        recipient = about_recipient ? line.substr(command.size(), line.find('>') - command.size()) : "";
    }
    void answered(std::string_view line) {
        if (line.starts_with('4') || line.starts_with('5')) {
            refusal = quotable(trimmed(line));
            if (!recipient.empty()) {
                refused_recipients.push_back(recipient + ": " + refusal);
            }
        }
    }
};

/// libcurl tells of refused recipients only here.
int listen(CURL* /*curl*/, curl_infotype type, char* bytes, std::size_t size, void* user) {
    Conversation& conversation = *static_cast<Conversation*>(user);
    const std::string_view line(bytes, size);
    if (type == CURLINFO_HEADER_OUT) {
        conversation.asked(line);
    } else if (type == CURLINFO_HEADER_IN) {
        conversation.answered(line);
    }
    return 0;
}

/// One mail, one connection.
class Sending {
  public:
    Sending(const config::MailSettings& settings, const std::string& mail)
        : m_curl(curl_easy_init()), m_rest(mail) {
        if (!m_curl) {
            throw std::bad_alloc();
        }
        set_connection(settings);
        set_mail(settings, mail.size());
    }

    std::vector<std::string> run() {
        const CURLcode code = curl_easy_perform(m_curl.get());
        if (code == CURLE_OK) {
            return m_conversation.refused_recipients;
        }
        const std::string why = m_error.front() != '\0' ? m_error.data() : curl_easy_strerror(code);
        refuse_mail(m_conversation.refusal.empty() ? why : why + " (" + m_conversation.refusal + ")");
    }

  private:
    void set_connection(const config::MailSettings& settings) {
        CURL* curl = m_curl.get();
        const bool on_this_machine = is_loopback(host_of(settings.server));
        set(curl, CURLOPT_URL, settings.server.c_str());
        set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(curl, CURLOPT_NOPROXY, "*");
        set(curl, CURLOPT_NOSIGNAL, 1L);
        set(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
        set(curl, CURLOPT_TIMEOUT, whole_seconds);
        // To this machine's own server, whose certificate is often a made-up one, plain is safe enough,
        // unless the settings name who vouches for it.
        set(curl, CURLOPT_USE_SSL,
            static_cast<long>(on_this_machine && settings.ca_file.empty() ? CURLUSESSL_NONE
                                                                          : CURLUSESSL_ALL));
        set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
        set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
        if (!settings.ca_file.empty()) {
            set(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
            set(curl, CURLOPT_CAPATH, "/etc/ssl/certs");  // the system's own stay
        }
        if (!settings.user.empty()) {
            set(curl, CURLOPT_USERNAME, settings.user.c_str());
            set(curl, CURLOPT_PASSWORD, settings.password.reveal().c_str());
        }
        set(curl, CURLOPT_ERRORBUFFER, m_error.data());
        set(curl, CURLOPT_DEBUGFUNCTION, &listen);
        set(curl, CURLOPT_DEBUGDATA, &m_conversation);
        set(curl, CURLOPT_VERBOSE, 1L);
    }

    void set_mail(const config::MailSettings& settings, std::size_t size) {
        CURL* curl = m_curl.get();
        for (const std::string& address : settings.to) {
            curl_slist* longer = curl_slist_append(m_recipients.get(), bare_address(address).c_str());
            if (longer == nullptr) {
                throw std::bad_alloc();
            }
            static_cast<void>(m_recipients.release());  // it is the head of `longer` now
            m_recipients.reset(longer);
        }
        set(curl, CURLOPT_MAIL_FROM, bare_address(settings.from).c_str());
        set(curl, CURLOPT_MAIL_RCPT, m_recipients.get());
        set(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);  // one who is gone must not keep the others from it
        set(curl, CURLOPT_UPLOAD, 1L);
        set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
        set(curl, CURLOPT_READFUNCTION, &read_mail);
        set(curl, CURLOPT_READDATA, &m_rest);
    }

    std::unique_ptr<CURL, EasyCloser> m_curl;
    std::unique_ptr<curl_slist, ListCloser> m_recipients;
    std::array<char, CURL_ERROR_SIZE> m_error{};
    Conversation m_conversation;
    std::string_view m_rest;
};

}  // namespace

std::vector<std::string> send_by_smtp(const config::MailSettings& settings, const std::string& mail) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) {
        refuse_mail(curl_easy_strerror(started));
    }
    return Sending(settings, mail).run();
}

}  // namespace obmen::alerts
