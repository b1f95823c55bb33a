#include <libssh2.h>

#include <cstdlib>
#include <stdexcept>

#include "endpoint/sftp_setup.hpp"
#include "harness/process.hpp"
#include "harness/waiting.hpp"

// Of the leak sanitizer, where the tests are compiled with it.
extern "C" {
void __lsan_disable() __attribute__((weak));  // NOLINT(bugprone-reserved-identifier)
void __lsan_enable() __attribute__((weak));   // NOLINT(bugprone-reserved-identifier)
}

namespace obmen::endpoint {
namespace {

using test::Failure;
using test::failure_of;
using test::has;
using test::SftpSetup;
using tests::OpenSshOptions;
using tests::OpenSshServer;

#define SKIP_WITHOUT_SSHD()                       \
    if (!OpenSshServer::why_not().empty()) {      \
        GTEST_SKIP() << OpenSshServer::why_not(); \
    }

Failure listing_fails(SftpSetup& setup, const config::EndpointSettings& settings) {
    return failure_of([&] { (void)setup.open(settings)->list({}); });
}

config::EndpointSettings with_password(const SftpSetup& setup, const std::string& password) {
    config::EndpointSettings settings = setup.settings();
    settings.private_key.clear();
    settings.password = Secret(password);
    return settings;
}

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST(SftpLogin, ByPasswordIsTriedOnce) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    EXPECT_EQ(listing_fails(setup, with_password(setup, setup.server.password())).text, "");

    const Failure wrong = listing_fails(setup, with_password(setup, "wrong-one"));
    EXPECT_EQ(wrong.code, "SRC-LOGIN");
    EXPECT_EQ(wrong.failure_class, FailureClass::bad_config);
    EXPECT_TRUE(has(wrong.text, "tried: password; the server allows: publickey, password")) << wrong.text;
    EXPECT_FALSE(has(wrong.text, "wrong-one"));
    EXPECT_EQ(count(setup.server.log(), "Failed password"), 1);

    const Failure nothing = listing_fails(setup, with_password(setup, ""));
    EXPECT_EQ(nothing.code, "SRC-LOGIN");
    EXPECT_TRUE(has(nothing.text, "nothing to log in with")) << nothing.text;
}

TEST(SftpLogin, AnswersTheQuestionForThePassword) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup(OpenSshOptions{.asks_questions = true});
    EXPECT_EQ(listing_fails(setup, with_password(setup, setup.server.password())).text, "");
    const Failure wrong = listing_fails(setup, with_password(setup, "wrong-one"));
    EXPECT_EQ(wrong.code, "SRC-LOGIN");
    EXPECT_TRUE(has(wrong.text, "tried: keyboard-interactive;")) << wrong.text;
}

TEST(SftpLogin, TakesKeyAndPasswordWhereTheServerWantsBoth) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup(OpenSshOptions{.config = {"AuthenticationMethods publickey,password"}});
    config::EndpointSettings settings = setup.settings();
    EXPECT_EQ(listing_fails(setup, settings).code, "SRC-LOGIN");
    settings.password = Secret(setup.server.password());
    EXPECT_EQ(listing_fails(setup, settings).text, "");
}

/// libssh2 1.10 loses two numbers of OpenSSL at each login with an ECDSA key in the format of OpenSSH.
class KnownLeak {
  public:
    KnownLeak() {
        if (__lsan_disable != nullptr) {
            __lsan_disable();
        }
    }
    ~KnownLeak() {
        if (__lsan_enable != nullptr) {
            __lsan_enable();
        }
    }
    KnownLeak(const KnownLeak&) = delete;
    KnownLeak& operator=(const KnownLeak&) = delete;
};

TEST(SftpLogin, TakesKeysOfTheModernTypesWithAndWithoutPassphrase) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    const auto file = [&](const std::string& name) { return setup.directory.path() / name; };
    tests::make_key(file("ecdsa"), "ecdsa", "", {"-b", "521"});
    tests::make_key(file("ecdsa-pem"), "ecdsa", "", {"-m", "PEM"});
    tests::make_key(file("locked"), "ed25519", "the-passphrase", {"-a", "1"});
    tests::make_key(file("locked-pem"), "ecdsa", "the-passphrase", {"-m", "PEM"});
    config::EndpointSettings settings = setup.settings();
    for (const std::string name : {"ecdsa", "ecdsa-pem", "locked", "locked-pem"}) {
        setup.server.authorize(file(name + ".pub"));
        settings.private_key = file(name);
        settings.passphrase = Secret(name.starts_with("locked") ? "the-passphrase" : "");
        const KnownLeak tolerated;
        EXPECT_EQ(listing_fails(setup, settings).text, "") << name;
    }
    for (const std::string name : {"locked", "locked-pem"}) {
        settings.private_key = file(name);
        settings.passphrase = Secret();
        const Failure missing = listing_fails(setup, settings);
        EXPECT_EQ(missing.code, "SRC-KEY");
        EXPECT_TRUE(has(missing.text, "no passphrase is given")) << missing.text;
        settings.passphrase = Secret("another-one");
        const Failure wrong = listing_fails(setup, settings);
        EXPECT_EQ(wrong.code, "SRC-KEY");
        EXPECT_TRUE(has(wrong.text, "the passphrase is wrong")) << wrong.text;
        EXPECT_FALSE(has(wrong.text, "another-one"));
    }
}

