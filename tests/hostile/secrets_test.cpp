#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "commands/exchange.hpp"
#include "daemon/watched_exchange.hpp"
#include "servers/openssh_server.hpp"
#include "servers/smtp_server.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

/// Everything that an exchange is trusted with, looked for wherever obmen has left a byte.
namespace obmen::tests {
namespace {

std::string base64_of(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

/// A secret in every form in which it travels.
struct Trusted {
    std::string what;
    std::vector<std::string> forms;
};

Trusted trusted(const std::string& what, const std::string& secret, const std::string& user = {}) {
    std::string percent;
    append_percent_encoded(percent, secret);
    const std::string basic = base64_of(user + ":" + secret);
    const std::string plain = base64_of(std::string(1, '\0') + user + '\0' + secret);
    return {what, {secret, percent, base64_of(secret), basic, plain}};
}

/// The practice portal says its own address, and settings are there before anything has run.
std::set<std::string> names_in(const std::filesystem::path& directory) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

/// \param own files that hold secrets because a person has put them there
void expect_nowhere(const std::vector<Trusted>& secrets, const std::filesystem::path& directory,
                    const std::set<std::string>& own) {
    std::size_t looked_at = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file() || own.contains(entry.path().filename().string())) {
            continue;
        }
        ++looked_at;
        const std::string bytes = entry.path().string() + read_file(entry.path());
        for (const Trusted& secret : secrets) {
            for (const std::string& form : secret.forms) {
                EXPECT_EQ(bytes.find(form), std::string::npos)
                    << secret.what << " as " << form << " in " << entry.path() << "\n"
                    << bytes.substr(bytes.find(form) - std::min<std::size_t>(bytes.find(form), 200), 400);
            }
        }
    }
    EXPECT_GT(looked_at, 5U) << "there is nothing here that could tell a secret";
}

/// Refuses every login, and quotes the password as it does so.
class TellTaleFtpServer {
  public:
    TellTaleFtpServer() : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(m_listener.get(), reinterpret_cast<const sockaddr*>(&address), size);
        ::listen(m_listener.get(), 8);
        ::getsockname(m_listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~TellTaleFtpServer() {
        m_ends = true;
        ::shutdown(m_listener.get(), SHUT_RDWR);
        m_thread.join();
    }
    TellTaleFtpServer(const TellTaleFtpServer&) = delete;
    TellTaleFtpServer& operator=(const TellTaleFtpServer&) = delete;
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] bool was_told() const { return m_told; }

  private:
    void serve() {
        while (!m_ends) {
            const FileDescriptor guest(::accept(m_listener.get(), nullptr, nullptr));
            if (guest.is_open()) {
                say(guest, "220 welcome");
                talk(guest);
            }
        }
    }
    void talk(const FileDescriptor& guest) {
        std::string line;
        char c = 0;
        while (!m_ends && ::recv(guest.get(), &c, 1, 0) == 1) {
            if (c != '\n') {
                line += c == '\r' ? std::string() : std::string(1, c);
                continue;
            }
            if (line.starts_with("PASS ")) {
                m_told = true;
                say(guest, "530-" + line.substr(5) + " is not the password");
                say(guest, "530 " + line + ", says the user");
            } else {
                say(guest, line.starts_with("USER ") ? "331 password" : "500 what");
            }
            line.clear();
        }
    }
    static void say(const FileDescriptor& guest, const std::string& line) {
        const std::string whole = line + "\r\n";
        static_cast<void>(::send(guest.get(), whole.data(), whole.size(), MSG_NOSIGNAL));
    }

    FileDescriptor m_listener;
    int m_port = 0;
    std::atomic<bool> m_ends{false};
    std::atomic<bool> m_told{false};
    std::thread m_thread;
};

constexpr const char* wall_password = "W4ll+pass/word";
constexpr const char* ftp_password = "F7p:pa ss%word";
constexpr const char* sftp_password = "S1tp=pass&word";
constexpr const char* passphrase = "K3y phrase+of mine";
constexpr const char* mail_password = "M4il*pass?word";
constexpr const char* proxy_password = "Pr0xyPassw0rd";
constexpr const char* webhook_code = "sandboxcode";

/// A daemon that has been trusted with everything, most of which is refused.
class TrustedDaemon : public testing::Test {
  protected:
    TrustedDaemon() : m_own(names_in(m_exchange.directory().path())) {
        m_exchange.sandbox().post("/sandbox/settings",
                                  {{"basic_user", "wall"}, {"basic_password", wall_password}});
        write("wall", wall_password);
        write("ftp-password", ftp_password);
        write("sftp-password", sftp_password);
        write("passphrase", passphrase);
        write("mail-password", mail_password);
    }

