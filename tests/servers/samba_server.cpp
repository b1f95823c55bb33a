#include "servers/samba_server.hpp"

#include <signal.h>
#include <unistd.h>

#include "harness/temporary_directory.hpp"
#include "servers/server_process.hpp"

namespace obmen::tests {

namespace {

const char* const smbclient = "/usr/bin/smbclient";

std::optional<std::filesystem::path> smbd() {
    return server_program("samba", "usr/sbin/smbd");
}

}  // namespace

std::string SambaServer::why_not() {
    if (!smbd() || ::access(smbclient, X_OK) != 0) {
        return "no samba or smbclient (tools/setup brings them)";
    }
    return ::geteuid() == 0 ? "" : "smbd runs as root only";
}

SambaServer::SambaServer(const std::filesystem::path& directory)
    : m_directory(directory), m_port(free_port()) {
    std::filesystem::create_directories(folder());
    std::filesystem::create_directories(m_directory / "state");
    write_config();
    m_process = std::make_unique<Process>(
        std::vector<std::string>{smbd()->string(), "-F", "-l", m_directory.string(), "-s", config().string()},
        m_directory);
    wait_for_port(m_port, *m_process);
}

/// It ends its helpers then. (With a process group of its own, or it would end the test as well.)
SambaServer::~SambaServer() {
    m_process->signal(SIGTERM);
    m_process->wait();
}

ProcessResult SambaServer::run(const std::string& commands) const {
    return run_process(client(commands), m_directory);
}

std::vector<std::string> SambaServer::client(const std::string& commands) const {
    return {smbclient, "-N",    "-s", config().string(), "-p", std::to_string(m_port), "//127.0.0.1/export",
            "-c",      commands};
}

/// A stranger is a guest, and a guest is root: who may do what is no matter of these tests.
void SambaServer::write_config() const {
    const std::string state = (m_directory / "state").string();
    std::string text =
        "[global]\n"
        "interfaces = 127.0.0.1\nbind interfaces only = yes\ndisable netbios = yes\n"
        "server role = standalone server\nmap to guest = Bad User\nguest account = nobody\n"
        "load printers = no\nrpc start on demand helpers = no\nunix charset = UTF-8\n";
    text += "smb ports = " + std::to_string(m_port) + "\n";
    text += "passdb backend = tdbsam:" + state + "/passdb.tdb\n";
    for (const char* folder : {"private dir", "state directory", "cache directory", "lock directory",
                               "pid directory", "ncalrpc dir"}) {
        text += std::string(folder) + " = " + state + "\n";
    }
    text += "[export]\npath = " + folder().string() + "\nread only = no\nguest ok = yes\nforce user = root\n";
    write_file(config(), text);
}

}  // namespace obmen::tests
