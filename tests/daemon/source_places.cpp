#include "daemon/source_places.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "daemon/watched_exchange.hpp"
#include "servers/ftp_server.hpp"
#include "servers/openssh_server.hpp"
#include "servers/samba_server.hpp"
#include "servers/server_process.hpp"
#include "servers/shifted_clock.hpp"
#include "servers/test_certificates.hpp"

namespace obmen::tests {

void SourcePlace::put(const std::string& name, const std::string& bytes) {
    const std::filesystem::path temporary = served() / (name + ".tmp");
    write_file(temporary, bytes);
    std::filesystem::rename(temporary, served() / name);
}

void SourcePlace::break_off_upload(const std::string& name, std::string_view bytes) {
    write_file(served() / name, std::string(bytes));
}

void SourcePlace::kill_in_mid_upload(const std::vector<std::string>& client, const std::string& name,
                                     std::string_view bytes) {
    const std::filesystem::path pipe = own("upload");
    std::filesystem::remove(pipe);
    if (::mkfifo(pipe.c_str(), 0600) != 0) {
        throw std::runtime_error("mkfifo");
    }
    std::vector<std::string> words{"/bin/sh", "-c", R"(pipe=$1; shift; exec "$@" <"$pipe")", "sh",
                                   pipe.string()};
    words.insert(words.end(), client.begin(), client.end());
    Process process(words, own(""));
    const int out = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);  // never its end
    ::fcntl(out, F_SETPIPE_SZ, 1 << 20);
    const auto has_arrived = [&] {
        const std::string_view left = bytes;
        const ssize_t written = ::write(out, left.data(), left.size());
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        std::error_code none;
        const auto size = std::filesystem::file_size(served() / name, none);
        return !none && size > 0;
    };
    const bool arrived =
        eventually([&] { return has_arrived() || !process.is_running(); }) && process.is_running();
    process.signal(SIGKILL);
    const ProcessResult end = process.wait();
    ::close(out);
    // What was on its way still comes: over a file that is written anew meanwhile.
    for (std::uintmax_t size = 0, now = 1; arrived && size != now;) {
        size = std::filesystem::file_size(served() / name);
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        now = std::filesystem::file_size(served() / name);
    }
    if (!arrived) {
        throw std::runtime_error("nothing was uploaded: " + end.out + end.error);
    }
}

std::string SourcePlace::local_copy(const std::string& bytes) const {
    const std::filesystem::path local = own("local.xml");
    write_file(local, bytes);
    return local;
}

void SourcePlace::run_slow_upload(std::vector<std::string> client) const {
    client.insert(client.begin() + 1, {"--limit-rate", "400K"});
    const ProcessResult result = run_process(client, own(""));
    if (result.exit_code != 0) {
        throw std::runtime_error("the upload: " + result.out + result.error);
    }
}

std::filesystem::path SourcePlace::go_away(const std::string& folder) {
    std::filesystem::rename(served() / folder, served() / (folder + ".away"));
    return served() / (folder + ".away");
}

void SourcePlace::come_back(const std::string& folder) {
    std::filesystem::rename(served() / (folder + ".away"), served() / folder);
}

namespace {

std::string secret_file(const std::filesystem::path& path, const std::string& secret) {
    write_file(path, secret + "\n");
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return "password = \"@" + path.string() + "\"\n";
}

class FolderSource : public SourcePlace {
  public:
    FolderSource() { std::filesystem::create_directory(served()); }
    [[nodiscard]] std::filesystem::path served() const override { return own("served"); }
    [[nodiscard]] std::string settings(const std::string& folder) const override {
        return fmt::format("url = \"folder:{}\"\n", (served() / folder).string());
    }
};

/// What a Windows machine writes into a share, seen where the share is.
class SambaSource : public SourcePlace {
  public:
    SambaSource() : m_server(own("samba")) {}
    [[nodiscard]] std::filesystem::path served() const override { return m_server.folder(); }
    [[nodiscard]] std::string settings(const std::string& folder) const override {
        return fmt::format("url = \"folder:{}\"\n", (served() / folder).string());
    }
    void put(const std::string& name, const std::string& bytes) override {
        const ProcessResult result = m_server.run(
            fmt::format("put \"{0}\" \"{1}.tmp\"; rename \"{1}.tmp\" \"{1}\" -f", local_copy(bytes), name));
        if (result.exit_code != 0) {
            throw std::runtime_error("smbclient: " + result.out + result.error);
        }
    }

    void break_off_upload(const std::string& name, std::string_view bytes) override {
        // smbclient writes megabytes at a time.
        kill_in_mid_upload(m_server.client("put - \"" + name + "\""), name,
                           std::string(bytes) + std::string(std::size_t{20} << 20U, ' '));
    }

