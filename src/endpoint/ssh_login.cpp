#include "endpoint/ssh_login.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "endpoint/name_text.hpp"
#include "endpoint/ssh_key_file.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

/// OpenSSH ends the connection after six refusals by default (MaxAuthTries).
constexpr int most_agent_keys = 4;
/// The first version that signs with RSA keys by SHA-2.
constexpr int version_with_rsa_sha2 = 0x010b00;

bool signs_rsa_with_sha2() {
    return ::libssh2_version(version_with_rsa_sha2) != nullptr;
}

/// Takes the one hidden question of a login for the one for the password.
void answer_questions(const char* /*name*/, int /*name_size*/, const char* /*instruction*/,
                      int /*instruction_size*/, int count, const LIBSSH2_USERAUTH_KBDINT_PROMPT* questions,
                      LIBSSH2_USERAUTH_KBDINT_RESPONSE* answers, void** abstract) {
    auto& wire = *static_cast<SshSession::Wire*>(*abstract);
    for (int i = 0; i < count; ++i) {
        if (questions[i].echo != 0 || wire.password == nullptr) {
            continue;
        }
        const std::string& password = std::exchange(wire.password, nullptr)->reveal();
        answers[i].text = static_cast<char*>(wire.memory.allocate(password.size() + 1));  // libssh2 frees it
        if (answers[i].text != nullptr) {
            std::copy_n(password.c_str(), password.size() + 1, answers[i].text);
            answers[i].length = static_cast<unsigned>(password.size());
        }
    }
}

class Agent {
  public:
    explicit Agent(SshSession& session)
        : m_session(session), m_agent(::libssh2_agent_init(session.handle())) {}
    ~Agent() {
        ::libssh2_agent_disconnect(m_agent);
        ::libssh2_agent_free(m_agent);
    }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    [[nodiscard]] bool open() {
        return m_agent != nullptr && ::libssh2_agent_connect(m_agent) == 0 &&
               ::libssh2_agent_list_identities(m_agent) == 0;
    }

    /// Those that are likelier to be accepted first.
    [[nodiscard]] std::vector<libssh2_agent_publickey*> keys() {
        std::vector<libssh2_agent_publickey*> out;
        libssh2_agent_publickey* key = nullptr;
        while (::libssh2_agent_get_identity(m_agent, &key, key) == 0) {
            out.push_back(key);
        }
        std::stable_partition(out.begin(), out.end(), [](const libssh2_agent_publickey* one) {
            return signs_rsa_with_sha2() || !is_rsa(*one);
        });
        return out;
    }

    [[nodiscard]] int log_in(const std::string& user, libssh2_agent_publickey* key) {
        return m_session.complete([&] { return ::libssh2_agent_userauth(m_agent, user.c_str(), key); });
    }

    [[nodiscard]] static bool is_rsa(const libssh2_agent_publickey& key) {
        const std::string_view blob(reinterpret_cast<const char*>(key.blob), key.blob_len);
        return WireReader(blob).text() == "ssh-rsa";
    }

  private:
    SshSession& m_session;
    LIBSSH2_AGENT* m_agent;
};

class Login {
  public:
    explicit Login(SshSession& session)
        : m_session(session), m_settings(session.settings()), m_user(session.address().user) {}

    void run() {
        if (!ask_methods()) {
            m_session.fail_broken();
        }
        if (!m_done && !m_settings.private_key.empty() && allowed("publickey")) {
            by_key_file();
        }
        if (!m_done && m_settings.agent && allowed("publickey")) {
            by_agent();
        }
        if (!m_done && !m_settings.password.empty() && allowed("password")) {
            by_password();
        } else if (!m_done && !m_settings.password.empty() && allowed("keyboard-interactive")) {
            by_questions();
        }
        if (!m_done) {
            fail();
        }
    }

  private:
    [[nodiscard]] bool allowed(std::string_view method) const {
        return std::find(m_methods.begin(), m_methods.end(), method) != m_methods.end();
    }

    /// Also after a step that was accepted but is not enough: the server then names what is left. False if it
    /// gave no answer.
    [[nodiscard]] bool ask_methods() {
        const char* list = m_session.complete([&] {
            return ::libssh2_userauth_list(m_session.handle(), m_user.c_str(),
                                           static_cast<unsigned>(m_user.size()));
        });
        if (list != nullptr) {
            m_methods = split_names(list);
            return true;
        }
        m_done = ::libssh2_userauth_authenticated(m_session.handle()) != 0;
        return m_done;
    }