    void write(const std::string& name, const std::string& secret) {
        write_file(m_exchange.directory() / name, secret + "\n");
        std::filesystem::permissions(m_exchange.directory() / name, std::filesystem::perms(0600));
        m_own.insert(name);
    }

    /// SFTP with a key that opens, and with a password that does not; nothing where there is no sshd.
    [[nodiscard]] std::string sftp_sources() {
        if (!OpenSshServer::why_not().empty()) {
            return {};
        }
        m_sshd = std::make_unique<OpenSshServer>(m_exchange.directory() / "sshd");
        make_key(m_exchange.directory() / "key", "ed25519", passphrase);
        m_sshd->authorize(m_exchange.directory() / "key.pub");
        m_own.insert("key");
        const std::string how = "\"\nknown_hosts = \"" + m_sshd->known_hosts().string() +
                                "\"\nconnect_seconds = 3000\nstall_seconds = 3000\n";
        return "[[source]]\nname = \"keyed\"\nprivate_key = \"key\"\npassphrase = \"@passphrase\"\nurl = \"" +
               m_sshd->url() + how + "[[source]]\nname = \"sftp\"\npassword = \"@sftp-password\"\nurl = \"" +
               m_sshd->url(m_sshd->folder().parent_path() / "other") + how;
    }

    void write_settings() {
        const std::string to_file = "(env; tr '\\\\0' ' ' </proc/self/cmdline; cat) >> " +
                                    (m_exchange.directory() / "alerts.txt").string();
        m_exchange.write_all_settings(
            "language = \"en\"\n[portal]\nurl = \"" + m_exchange.sandbox().url() +
            "\"\nbasic_user = \"wall\"\nbasic_password = \"@wall\"\nproxy = \"http://robot:" +
            std::string(proxy_password) +
            "@127.0.0.1:9\"\n[state]\ndirectory = \"state\"\n"
            "[[source]]\nname = \"1c\"\nurl = \"folder:out\"\npoll_seconds = 20\nsettle_seconds = 10\n"
            "[source.receipts]\nurl = \"folder:in\"\n"
            "[[source]]\nname = \"ftp\"\nurl = \"ftp://user@127.0.0.1:" +
            std::to_string(m_ftp.port()) + "/x\"\npassword = \"@ftp-password\"\n" + sftp_sources() +
            "[alerts]\npatience_minutes = 0\ncommand = [\"/bin/sh\", \"-c\", \"" + to_file +
            "\"]\n[alerts.mail]\nserver = \"" + m_smtp.url() +
            "\"\nfrom = \"obmen@example.org\"\nto = [\"admin@example.org\"]\nuser = \"robot\"\n"
            "password = \"@mail-password\"\n[log]\nlevel = \"debug\"\njournal = \"journal.jsonl\"\n");
    }

    /// As somebody would run it who wants a core file.
    void start() {
        const std::string line = "cd \"$0\" && { ulimit -c unlimited || :; } 2>/dev/null; exec \"$@\"";
        m_daemon = std::make_unique<Process>(
            std::vector<std::string>{"/bin/sh", "-c", line, m_exchange.directory().path().string(),
                                     Exchange::program(), "watch", "-v", m_exchange.settings().string()},
            m_exchange.directory().path(),
            std::map<std::string, std::string>{
                {"OBMEN_TIME_SCALE", "0.01"},
                {"LC_ALL", "C.UTF-8"},
                {"OBMEN_PORTAL", m_exchange.sandbox().url()},
                {"OBMEN_LIMITS", (m_exchange.directory() / "limits").string()}});
    }

    [[nodiscard]] bool alerted(const std::string& what) const {
        const auto file = m_exchange.directory() / "alerts.txt";
        return std::filesystem::exists(file) && read_file(file).find(what) != std::string::npos;
    }
    [[nodiscard]] std::string proc(const std::string& name) const {
        return read_file("/proc/" + std::to_string(m_daemon->id()) + "/" + name);
    }
    [[nodiscard]] static std::vector<Trusted> secrets() {
        return {trusted("webhook", webhook_code),
                trusted("wall", wall_password, "wall"),
                trusted("FTP password", ftp_password, "user"),
                trusted("SFTP password", sftp_password, "obmen"),
                trusted("passphrase", passphrase),
                trusted("mail password", mail_password, "robot"),
                trusted("proxy password", proxy_password, "robot")};
    }

