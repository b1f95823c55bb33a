#include <fmt/format.h>
#include <unistd.h>

#include <stdexcept>

#include "servers/ftp_server.hpp"
#include "servers/server_process.hpp"

namespace obmen::tests {

namespace {}  // namespace

std::unique_ptr<FtpServer> start_pureftpd(const FtpServerOptions& options) {
    const auto program = server_program("pure-ftpd", "usr/sbin/pure-ftpd");
    if (!program || ::geteuid() != 0) {
        return nullptr;
    }
    auto server = std::make_unique<FtpServer>();
    server->make_place(options.writable);
    const std::string directory = server->directory().string();
    // It refuses users with the rights of root: this one has those of Debian's `daemon`.
    write_file(server->directory() / "accounts",
               fmt::format("obmen:{}:1:1::{}/./::::::::::::\n", secret_hash, server->served().string()));
    const std::filesystem::path accounts_tool = program->parent_path().parent_path() / "bin" / "pure-pw";
    const ProcessResult made = run_process(
        {accounts_tool.string(), "mkdb", directory + "/accounts.pdb", "-f", directory + "/accounts"},
        server->directory());
    if (made.exit_code != 0) {
        throw std::runtime_error("pure-pw: " + made.out + made.error);
    }
    std::vector<std::string> arguments{program->string(),
                                       "-S",
                                       fmt::format("127.0.0.1,{}", server->port()),
                                       "-l",
                                       "puredb:" + directory + "/accounts.pdb",
                                       "-g",
                                       directory + "/pure-ftpd.pid",
                                       "-E",
                                       "-H",
                                       "-u",
                                       "1"};
    if (options.tls != FtpServerOptions::Tls::none) {
        arguments.insert(arguments.end(), {"--tls", "1", "--certfile", options.certificate.string()});
    }
    if (options.most_listed > 0) {
        arguments.insert(arguments.end(), {"-L", fmt::format("{}:5", options.most_listed)});
    }
    server->run({.arguments = std::move(arguments), .user = "obmen", .hours_off = options.hours_off});
    return server;
}

}  // namespace obmen::tests
