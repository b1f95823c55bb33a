#include "endpoint/known_hosts.hpp"

#include <gtest/gtest.h>

#include "endpoint/ssh_key_file.hpp"
#include "endpoint/ssh_wire.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::endpoint {
namespace {

std::string wire_text(std::string_view text) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>((text.size() >> static_cast<unsigned>(shift)) & 0xFFU);
    }
    return out + std::string(text);
}

HostKey key(const std::string& type, const std::string& number) {
    return host_key(wire_text(type) + wire_text(number));
}

std::string line(const std::string& hosts, const HostKey& one) {
    return hosts + " " + one.type + " " + base64(one.blob) + " a comment\n";
}

const std::string ed25519 = "ssh-ed25519";
const std::string ecdsa = "ecdsa-sha2-nistp256";

HostKeyVerdict judged(const std::string& file, std::string_view host, std::uint16_t port,
                      const HostKey& one) {
    return KnownHosts(file).judge(host, port, one, {ed25519, ecdsa, "rsa-sha2-512"});
}

TEST(KnownHosts, AreFoundByNamePatternAndPort) {
    const HostKey mine = key(ed25519, "1");
    const auto known = [&](const std::string& hosts, std::string_view host, std::uint16_t port = 22) {
        return judged(line(hosts, mine), host, port, mine) == HostKeyVerdict::known;
    };
    EXPECT_TRUE(known("ftp.example.com", "ftp.example.com"));
    EXPECT_TRUE(known("FTP.example.com", "ftp.EXAMPLE.com"));
    EXPECT_TRUE(known("other,ftp.example.com,10.0.0.1", "10.0.0.1"));
    EXPECT_TRUE(known("*.example.com", "ftp.example.com"));
    EXPECT_TRUE(known("ft?.*", "ftp.example.com"));
    EXPECT_FALSE(known("*.example.com,!ftp.example.com", "ftp.example.com"));
    EXPECT_FALSE(known("example.com", "ftp.example.com"));
    EXPECT_TRUE(known("[ftp.example.com]:2222", "ftp.example.com", 2222));
    EXPECT_FALSE(known("[ftp.example.com]:2222", "ftp.example.com", 2223));
    EXPECT_FALSE(known("[ftp.example.com]:2222", "ftp.example.com"));
    EXPECT_TRUE(known("ftp.example.com", "ftp.example.com", 2222));
    // Salt 00 01 … 13, HMAC-SHA1 by Python's hmac.
    EXPECT_TRUE(known("|1|AAECAwQFBgcICQoLDA0ODxAREhM=|hkXexPSFbWqvki0lBwH1HLkOpYA=", "ftp.example.com"));
    EXPECT_FALSE(known("|1|AAECAwQFBgcICQoLDA0ODxAREhM=|AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "ftp.example.com"));
    EXPECT_FALSE(known("|1|nonsense", "ftp.example.com"));
    EXPECT_FALSE(known("@cert-authority ftp.example.com", "ftp.example.com"));
    EXPECT_FALSE(known("#ftp.example.com", "ftp.example.com"));
}

TEST(KnownHosts, TellAnotherKeyFromAnUnknownOne) {
    const HostKey mine = key(ed25519, "1");
    EXPECT_EQ(judged("", "host", 22, mine), HostKeyVerdict::unknown);
    EXPECT_EQ(judged("half a line\nhost ssh-ed25519 ???\n\n", "host", 22, mine), HostKeyVerdict::unknown);
    EXPECT_EQ(judged(line("host", key(ed25519, "2")), "host", 22, mine), HostKeyVerdict::changed);
    EXPECT_EQ(judged(line("host", key(ed25519, "2")) + line("host", mine), "host", 22, mine),
              HostKeyVerdict::known);
    EXPECT_EQ(judged(line("host", mine) + line("@revoked *", mine), "host", 22, mine),
              HostKeyVerdict::revoked);
    EXPECT_EQ(judged(line("@revoked *", key(ed25519, "2")), "host", 22, mine), HostKeyVerdict::unknown);
    // A type that the server still has: we could not ask for it. One that it no longer has: another server.
    EXPECT_EQ(judged(line("host", key("ssh-rsa", "3")), "host", 22, mine), HostKeyVerdict::unknown);
    EXPECT_EQ(judged(line("host", key("ecdsa-sha2-nistp521", "3")), "host", 22, mine),
              HostKeyVerdict::changed);
    const std::string types =
        line("host", mine) + line("host", key(ecdsa, "1")) + line("@revoked host", mine);
    EXPECT_EQ(KnownHosts(types).types("host", 22), (std::vector<std::string>{ed25519, ecdsa}));
}

TEST(KnownHosts, ReadTheLineThatTheyAskFor) {
    const HostKey mine = key(ed25519, "1");
    for (const std::uint16_t port : {std::uint16_t{22}, std::uint16_t{2222}}) {
        const std::string asked = known_hosts_line("host", port, mine);
        EXPECT_EQ(judged(asked, "host", port, mine), HostKeyVerdict::known) << asked;
    }
}

TEST(KnownHosts, OfTheSystemCountBesideTheDefaultAlone) {
    EXPECT_EQ(known_hosts_files("/srv/pinned"), std::vector<std::filesystem::path>{"/srv/pinned"});
    const std::vector<std::filesystem::path> both{default_known_hosts(), "/etc/ssh/ssh_known_hosts"};
    EXPECT_EQ(known_hosts_files(""), both);
    EXPECT_EQ(known_hosts_files(default_known_hosts()), both);

    const tests::TemporaryDirectory directory;
    const HostKey mine = key(ed25519, "1");
    tests::write_file(directory / "user", line("other", mine));
    tests::write_file(directory / "system", line("server", mine));
    const KnownHosts known = KnownHosts::read({directory / "user", directory / "none", directory / "system"});
    for (const char* host : {"other", "server"}) {
        EXPECT_EQ(known.judge(host, 22, mine, {ed25519}), HostKeyVerdict::known) << host;
    }
}

TEST(ServerOffers, AreReadFromAWholeGreetingOnly) {
    std::string packet(1, '\x04');
    packet += '\x14' + std::string(16, 'c');
    for (const std::string list :
         {"kex-a,kex-b", "rsa-sha2-512", "in", "out", "mac-in", "mac-out", "", "", "", ""}) {
        packet += wire_text(list);
    }
    packet += std::string(5, '\0') + "pad!";
    const std::string bytes = "hello\r\nSSH-2.0-x\r\n" + wire_text(packet);
    const auto offers = server_offers(bytes + "more");
    ASSERT_TRUE(offers);
    EXPECT_EQ(offers->key_exchanges, (std::vector<std::string>{"kex-a", "kex-b"}));
    EXPECT_EQ(offers->host_keys, (std::vector<std::string>{"rsa-sha2-512"}));
    EXPECT_EQ(offers->ciphers, (std::vector<std::string>{"in"}));
    EXPECT_EQ(offers->macs, (std::vector<std::string>{"mac-in"}));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(server_offers(bytes.substr(0, size))) << size;
    }
    EXPECT_FALSE(server_offers("SSH-2.0-x\r\n\xFF\xFF\xFF\xFFgarbage"));
    EXPECT_FALSE(server_offers(std::string("SSH-2.0-x\r\n\0\0\0\2\xFF\x14", 17)));
}

TEST(KeyFiles, ThatAreCutOffAreUnreadable) {
    const std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    const std::string magic("openssh-key-v1\0", 15);
    const std::string whole = magic + wire_text("none") + wire_text("none") + wire_text("") +
                              std::string("\0\0\0\1", 4) + wire_text(wire_text("ssh-rsa"));
    const auto inspected = [&](const std::string& bytes) {
        return inspect_key_file(begin + base64(bytes) + "\n-----END OPENSSH PRIVATE KEY-----\n", Secret());
    };
    EXPECT_EQ(inspected(whole).type, "ssh-rsa");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_EQ(inspected(whole.substr(0, size)).kind, KeyFile::Kind::unreadable) << size;
    }
    EXPECT_EQ(inspect_key_file("", Secret()).kind, KeyFile::Kind::unreadable);
}

}  // namespace
}  // namespace obmen::endpoint
