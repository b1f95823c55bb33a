#include <sys/stat.h>

#include "servers/ftp_server.hpp"
#include "servers/server_process.hpp"

namespace obmen::tests {

namespace {

const char* yes_or_no(bool value) {
    return value ? "YES" : "NO";
}

}  // namespace

std::unique_ptr<FtpServer> start_vsftpd(const FtpServerOptions& options) {
    const auto program = server_program("vsftpd", "usr/sbin/vsftpd");
    if (!program) {
        return nullptr;
    }
    auto server = std::make_unique<FtpServer>();
    server->make_place(options.writable);
    // Users of the machine need PAM and its files in /etc: the anonymous one with a list of passwords does
    // not. Run as whoever runs the tests, it needs no rights and gives none up.
    write_file(server->directory() / "passwords", "secret\n");
    const std::string writes = yes_or_no(options.writable);
    std::string text =
        "listen=YES\nlisten_address=127.0.0.1\nbackground=NO\nrun_as_launching_user=YES\n"
        "anonymous_enable=YES\nlocal_enable=NO\nsecure_email_list_enable=YES\nanon_umask=022\n"
        "anon_world_readable_only=NO\nseccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\ndelay_failed_login="
        "0\n"
        "xferlog_enable=NO\nlisten_port=" +
        std::to_string(server->port()) + "\nanon_root=" + server->served().string() +
        "\nftp_username=" + own_user() +
        "\nemail_password_file=" + (server->directory() / "passwords").string() + "\nwrite_enable=" + writes +
        "\nanon_upload_enable=" + writes + "\nanon_mkdir_write_enable=" + writes +
        "\nanon_other_write_enable=" + writes + "\n";
    if (options.tls != FtpServerOptions::Tls::none) {
        text += "ssl_enable=YES\nallow_anon_ssl=YES\nssl_ciphers=HIGH\nrsa_cert_file=" +
                options.certificate.string() +
                "\nimplicit_ssl=" + yes_or_no(options.tls == FtpServerOptions::Tls::from_the_start) + "\n";
    }
    const std::filesystem::path settings = server->directory() / "vsftpd.conf";
    write_file(settings, text);
    ::chmod(settings.c_str(), 0600);
    server->run(
        {.arguments = {program->string(), settings.string()}, .user = "ftp", .hours_off = options.hours_off});
    return server;
}

}  // namespace obmen::tests