    WatchedExchange m_exchange;
    TellTaleFtpServer m_ftp;
    SmtpServer m_smtp{{.user = "robot", .password = mail_password}};
    std::unique_ptr<OpenSshServer> m_sshd;
    std::unique_ptr<Process> m_daemon;
    std::set<std::string> m_own;
};

TEST_F(TrustedDaemon, TellsNobodyWhatItKnowsAndLeavesNoCore) {
    write_settings();
    start();
    m_exchange.drop("a.xml", export_of(3, "a"));
    ASSERT_TRUE(eventually([&] { return m_exchange.receipt_count() == 1; })) << m_daemon->said();
    ASSERT_TRUE(eventually([&] { return m_ftp.was_told() && alerted("SRC-LOGIN"); })) << m_daemon->said();
    ASSERT_TRUE(eventually([&] { return !m_smtp.mails().empty(); })) << m_daemon->said();
    // The wall has another password now: what the portal says of it is in logs and alerts.
    m_exchange.sandbox().post("/sandbox/settings", {{"basic_password", "another"}});
    m_exchange.drop("b.xml", export_of(2, "b"));
    ASSERT_TRUE(eventually([&] { return m_daemon->said().find("B24-BASIC-WALL") != std::string::npos; }))
        << m_daemon->said();

    EXPECT_EQ(proc("cmdline").find(webhook_code), std::string::npos);
    const std::string limits = proc("limits");
    const std::string heading = "Max core file size";
    std::istringstream core(limits.substr(limits.find(heading) + heading.size()));
    std::string soft;
    std::string hard;
    core >> soft >> hard;
    EXPECT_EQ(soft + " " + hard, "0 0") << limits;

    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"status", "--json", "--state", "state"}, {"doctor", "-v"}}) {
        std::vector<std::string> line{words};
        if (words.front() == "doctor") {
            line.insert(line.end(), {"--settings", m_exchange.settings().string()});
        } else {
            line.back() = (m_exchange.directory() / "state").string();
        }
        static_cast<void>(m_exchange.run(line));
    }
    m_daemon->signal(SIGSEGV);
    EXPECT_NE(m_daemon->wait().exit_code, 0);
    for (const auto& entry : std::filesystem::directory_iterator(m_exchange.directory().path())) {
        EXPECT_FALSE(entry.path().filename().string().starts_with("core")) << entry.path();
    }

    std::string mails;
    for (const ReceivedMail& mail : m_smtp.mails()) {
        mails += mail.text;
    }
    write_file(m_exchange.directory() / "mails.txt", mails);
    EXPECT_TRUE(alerted("OBMEN_ALERT_CAUSE")) << "the command's environment was looked at";
    expect_nowhere(secrets(), m_exchange.directory().path(), m_own);
}

/// The line of a push to a portal that is not there, each in another way.
class RefusedPush : public testing::Test {
  protected:
    void push(const std::string& url, const std::map<std::string, std::string>& more,
              const std::string& proxy = {}) {
        const std::string name = "run" + std::to_string(++m_runs);
        const std::filesystem::path settings = m_exchange.directory() / (name + ".toml");
        write_file(settings, "[portal]\n" + (proxy.empty() ? "" : "proxy = \"" + proxy + "\"\n") +
                                 "[state]\ndirectory = \"" + name + "\"\n");
        std::map<std::string, std::string> environment = m_exchange.environment();
        environment["OBMEN_PORTAL"] = url;
        environment.insert(more.begin(), more.end());
        const auto file = m_exchange.file("a.xml", export_of(2, "a"));
        const ProcessResult result =
            run_process({Exchange::program(), "push", "-v", "--settings", settings.string(), file.string()},
                        m_exchange.directory().path(), environment);
        EXPECT_NE(result.exit_code, 0) << url;
        m_own.insert(name + ".toml");
    }

    Exchange m_exchange;
    std::set<std::string> m_own = names_in(m_exchange.directory().path());
    int m_runs = 0;
};