TEST(SftpLogin, SaysWhichKeysItCannotUse) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    config::EndpointSettings settings = setup.settings();
    const auto refused = [&](const std::filesystem::path& key) {
        settings.private_key = key;
        return listing_fails(setup, settings);
    };
    const Failure putty = refused(setup.file("key.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n"));
    EXPECT_EQ(putty.code, "SRC-KEY");
    EXPECT_TRUE(has(putty.text, "puttygen")) << putty.text;
    EXPECT_EQ(refused(setup.file("text", "no key at all\n")).code, "SRC-KEY");
    EXPECT_EQ(refused(setup.directory.path() / "none").code, "SYS-FILE");
    const auto readable = setup.directory.path() / "readable";
    tests::make_key(readable, "ed25519");
    std::filesystem::permissions(readable, std::filesystem::perms(0644));
    EXPECT_EQ(refused(readable).code, "SYS-KEY-READABLE");
    const auto strange = setup.directory.path() / "strange";
    tests::make_key(strange, "ed25519");
    EXPECT_EQ(refused(strange).code, "SRC-LOGIN");

    const auto rsa = setup.directory.path() / "rsa";
    tests::make_key(rsa, "rsa");
    setup.server.authorize(rsa.string() + ".pub");
    if (::libssh2_version(0x010b00) == nullptr) {
        const Failure failure = refused(rsa);
        EXPECT_EQ(failure.code, "SRC-KEY");
        EXPECT_TRUE(has(failure.text, "ssh-rsa")) << failure.text;
    }
}

/// An ssh-agent of the test's own.
class Agent {
  public:
    explicit Agent(const std::filesystem::path& directory)
        : m_socket(directory / "agent.sock"),
          m_process({"/usr/bin/ssh-agent", "-D", "-a", m_socket.string()}, directory) {
        if (!tests::eventually([&] { return std::filesystem::exists(m_socket); })) {
            throw std::runtime_error("ssh-agent does not listen");
        }
        ::setenv("SSH_AUTH_SOCK", m_socket.c_str(), 1);
    }
    ~Agent() { ::unsetenv("SSH_AUTH_SOCK"); }
    void add(const std::filesystem::path& key) {
        (void)tests::run_process({"/usr/bin/ssh-add", "-q", key.string()}, key.parent_path());
    }

  private:
    std::filesystem::path m_socket;
    tests::Process m_process;
};

TEST(SftpLogin, TriesTheKeysOfTheAgent) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    config::EndpointSettings settings = setup.settings();
    settings.private_key.clear();
    settings.agent = true;
    ::unsetenv("SSH_AUTH_SOCK");
    const Failure none = listing_fails(setup, settings);
    EXPECT_EQ(none.code, "SRC-LOGIN");
    EXPECT_TRUE(has(none.text, "ssh-agent")) << none.text;

    Agent agent(setup.directory.path());
    EXPECT_EQ(listing_fails(setup, settings).code, "SRC-LOGIN");
    for (const std::string type : {"rsa", "ecdsa"}) {
        tests::make_key(setup.directory.path() / type, type);
        agent.add(setup.directory.path() / type);
    }
    EXPECT_EQ(listing_fails(setup, settings).code, "SRC-LOGIN");
    agent.add(setup.server.user_key());
    EXPECT_EQ(listing_fails(setup, settings).text, "");
}

TEST(SftpHostKey, ThatNobodyWroteDownIsShownWithTheLineToAdd) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    config::EndpointSettings settings = setup.settings();
    settings.known_hosts = setup.directory.path() / "own" / "known_hosts";
    const Failure unknown = listing_fails(setup, settings);
    EXPECT_EQ(unknown.code, "SRC-HOST-KEY-UNKNOWN");
    EXPECT_EQ(unknown.failure_class, FailureClass::bad_config);
    const tests::ProcessResult shown =
        tests::run_process({"/usr/bin/ssh-keygen", "-l", "-f", setup.server.host_key("ed25519").string()},
                           setup.directory.path());
    const std::size_t print = shown.out.find("SHA256:");
    ASSERT_NE(print, std::string::npos);
    EXPECT_TRUE(has(unknown.text, shown.out.substr(print, 50))) << unknown.text;

    const std::size_t line = unknown.text.find("[127.0.0.1]:");
    ASSERT_NE(line, std::string::npos) << unknown.text;
    tests::write_file(settings.known_hosts, unknown.text.substr(line) + "\n");
    EXPECT_EQ(listing_fails(setup, settings).text, "");
}

