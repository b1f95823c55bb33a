#include "servers/smtp_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace obmen::tests {

namespace {

struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

std::string base64_decoded(const std::string& text) {
    std::string out(text.size(), '\0');
    std::size_t size = 0;
    sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(),
                      nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
    out.resize(size);
    return out;
}

/// One conversation.
class Conversation {
  public:
    Conversation(int socket, const SmtpScript& script) : m_socket(socket), m_script(script) {}
    ~Conversation() { ::close(m_socket); }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    /// Calls `take` for each mail.
    template <typename Take>
    void hold(const Take& take) {
        if (m_script.tls == SmtpScript::Tls::from_start && !begin_tls()) {
            return;
        }
        say("220 test ESMTP");
        while (const auto line = read_line()) {
            const std::string verb = line->substr(0, 4);
            if (verb == m_script.dies_at) {
                return;
            }
            if (verb == "QUIT") {
                say("221 bye");
                return;
            }
            if (!answer(verb, *line)) {
                return;
            }
            if (verb == "DATA") {
                if (!read_mail()) {
                    return;
                }
                take(m_mail);
                m_mail = {};
                say("250 taken");
            }
        }
    }

  private:
    bool answer(const std::string& verb, const std::string& line) {
        if (verb == "EHLO") {
            greet();
        } else if (verb == "STAR") {
            say("220 go ahead");
            return begin_tls();
        } else if (verb == "AUTH") {
            say("334 ");
            const std::string expected = std::string(1, '\0') + m_script.user + '\0' + m_script.password;
            m_known = base64_decoded(read_line().value_or("")) == expected;
            say(m_known ? "235 welcome" : "535 5.7.8 Authentication failed");
        } else if (verb == "MAIL") {
            m_mail.from = address_in(line);
            say(m_known || m_script.user.empty() ? "250 ok" : "530 log in first");
        } else if (verb == "RCPT") {
            const bool refused = m_script.refused.contains(address_in(line));
            if (!refused) {
                m_mail.to.push_back(address_in(line));
            }
            say(refused ? "550 5.1.1 No such user" : "250 ok");
        } else if (verb == "DATA") {
            say("354 go on");
        } else {
            say("250 ok");
        }
        return true;
    }

    void greet() {
        const bool offers_tls = m_script.tls == SmtpScript::Tls::starttls && !m_tls;
        say(std::string("250-test\r\n") + (offers_tls ? "250-STARTTLS\r\n" : "") +
            (m_script.user.empty() ? "" : "250-AUTH PLAIN\r\n") + "250 8BITMIME");
    }

    bool read_mail() {
        while (const auto line = read_line()) {
            if (*line == ".") {
                m_mail.by_tls = m_tls != nullptr;
                return m_script.dies_at != ".";
            }
            m_mail.text += (line->starts_with('.') ? line->substr(1) : *line) + "\r\n";
        }
        return false;
    }

    static std::string address_in(const std::string& line) {
        const std::size_t begin = line.find('<');
        return line.substr(begin + 1, line.find('>') - begin - 1);
    }

    bool begin_tls() {
        m_context.reset(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_use_certificate_chain_file(m_context.get(), m_script.certificate.c_str());
        SSL_CTX_use_PrivateKey_file(m_context.get(), m_script.certificate.c_str(), SSL_FILETYPE_PEM);
        m_tls.reset(SSL_new(m_context.get()));
        SSL_set_fd(m_tls.get(), m_socket);
        const bool agreed = SSL_accept(m_tls.get()) == 1;
        ERR_clear_error();
        return agreed;
    }

    void say(const std::string& text) {
        const std::string line = text + "\r\n";
        if (m_tls) {
            SSL_write(m_tls.get(), line.data(), static_cast<int>(line.size()));
        } else {
            ::send(m_socket, line.data(), line.size(), MSG_NOSIGNAL);
        }
    }

    std::optional<std::string> read_line() {
        std::size_t end = 0;
        while ((end = m_unread.find("\r\n")) == std::string::npos) {
            char buffer[4096];
            const auto got = m_tls ? static_cast<ssize_t>(SSL_read(m_tls.get(), buffer, sizeof buffer))
                                   : ::recv(m_socket, buffer, sizeof buffer, 0);
            if (got <= 0) {
                return std::nullopt;
            }
            m_unread.append(buffer, static_cast<std::size_t>(got));
        }
        std::string line = m_unread.substr(0, end);
        m_unread.erase(0, end + 2);
        return line;
    }

    int m_socket;
    const SmtpScript& m_script;
    std::unique_ptr<SSL_CTX, FreeSsl> m_context;
    std::unique_ptr<SSL, FreeSsl> m_tls;
    std::string m_unread;
    ReceivedMail m_mail;
    bool m_known = false;
};

int listen_on_loopback(int& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 8) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("cannot listen");
    }
    port = ntohs(address.sin_port);
    return listener;
}

}  // namespace

struct SmtpServer::State {
    void serve() {
        while (!stopping) {
            pollfd listening{.fd = listener, .events = POLLIN, .revents = 0};
            if (::poll(&listening, 1, 20) <= 0) {
                continue;
            }
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket >= 0) {
                talk(socket);
            }
        }
    }
    void talk(int socket) {
        const timeval patience{10, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        SmtpScript now;
        {
            const std::scoped_lock lock(mutex);
            now = script;
            if (script.busy_for > 0) {
                --script.busy_for;
            }
        }
        ++connections;
        if (now.busy_for > 0) {
            constexpr std::string_view later = "421 come again later\r\n";
            ::send(socket, later.data(), later.size(), MSG_NOSIGNAL);
            ::close(socket);
            return;
        }
        Conversation(socket, now).hold([this](const ReceivedMail& mail) {
            const std::scoped_lock lock(mutex);
            mails.push_back(mail);
        });
    }

    int port = 0;
    int listener = listen_on_loopback(port);
    std::atomic<bool> stopping = false;
    std::atomic<unsigned> connections = 0;
    mutable std::mutex mutex;
    SmtpScript script;                ///< guarded by `mutex`
    std::vector<ReceivedMail> mails;  ///< likewise
    std::thread thread;
};

SmtpServer::SmtpServer(SmtpScript script) : m_state(std::make_unique<State>()) {
    m_state->script = std::move(script);
    m_state->thread = std::thread([state = m_state.get()] { state->serve(); });
}

SmtpServer::~SmtpServer() {
    m_state->stopping = true;
    m_state->thread.join();
    ::close(m_state->listener);
}

std::string SmtpServer::url() const {
    const std::scoped_lock lock(m_state->mutex);
    const bool tls = m_state->script.tls == SmtpScript::Tls::from_start;
    return (tls ? "smtps://127.0.0.1:" : "smtp://127.0.0.1:") + std::to_string(m_state->port);
}

std::vector<ReceivedMail> SmtpServer::mails() const {
    const std::scoped_lock lock(m_state->mutex);
    return m_state->mails;
}

unsigned SmtpServer::connections() const {
    return m_state->connections;
}

void SmtpServer::behave(SmtpScript script) {
    const std::scoped_lock lock(m_state->mutex);
    m_state->script = std::move(script);
}

}  // namespace obmen::tests
