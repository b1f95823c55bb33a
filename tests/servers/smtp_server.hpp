#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace obmen::tests {

/// How a mail server behaves.
struct SmtpScript {
    enum class Tls { none, from_start, starttls };
    Tls tls = Tls::none;
    std::filesystem::path certificate{};  ///< PEM with the key (TestCertificates); for TLS
    std::set<std::string> refused{};      ///< recipients who are not there
    std::string dies_at{};   ///< closes the connection instead of answering this: `MAIL`, `DATA`, `.`
    unsigned busy_for = 0;   ///< so many connections are told to come again later
    std::string user{};      ///< not empty: only who logs in (AUTH PLAIN) may send …
    std::string password{};  ///< … with this
};

struct ReceivedMail {
    std::string from;
    std::vector<std::string> to;
    std::string text;  ///< head and body, dots unstuffed
    bool by_tls = false;
};

/// A mail server on a port of 127.0.0.1, one connection after the other.
class SmtpServer {
  public:
    explicit SmtpServer(SmtpScript script = {});
    ~SmtpServer();
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    /// `smtp://127.0.0.1:port`, or `smtps:`.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::vector<ReceivedMail> mails() const;
    [[nodiscard]] unsigned connections() const;
    /// From the next connection on.
    void behave(SmtpScript script);

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::tests