TEST(SftpHostKey, IsAskedForByTheTypeThatIsWrittenDown) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup(OpenSshOptions{.host_keys = {"ed25519", "ecdsa", "rsa"}});
    const auto line = [&](const std::string& type) {
        const std::string key = tests::read_file(setup.server.host_key(type).string() + ".pub");
        return "[127.0.0.1]:" + std::to_string(setup.server.port()) + " " + key;
    };
    config::EndpointSettings settings = setup.settings();
    const auto with = [&](const std::string& text) {
        settings.known_hosts = setup.file("known", text);
        return listing_fails(setup, settings);
    };
    EXPECT_EQ(with(line("ecdsa")).text, "");
    EXPECT_EQ(with(line("rsa") + line("ed25519")).text, "");
    EXPECT_EQ(with("@cert-authority " + line("ed25519")).code, "SRC-HOST-KEY-UNKNOWN");
    EXPECT_EQ(with("@revoked " + line("ed25519")).code, "SRC-HOST-KEY-REVOKED");
    if (::libssh2_version(0x010b00) == nullptr) {
        const Failure rsa = with(line("rsa"));
        EXPECT_EQ(rsa.code, "SRC-HOST-KEY-UNKNOWN");
        EXPECT_TRUE(has(rsa.text, "ssh-ed25519 AAAA")) << rsa.text;
    }

    (void)with(line("ed25519") + line("ecdsa"));
    EXPECT_EQ(tests::run_process({"/usr/bin/ssh-keygen", "-q", "-H", "-f", settings.known_hosts.string()},
                                 setup.directory.path())
                  .exit_code,
              0);
    EXPECT_FALSE(has(tests::read_file(settings.known_hosts), "127.0.0.1"));
    EXPECT_EQ(listing_fails(setup, settings).text, "");
}

TEST(SftpHostKey, ThatHasChangedStopsEverything) {
    SKIP_WITHOUT_SSHD();
    SftpSetup setup;
    SftpSetup other;
    const auto line = [&](const std::string& type) {
        return "[127.0.0.1]:" + std::to_string(setup.server.port()) + " " +
               tests::read_file(other.server.host_key(type).string() + ".pub");
    };
    config::EndpointSettings settings = setup.settings();
    for (const std::string type : {"ed25519", "ecdsa"}) {
        settings.known_hosts = setup.file("known", line(type));
        const Failure changed = listing_fails(setup, settings);
        EXPECT_EQ(changed.code, "SRC-HOST-KEY-CHANGED") << type;
        EXPECT_EQ(changed.failure_class, FailureClass::bad_config);
    }
    SftpSetup one_type(OpenSshOptions{.host_keys = {"ecdsa"}});
    settings = one_type.settings();
    settings.known_hosts =
        setup.file("known", "[127.0.0.1]:" + std::to_string(one_type.server.port()) + " " +
                                tests::read_file(other.server.host_key("ed25519").string() + ".pub"));
    EXPECT_EQ(listing_fails(one_type, settings).code, "SRC-HOST-KEY-CHANGED");
}

TEST(SftpCrypto, OfHardenedServersWorksOrIsNamed) {
    SKIP_WITHOUT_SSHD();
    struct Case {
        OpenSshOptions options;
        std::string missing;
    };
    const std::vector<Case> cases{
        {{.host_keys = {"ed25519"},
          .config = {"Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr",
                     "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256",
                     "KexAlgorithms curve25519-sha256@libssh.org,diffie-hellman-group-exchange-sha256"}},
         ""},
        {{.host_keys = {"rsa"}}, "host key — rsa-sha2-512, rsa-sha2-256"},
        {{.config = {"MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com"}},
         "MAC — hmac-sha2-512-etm@openssh.com, hmac-sha2-256-etm@openssh.com"},
        {{.config = {"Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com"}},
         "cipher — chacha20-poly1305@openssh.com, aes256-gcm@openssh.com"},
    };
    for (const Case& one : cases) {
        SftpSetup setup(one.options);
        const Failure failure = listing_fails(setup, setup.settings());
        if (one.missing.empty() || ::libssh2_version(0x010b00) != nullptr) {
            EXPECT_EQ(failure.text, "");
        } else {
            EXPECT_EQ(failure.code, "SRC-CRYPTO");
            EXPECT_EQ(failure.failure_class, FailureClass::bad_config);
            EXPECT_TRUE(has(failure.text, one.missing)) << failure.text;
        }
    }
}

}  // namespace
}  // namespace obmen::endpoint