  private:
    SambaServer m_server;
};

using FtpStart = std::unique_ptr<FtpServer> (*)(const FtpServerOptions&);

class FtpSource : public SourcePlace {
  public:
    FtpSource(FtpStart start, FtpServerOptions::Tls tls, int hours_off)
        : m_encrypted(tls != FtpServerOptions::Tls::none),
          m_certificates(make_certificates(own(""))),
          m_certificate(read_file(m_certificates.server)),
          m_server(start({.tls = tls, .certificate = m_certificates.server, .hours_off = hours_off})) {
        if (!m_server) {
            throw std::runtime_error("no such server");
        }
    }
    [[nodiscard]] std::filesystem::path served() const override { return m_server->served(); }
    [[nodiscard]] std::string settings(const std::string& folder) const override {
        return address(m_server->place(), folder) + secret_file(own("password"), "secret");
    }
    [[nodiscard]] int port() const override { return m_server->port(); }
    [[nodiscard]] std::string refused_settings(const std::string& folder, int port) const override {
        const std::string place = m_server->place();
        const std::string by_way = place.substr(0, place.rfind(':') + 1) + std::to_string(port) + "/~/";
        return address(by_way, folder) + secret_file(own("wrong"), "not-the-password");
    }
    void break_off_upload(const std::string& name, std::string_view bytes) override {
        kill_in_mid_upload(client("-", name), name, bytes);
    }
    void upload_slowly(const std::string& name, const std::string& bytes) override {
        run_slow_upload(client(local_copy(bytes), name));
    }
    void lose_trust() override { change_certificate(read_file(m_certificates.expired)); }
    void regain_trust() override { change_certificate(m_certificate); }
    [[nodiscard]] std::string code_of_lost_trust() const override { return "SRC-CERTIFICATE"; }
    std::filesystem::path go_away(const std::string& folder) override {
        m_server->kill();
        return served() / folder;
    }
    void come_back(const std::string& /*folder*/) override { m_server->start(); }

  private:
    [[nodiscard]] std::vector<std::string> client(const std::string& local, const std::string& name) const {
        const std::string place = m_server->place();
        const std::string user = place.substr(0, place.find('@'));
        std::vector<std::string> words{"/usr/bin/curl", "-sS", "-u", user + ":secret", "-T", local};
        if (m_encrypted) {
            words.insert(words.end(), {"--ssl-reqd", "-k"});
        }
        words.push_back(fmt::format("ftp://127.0.0.1:{}/{}", m_server->port(), name));
        return words;
    }
    void change_certificate(const std::string& pem) {
        m_server->kill();
        write_file(m_certificates.server, pem);
        m_server->start();
    }
    [[nodiscard]] std::string address(const std::string& place, const std::string& folder) const {
        const std::string authority =
            m_encrypted ? fmt::format("ca_file = \"{}\"\n", m_certificates.authority.string()) : "";
        return fmt::format("url = \"{}://{}{}\"\nconnect_seconds = 10\nstall_seconds = 10\n{}",
                           m_encrypted ? "ftpes" : "ftp", place, folder, authority);
    }

    bool m_encrypted;
    TestCertificates m_certificates;
    std::string m_certificate;  ///< the one that is trusted
    std::unique_ptr<FtpServer> m_server;
};

class SftpSource : public SourcePlace {
  public:
    explicit SftpSource(int hours_off = 0) : m_server(own(""), {.hours_off = hours_off}) {}
    [[nodiscard]] std::filesystem::path served() const override { return m_server.folder(); }
    [[nodiscard]] std::string settings(const std::string& folder) const override {
        return address(m_server.url(), folder, m_server.known_hosts()) +
               secret_file(own("password"), m_server.password());
    }
    [[nodiscard]] int port() const override { return m_server.port(); }
    [[nodiscard]] std::string refused_settings(const std::string& folder, int port) const override {
        const auto by_way = [&](std::string text) {
            const std::string direct = ":" + std::to_string(m_server.port());
            for (std::size_t at = text.find(direct); at != std::string::npos;
                 at = text.find(direct, at + 1)) {
                text.replace(at, direct.size(), ":" + std::to_string(port));
            }
            return text;
        };
        const std::filesystem::path known_hosts = own("known_hosts_by_way");
        write_file(known_hosts, by_way(read_file(m_server.known_hosts())));
        return address(by_way(m_server.url()), folder, known_hosts) +
               secret_file(own("wrong"), "not-the-password");
    }
    void break_off_upload(const std::string& name, std::string_view bytes) override {
        kill_in_mid_upload(client("-", name), name, bytes);
    }
    void upload_slowly(const std::string& name, const std::string& bytes) override {
        run_slow_upload(client(local_copy(bytes), name));
    }
    void lose_trust() override {
        m_server.stop();
        m_server.change_host_keys();
        m_server.start();
    }
    void regain_trust() override { m_server.write_known_hosts(); }
    [[nodiscard]] std::string code_of_lost_trust() const override { return "SRC-HOST-KEY-CHANGED"; }
    std::filesystem::path go_away(const std::string& folder) override {
        m_server.stop();
        return served() / folder;
    }
    void come_back(const std::string& /*folder*/) override { m_server.start(); }

