#include "servers/ftp_server.hpp"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "servers/server_process.hpp"
#include "servers/shifted_clock.hpp"

namespace obmen::tests {

namespace {

/// 0 if the process has gone.
pid_t parent_of(const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    std::ostringstream text;
    text << file.rdbuf();  // which throws nothing, whenever the process goes
    const std::string line = text.str();
    const std::size_t name_end = line.rfind(')');  // the name may hold anything
    return name_end == std::string::npos ? 0 : static_cast<pid_t>(std::stol(line.substr(name_end + 4)));
}

std::map<pid_t, pid_t> parents() {
    std::map<pid_t, pid_t> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") == std::string::npos) {
            all[static_cast<pid_t>(std::stol(name))] = parent_of(entry.path());
        }
    }
    return all;
}

/// A process and all that it has started. Sessions outlive the server that forked them.
std::set<pid_t> family_of(pid_t eldest) {
    const std::map<pid_t, pid_t> all = parents();
    std::set<pid_t> family{eldest};
    for (std::size_t before = 0; before != family.size();) {
        before = family.size();
        for (const auto& [child, parent] : all) {
            if (family.contains(parent)) {
                family.insert(child);
            }
        }
    }
    return family;
}

}  // namespace

std::string own_user() {
    const passwd* const account = ::getpwuid(::geteuid());
    return account == nullptr ? "nobody" : account->pw_name;
}

std::string own_group() {
    const group* const account = ::getgrgid(::getegid());
    return account == nullptr ? "nogroup" : account->gr_name;
}

std::string FtpServer::place() const {
    return m_setup.user + "@127.0.0.1:" + std::to_string(m_port) + "/~/";
}

void FtpServer::signal(int number) const {
    if (m_process) {
        for (const pid_t process : family_of(m_process->id())) {
            ::kill(process, number);
        }
    }
}

/// Stopped first: what has been forked since the processes were counted would live on, with their sockets.
void FtpServer::end() {
    if (m_process) {
        for (std::size_t known = 0, now = 1; known != now;) {
            known = now;
            signal(SIGSTOP);
            now = family_of(m_process->id()).size();
        }
    }
    signal(SIGKILL);
    m_process.reset();
}

void FtpServer::kill() {
    end();
    wait_for_closed_port(m_port);
}

void FtpServer::start() {
    m_process = std::make_unique<Process>(m_setup.arguments, directory(), shifted_clock(m_setup.hours_off));
    wait_for_port(m_port, *m_process);
}

void FtpServer::run(Setup setup) {
    m_setup = std::move(setup);
    start();
}

void FtpServer::make_place(bool writable) {
    m_port = free_port();
    m_served = directory() / "served";
    std::filesystem::create_directory(m_served);
    ::chmod(m_served.c_str(), writable ? 0777 : 0755);
}

}  // namespace obmen::tests