TEST_F(RefusedPush, QuotesNoSecretHoweverItFails) {
    const std::string code = "qw3rtyc0dev4lue";
    const std::string odd_password = "0dd/Passw0rd";  // no login of an address to whoever looks for one
    const std::string sandbox = m_exchange.sandbox().url();
    const std::string host = sandbox.substr(7, sandbox.find("/rest") - 7);
    const std::string proxy = "http://robot:" + std::string(proxy_password) + "@127.0.0.1:9";
    push("https://" + host + "/rest/1/" + code + "/", {});           // no TLS there
    push("http://" + host + "/rest/1/" + code + "/", {});            // another code
    push("https://portal.invalid/rest/1/" + code + "/", {});         // no such name
    push("https://portal.invalid/rest/1/" + code + "/", {}, proxy);  // a proxy that is not there
    push("https://portal.invalid/rest/1/" + code + "/", {{"https_proxy", proxy}});
    push("https://portal.invalid/rest/1/" + code + "/", {}, "bogus://robot:" + odd_password + "@x");
    push("https://user:" + code + "@portal.invalid/rest/1/x/", {});  // a password in the address
    push("portal.invalid/" + code, {});                              // no address at all
    push("@/rest/1/" + code + "/", {});                              // taken for a file's name
    push("https://portal.invalid/rest/1/" + code + "/?x=" + code, {});
    m_own.insert("portal.url");
    write_file(m_exchange.directory() / "portal.url", "https://portal.invalid/rest/1/" + code + "/\n");
    push("@" + (m_exchange.directory() / "portal.url").string(), {});  // others may read it
    expect_nowhere({trusted("webhook", code), trusted("proxy password", proxy_password, "robot"),
                    trusted("odd password", odd_password, "robot")},
                   m_exchange.directory().path(), m_own);
}

void collect_texts(const nlohmann::json& json, std::vector<std::string>& texts) {
    if (json.is_string() && json.get<std::string>().size() >= 16) {
        texts.push_back(json.get<std::string>());
    }
    if (json.is_structured()) {
        for (const auto& item : json.items()) {
            if (item.key().size() >= 16) {
                texts.push_back(item.key());
            }
            collect_texts(item.value(), texts);
        }
    }
}

TEST(TrustedApplication, ItsTokensAreNowhereInTheClear) {
    Exchange exchange({"--time-scale", "10"});
    std::set<std::string> own = names_in(exchange.directory().path());
    own.insert("secret");
    const std::string url = exchange.sandbox().url();
    const std::string origin = url.substr(0, url.find("/rest/"));
    exchange.sandbox().post("/sandbox/settings", {{"redirect_uri", "http://127.0.0.1:9/"}});
    const auto write = [&](const std::string& name, const std::string& text) {
        write_file(exchange.directory() / name, text);
        std::filesystem::permissions(exchange.directory() / name, std::filesystem::perms(0600));
    };
    write("secret", "practice-secret\n");
    write("settings.toml",
          "[portal.oauth]\nportal = \"" + origin +
              "\"\nclient_id = \"local.practice\"\nclient_secret = \"@secret\"\nserver = \"" + origin +
              "\"\n[state]\ndirectory = \"state\"\n");
    const auto run = [&](const std::string& command, const std::vector<std::string>& more) {
        std::vector<std::string> words{command, "-v", "--settings",
                                       (exchange.directory() / "settings.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return exchange.run(words);
    };
    httplib::Client browser(origin);
    const auto reply = browser.Get("/oauth/authorize/?client_id=local.practice&state=s");
    ASSERT_TRUE(reply);
    const ProcessResult signed_in = run("auth", {"--code", reply->get_header_value("Location")});
    ASSERT_EQ(signed_in.exit_code, 0) << signed_in.error;

    std::vector<std::string> tokens;
    collect_texts(exchange.sandbox().state().at("tokens"), tokens);
    exchange.sandbox().post("/sandbox/settings", {{"token_requests", 2}});
    const auto file = exchange.file("a.xml", export_of(60, "a"));
    ASSERT_EQ(run("push", {file.string()}).exit_code, 0);
    collect_texts(exchange.sandbox().state().at("tokens"), tokens);
    exchange.sandbox().post("/sandbox/oauth/revoke", nlohmann::json::object());
    const auto other = exchange.file("b.xml", export_of(2, "b"));
    EXPECT_NE(run("push", {other.string()}).exit_code, 0);
    ASSERT_GE(tokens.size(), 4U) << "two pairs of tokens";

    std::vector<Trusted> secrets{trusted("client secret", "practice-secret", "local.practice")};
    for (const std::string& token : tokens) {
        secrets.push_back(trusted("token", token));
    }
    expect_nowhere(secrets, exchange.directory().path(), own);
}

}  // namespace
}  // namespace obmen::tests
