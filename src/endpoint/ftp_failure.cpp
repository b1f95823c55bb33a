#include "endpoint/ftp_failure.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

bool says_any(std::string_view text, std::initializer_list<std::string_view> words) {
    const std::string low = folded(text);
    return std::ranges::any_of(words,
                               [&](std::string_view word) { return low.find(word) != std::string::npos; });
}

bool says_denied(std::string_view text) {
    return says_any(text,
                    {"denied", "permission", "not permitted", "not allowed", "read-only", "доступ", "прав"});
}

/// What vsftpd and pure-ftpd say where write(2) fails, which names no reason: there is hardly another.
bool says_write_failed(std::string_view text) {
    return says_any(text, {"writing to local file", "error during write to file"});
}

bool says_full(std::string_view text) {
    return says_write_failed(text) || says_any(text, {"no space", "disk full", "quota",
                                                      "insufficient storage", "exceeded storage", "места"});
}

bool says_busy(std::string_view text) {
    return says_any(
        text, {"too many", "maximum", "try again", "try later", "temporarily", "busy", "слишком много"});
}

/// A server that takes no password in the clear: waiting does not help.
bool says_cleartext(std::string_view text) {
    return says_any(text, {"cleartext", "encryption", "must use", "ssl/tls required", "tls required"});
}

std::string_view verb_of(const FtpReply& reply) {
    return std::string_view(reply.command).substr(0, reply.command.find(' '));
}

bool is_login(std::string_view verb) {
    return verb == "USER" || verb == "PASS" || verb == "ACCT";
}

bool writes(std::string_view verb) {
    constexpr auto verbs = std::to_array<std::string_view>({"STOR", "RNTO", "DELE", "MKD"});
    return std::ranges::find(verbs, verb) != verbs.end();
}

/// One finding for all that can be said of it.
class Verdict {
  public:
    Verdict(const FtpFailure& failure, const std::string& place, const std::string& user,
            const std::string& words)
        : m_failure(failure), m_place(place), m_user(user), m_words(words) {}

    [[nodiscard]] std::optional<Error> by_reply() const;
    [[nodiscard]] Error by_code() const;

  private:
    [[nodiscard]] Error temporary(Code code) const {
        return {FailureClass::temporary, Message{code, {m_place, words()}}};
    }
    [[nodiscard]] Error by_hand(Code code) const {
        return {FailureClass::bad_config, Message{code, {m_place, words()}}};
    }
    [[nodiscard]] Error login() const {
        return {FailureClass::bad_config, Message{"SRC-LOGIN", {m_place, m_user, m_words}}};
    }
    [[nodiscard]] std::string words() const {
        return m_failure.subject.empty() ? m_words : m_failure.subject + ": " + m_words;
    }
    [[nodiscard]] std::optional<Error> by_login_reply() const;
    [[nodiscard]] Error by_45x() const;
    [[nodiscard]] Error by_550() const;
    [[nodiscard]] Error by_handshake() const;

    const FtpFailure& m_failure;
    const std::string& m_place;
    const std::string& m_user;
    const std::string& m_words;
};

std::optional<Error> Verdict::by_login_reply() const {
    const FtpReply& reply = m_failure.reply;
    if (says_cleartext(reply.text)) {
        return login();
    }
    if (reply.code < 500 || says_busy(reply.text)) {
        return temporary("SRC-BUSY");
    }
    // 500 is vsftpd that cannot serve anybody ("500 OOPS"), which says nothing against the password.
    return reply.code == 500 ? temporary("SRC-PROTOCOL") : login();
}

Error Verdict::by_45x() const {
    const FtpReply& reply = m_failure.reply;
    if (says_full(reply.text)) {
        return temporary("SRC-FULL");
    }
    if (says_missing(reply.text)) {
        return temporary("SRC-MISSING");
    }
    if (says_denied(reply.text)) {
        return temporary("SRC-DENIED");
    }
    return reply.code == 450 ? temporary("SRC-BUSY") : temporary("SRC-PROTOCOL");
}