    void by_key_file() {
        const KeyFile key = checked_key_file();
        const std::string path = m_settings.private_key.string();
        m_tried.push_back("publickey");
        const int error = m_session.complete([&] {
            return ::libssh2_userauth_publickey_fromfile_ex(
                m_session.handle(), m_user.c_str(), static_cast<unsigned>(m_user.size()), nullptr,
                path.c_str(), m_settings.passphrase.reveal().c_str());
        });
        if (error == LIBSSH2_ERROR_FILE) {
            refuse_key(key.encrypted ? Message{"SRC-KEY-PASSPHRASE-WRONG"}
                                     : Message{"SRC-KEY-FORMAT", {m_session.last_error_text()}});
        }
        m_rsa_refused = error != 0 && key.type == "ssh-rsa" && !signs_rsa_with_sha2();
        take_in(error);
    }

    [[nodiscard]] KeyFile checked_key_file() const {
        const std::filesystem::path& path = m_settings.private_key;
        const KeyFile key = inspect_key_file(read_whole_file(path), m_settings.passphrase);
        struct stat state {};
        // As ssh does: somebody else's file may be shared with us by its group.
        if (::stat(path.c_str(), &state) == 0 && state.st_uid == ::geteuid() && (state.st_mode & 077U) != 0) {
            refuse_ssh({"SYS-KEY-READABLE", {path.string()}});
        }
        if (key.kind == KeyFile::Kind::putty) {
            refuse_key(Message{"SRC-KEY-PUTTY"});
        }
        if (key.kind == KeyFile::Kind::unreadable) {
            refuse_key(Message{"SRC-KEY-FORMAT", {"OpenSSH, PEM"}});
        }
        if (key.encrypted && m_settings.passphrase.empty()) {
            refuse_key(Message{"SRC-KEY-PASSPHRASE"});
        }
        return key;
    }

    [[noreturn]] void refuse_key(const Message& why) const {
        refuse_ssh({"SRC-KEY", {m_settings.private_key.string(), as_argument(why)}});
    }

    void by_agent() {
        Agent agent(m_session);
        if (!agent.open()) {
            m_tried.push_back("ssh-agent: " + m_session.last_error_text());
            return;
        }
        int left = most_agent_keys;
        for (libssh2_agent_publickey* key : agent.keys()) {
            if (m_done || left-- == 0) {
                return;
            }
            m_tried.push_back("ssh-agent " + quotable(key->comment));
            take_in(agent.log_in(m_user, key));
        }
        if (left == most_agent_keys) {
            m_tried.push_back("ssh-agent: 0");
        }
    }

    void by_password() {
        const std::string& password = m_settings.password.reveal();
        m_tried.push_back("password");
        take_in(m_session.complete([&] {
            return ::libssh2_userauth_password_ex(m_session.handle(), m_user.c_str(),
                                                  static_cast<unsigned>(m_user.size()), password.c_str(),
                                                  static_cast<unsigned>(password.size()), nullptr);
        }));
    }

    void by_questions() {
        m_tried.push_back("keyboard-interactive");
        m_session.wire().password = &m_settings.password;
        const int error = m_session.complete([&] {
            return ::libssh2_userauth_keyboard_interactive_ex(
                m_session.handle(), m_user.c_str(), static_cast<unsigned>(m_user.size()), &answer_questions);
        });
        m_session.wire().password = nullptr;
        take_in(error);
    }

    /// A refusal leaves the next method; a server that hangs up has refused for good.
    void take_in(int error) {
        m_done = error == 0;
        if (m_done) {
            return;
        }
        if (error != LIBSSH2_ERROR_AUTHENTICATION_FAILED && error != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED) {
            m_tried.back() += ": " + m_session.last_error_text();
        }
        if (SshSession::is_broken(error) || !ask_methods()) {
            fail();
        }
    }

    [[noreturn]] void fail() const {
        const std::string methods = quotable(joined_names(m_methods));
        if (m_tried.empty()) {
            refuse_login(Message{"SRC-LOGIN-NOTHING", {methods}});
        }
        if (m_rsa_refused && m_tried.size() == 1) {
            refuse_key(Message{"SRC-KEY-RSA", {::libssh2_version(0)}});
        }
        refuse_login(Message{"SRC-LOGIN-TRIED", {joined_names(m_tried), methods}});
    }

    [[noreturn]] void refuse_login(const Message& why) const {
        refuse_ssh(
            {"SRC-LOGIN", {m_session.shown(), shown_name(m_user, m_settings.charset), as_argument(why)}});
    }

    SshSession& m_session;
    const config::EndpointSettings& m_settings;
    const std::string& m_user;
    std::vector<std::string> m_methods;
    std::vector<std::string> m_tried;
    bool m_rsa_refused = false;
    bool m_done = false;
};

}  // namespace

void log_in(SshSession& session) {
    Login(session).run();
}

}  // namespace obmen::endpoint