  private:
    [[nodiscard]] std::vector<std::string> client(const std::string& local, const std::string& name) const {
        return {"/usr/bin/curl",
                "-sS",
                "-k",
                "-u",
                m_server.user() + ":" + m_server.password(),
                "-T",
                local,
                m_server.url() + "/" + name};
    }
    /// The tests shorten all waiting a hundredfold, and these are seconds of the same clock.
    [[nodiscard]] static std::string address(const std::string& url, const std::string& folder,
                                             const std::filesystem::path& known_hosts) {
        return fmt::format(
            "url = \"{}/{}\"\nknown_hosts = \"{}\"\nconnect_seconds = 3000\nstall_seconds = 3000\n", url,
            folder, known_hosts.string());
    }

    OpenSshServer m_server;
};

/// \param root it changes to another account, or does nothing
SourceKind ftp_kind(const std::string& name, const std::string& package, const std::string& program,
                    FtpStart start, FtpServerOptions::Tls tls, bool root = false, int hours_off = 0) {
    const auto why_not = [=]() -> std::string {
        if (!server_program(package, program)) {
            return "no " + package + " (tools/setup unpacks it)";
        }
        if (package == "proftpd-core" && tls != FtpServerOptions::Tls::none &&
            !server_program("proftpd-mod-crypto", "usr/lib/proftpd/mod_tls.so")) {
            return "no proftpd-mod-crypto (tools/setup unpacks it)";
        }
        return root && ::geteuid() != 0 ? package + " runs as root only" : "";
    };
    return {.name = name, .why_not = why_not, .make = [=] {
                return std::make_unique<FtpSource>(start, tls, hours_off);
            }};
}

constexpr const char* vsftpd = "usr/sbin/vsftpd";
constexpr const char* proftpd = "usr/sbin/proftpd";
constexpr const char* pureftpd = "usr/sbin/pure-ftpd";

SourceKind with_another_clock(SourceKind kind) {
    kind.why_not = [why_not = kind.why_not] {
        const std::string why = why_no_shifted_clock();
        return why.empty() ? why_not() : why;
    };
    return kind;
}

}  // namespace

std::vector<SourceKind> all_source_kinds() {
    using Tls = FtpServerOptions::Tls;
    return {{.name = "Folder",
             .why_not = [] { return std::string(); },
             .make = [] { return std::make_unique<FolderSource>(); }},
            {.name = "Samba",
             .why_not = &SambaServer::why_not,
             .make = [] { return std::make_unique<SambaSource>(); }},
            ftp_kind("Vsftpd", "vsftpd", vsftpd, &start_vsftpd, Tls::none),
            ftp_kind("VsftpdTls", "vsftpd", vsftpd, &start_vsftpd, Tls::by_command),
            ftp_kind("ProFtpd", "proftpd-core", proftpd, &start_proftpd, Tls::none),
            ftp_kind("ProFtpdTls", "proftpd-core", proftpd, &start_proftpd, Tls::by_command),
            ftp_kind("PureFtpd", "pure-ftpd", pureftpd, &start_pureftpd, Tls::none, true),
            ftp_kind("PureFtpdTls", "pure-ftpd", pureftpd, &start_pureftpd, Tls::by_command, true),
            {.name = "OpenSsh", .why_not = &OpenSshServer::why_not, .make = [] {
                 return std::make_unique<SftpSource>();
             }}};
}

std::vector<SourceKind> some_source_kinds() {
    std::vector<SourceKind> kinds = all_source_kinds();
    if (!is_complete_run()) {
        std::erase_if(kinds, [](const SourceKind& kind) {
            return kind.name != "Folder" && kind.name != "Vsftpd" && kind.name != "OpenSsh";
        });
    }
    return kinds;
}

std::vector<SourceKind> source_kinds_with_proof() {
    std::vector<SourceKind> kinds = all_source_kinds();
    std::erase_if(kinds, [](const SourceKind& kind) {
        const bool proves = kind.name.ends_with("Tls") || kind.name == "OpenSsh";
        const bool is_one_of_few = kind.name == "VsftpdTls" || kind.name == "OpenSsh";
        return !proves || (!is_one_of_few && !is_complete_run());
    });
    return kinds;
}

std::vector<SourceKind> source_kinds_with_another_clock() {
    using Tls = FtpServerOptions::Tls;
    std::vector<SourceKind> kinds;
    for (const int hours : {2, -2}) {
        const std::string how = hours > 0 ? "Ahead" : "Behind";
        kinds.push_back(ftp_kind("Vsftpd" + how, "vsftpd", vsftpd, &start_vsftpd, Tls::none, false, hours));
        kinds.push_back(
            ftp_kind("ProFtpd" + how, "proftpd-core", proftpd, &start_proftpd, Tls::none, false, hours));
        kinds.push_back(
            ftp_kind("PureFtpd" + how, "pure-ftpd", pureftpd, &start_pureftpd, Tls::none, true, hours));
        kinds.push_back({.name = "OpenSsh" + how, .why_not = &OpenSshServer::why_not, .make = [hours] {
                             return std::make_unique<SftpSource>(hours);
                         }});
    }
    if (!is_complete_run()) {
        std::erase_if(kinds, [](const SourceKind& kind) {
            return kind.name != "VsftpdAhead" && kind.name != "ProFtpdBehind" && kind.name != "OpenSshAhead";
        });
    }
    std::ranges::transform(kinds, kinds.begin(), &with_another_clock);
    return kinds;
}

}  // namespace obmen::tests