Error Verdict::by_550() const {
    const FtpReply& reply = m_failure.reply;
    if (says_full(reply.text)) {
        return temporary("SRC-FULL");
    }
    if (says_missing(reply.text)) {
        return temporary("SRC-MISSING");
    }
    if (verb_of(reply) == "RNTO" && says_any(reply.text, {"exist"})) {
        return {FailureClass::temporary, Message{"SRC-EXISTS", {m_place, m_failure.subject}}};
    }
    if (says_denied(reply.text) || writes(verb_of(reply))) {
        return temporary("SRC-DENIED");
    }
    return temporary("SRC-MISSING");
}

std::optional<Error> Verdict::by_reply() const {
    const FtpReply& reply = m_failure.reply;
    if (reply.code < 400) {
        return std::nullopt;
    }
    const std::string_view verb = verb_of(reply);
    if (is_login(verb)) {
        return by_login_reply();
    }
    if (verb == "AUTH" || verb == "PBSZ" || verb == "PROT") {
        return by_hand("SRC-TLS");
    }
    switch (reply.code) {
        case 421:
            return says_cleartext(reply.text) ? login() : temporary("SRC-BUSY");
        case 425:
            return temporary("SRC-CONNECT");
        case 426:
            return temporary("SRC-STALLED");
        case 450:
        case 451:
            return by_45x();
        case 452:
        case 552:
            return temporary("SRC-FULL");
        case 521:
        case 522:
        case 533:
        case 534:
            return by_hand("SRC-TLS");
        case 530:
        case 532:
            return says_busy(reply.text) ? temporary("SRC-BUSY") : login();
        case 550:
            return by_550();
        case 553:
            return says_full(reply.text) ? temporary("SRC-FULL") : temporary("SRC-DENIED");
        default:
            return temporary("SRC-PROTOCOL");
    }
}

/// The handshake may fail because the two do not fit together, and because the network broke off.
Error Verdict::by_handshake() const {
    const bool broken_off = m_failure.logged_in ||
                            says_any(m_failure.detail, {"syscall", "reset", "timed out", "bad record mac"});
    return broken_off ? temporary("SRC-STALLED") : by_hand("SRC-TLS");
}

Error Verdict::by_code() const {
    switch (m_failure.code) {
        case CURLE_URL_MALFORMAT:
            return by_hand("SRC-URL");
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_FTP_ACCEPT_FAILED:
        case CURLE_FTP_ACCEPT_TIMEOUT:
        case CURLE_FTP_PORT_FAILED:
        case CURLE_FTP_CANT_GET_HOST:
        case CURLE_INTERFACE_FAILED:
            return temporary("SRC-CONNECT");
        case CURLE_OPERATION_TIMEDOUT:
            return m_failure.connected ? temporary("SRC-STALLED") : temporary("SRC-CONNECT");
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return temporary("SRC-STALLED");
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return by_hand("SRC-CERTIFICATE");
        case CURLE_SSL_CONNECT_ERROR:
            return by_handshake();
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_CIPHER:
            return by_hand("SRC-TLS");
        case CURLE_REMOTE_DISK_FULL:
            return temporary("SRC-FULL");
        case CURLE_LOGIN_DENIED:
            return login();
        case CURLE_ABORTED_BY_CALLBACK:
            return {FailureClass::temporary, Message{"SYS-INTERRUPTED"}};
        default:
            return temporary("SRC-PROTOCOL");
    }
}

}  // namespace

bool says_missing(std::string_view text) {
    return says_any(text, {"no such", "not found", "doesn't exist", "does not exist", "cannot find",
                           "can't check for file existence", "не найден", "не удается найти"});
}

Error error_of(const FtpFailure& failure, const std::string& place, const std::string& user,
               const std::string& words) {
    const Verdict verdict(failure, place, user, words);
    // Our own decisions, and what happened to the line, come before what was said last.
    const bool line_broke =
        failure.code == CURLE_ABORTED_BY_CALLBACK || failure.code == CURLE_OPERATION_TIMEDOUT;
    const std::optional<Error> by_reply = line_broke ? std::nullopt : verdict.by_reply();
    return by_reply ? *by_reply : verdict.by_code();
}

}  // namespace obmen::endpoint
