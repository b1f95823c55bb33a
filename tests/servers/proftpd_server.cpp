#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/ftp_server.hpp"
#include "servers/server_process.hpp"

namespace obmen::tests {

namespace {

constexpr const char* settings_text = R"(ServerType standalone
ServerName tests
DefaultAddress 127.0.0.1
Port {port}
SocketBindTight on
UseIPv6 off
User {user}
Group {group}
UseReverseDNS off
DelayEngine off
AuthPAM off
AuthOrder mod_auth_file.c
AuthUserFile {directory}/passwd
RequireValidShell off
RootLogin on
AllowOverwrite on
WtmpLog off
TransferLog none
SystemLog none
PidFile {directory}/proftpd.pid
ScoreboardFile {directory}/proftpd.scoreboard
)";

constexpr const char* tls_text = R"(ModulePath {modules}
LoadModule mod_tls.c
TLSEngine on
TLSRequired on
TLSECCertificateFile {certificate}
TLSECCertificateKeyFile {certificate}
TLSLog {directory}/tls.log
)";

}  // namespace

std::unique_ptr<FtpServer> start_proftpd(const FtpServerOptions& options) {
    const auto program = server_program("proftpd-core", "usr/sbin/proftpd");
    if (!program) {
        return nullptr;
    }
    auto server = std::make_unique<FtpServer>();
    server->make_place(options.writable);
    const std::string directory = server->directory().string();
    const std::filesystem::path accounts = server->directory() / "passwd";
    write_file(accounts, fmt::format("obmen:{}:{}:{}::{}:/bin/sh\n", secret_hash, ::getuid(), ::getgid(),
                                     server->served().string()));
    ::chmod(accounts.c_str(), 0600);
    std::string text =
        fmt::format(settings_text, fmt::arg("port", server->port()), fmt::arg("user", own_user()),
                    fmt::arg("group", own_group()), fmt::arg("directory", directory));
    if (!options.writable) {
        text += "<Limit WRITE>\nDenyAll\n</Limit>\n";
    }
    if (options.tls != FtpServerOptions::Tls::none) {
        const auto module = server_program("proftpd-mod-crypto", "usr/lib/proftpd/mod_tls.so");
        if (!module) {
            return nullptr;
        }
        const std::filesystem::path modules = module->parent_path();
        text += fmt::format(tls_text, fmt::arg("modules", modules.string()),
                            fmt::arg("certificate", options.certificate.string()),
                            fmt::arg("directory", directory));
        text += options.tls == FtpServerOptions::Tls::from_the_start ? "TLSOptions UseImplicitSSL\n" : "";
    }
    write_file(server->directory() / "proftpd.conf", text);
    server->run({.arguments = {program->string(), "-n", "-c", directory + "/proftpd.conf"},
                 .user = "obmen",
                 .hours_off = options.hours_off});
    return server;
}

}  // namespace obmen::tests
