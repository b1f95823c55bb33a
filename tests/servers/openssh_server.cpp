#include "servers/openssh_server.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "harness/temporary_directory.hpp"
#include "harness/waiting.hpp"
#include "servers/server_process.hpp"
#include "servers/shifted_clock.hpp"

namespace obmen::tests {

namespace {

constexpr unsigned user_id = 54'321;
const char* const user_name = "courier";
const char* const user_password = "courier-secret";
// openssl passwd -6 -salt obmen courier-secret
const char* const password_hash =
    "$6$obmen$yqF0moqAJoqDM2/HoxGuSGluEmmQj35nqrmJJvWg2KwwdHjEtbHAlxLnamrjme9QAsXW/cg8/e1T826QcjRkw1";
const char* const keygen = "/usr/bin/ssh-keygen";
const char* const unshare = "/usr/bin/unshare";

std::optional<std::filesystem::path> sshd() {
    return server_program("openssh-server", "usr/sbin/sshd");
}

/// What the kernel says of a process: /proc/PID/stat has its parent after the name in parentheses.
pid_t parent_of(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t end = text.rfind(')');
    if (end == std::string::npos) {
        return -1;
    }
    std::istringstream rest(text.substr(end + 1));
    char state = 0;
    pid_t parent = -1;
    rest >> state >> parent;
    return parent;
}

/// Not those that have ended and that their parents have not asked for yet.
bool holds_sockets(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t end = text.rfind(')');
    return end != std::string::npos && text.compare(end, 3, ") Z") != 0 && text.compare(end, 3, ") X") != 0;
}

std::vector<pid_t> descendants_of(pid_t ancestor) {
    std::vector<pid_t> out;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        const pid_t process =
            name.find_first_not_of("0123456789") == std::string::npos ? std::stoi(name) : -1;
        for (pid_t one = process; one > 1; one = parent_of(one)) {
            if (one == ancestor && process != ancestor) {
                out.push_back(process);
                break;
            }
        }
    }
    return out;
}

void signal_all(const std::vector<pid_t>& processes, int number) {
    for (const pid_t process : processes) {
        ::kill(process, number);
    }
}

void allow_passing(const std::filesystem::path& directory) {
    std::filesystem::permissions(directory,
                                 std::filesystem::perms::group_exec | std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
}

std::string line_of(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    return text.substr(0, text.find('\n'));
}

}  // namespace

std::string OpenSshServer::why_not() {
    if (!sshd()) {
        return "no openssh-server (tools/setup unpacks it)";
    }
    if (::access(keygen, X_OK) != 0) {
        return "no ssh-keygen";
    }
    const TemporaryDirectory directory;
    if (run_process({unshare, "-m", "/bin/true"}, directory.path()).exit_code != 0) {
        return "an sshd with accounts of its own needs the right to mount";
    }
    return "";
}

OpenSshServer::OpenSshServer(const std::filesystem::path& directory, const OpenSshOptions& options)
    : m_directory(directory), m_options(options), m_port(free_port()) {
    std::filesystem::create_directories(folder());
    allow_passing(m_directory);
    make_keys();
    write_config();
    write_accounts();
    give_to_user();
    start();
}

OpenSshServer::~OpenSshServer() {
    stop();
}

std::string OpenSshServer::user() const {
    return user_name;
}

std::string OpenSshServer::password() const {
    return user_password;
}

std::string OpenSshServer::url(const std::filesystem::path& path) const {
    return "sftp://" + user() + "@127.0.0.1:" + std::to_string(m_port) + path.string();
}

std::filesystem::path OpenSshServer::host_key(const std::string& type) const {
    return m_directory / ("host_" + type);
}

void OpenSshServer::authorize(const std::filesystem::path& public_key) const {
    std::ofstream(m_directory / "authorized_keys", std::ios::app) << line_of(public_key) << "\n";
}

void OpenSshServer::make_host_keys() const {
    for (const std::string& type : m_options.host_keys) {
        make_key(host_key(type), type);
    }
}

void OpenSshServer::change_host_keys() const {
    for (const std::string& type : m_options.host_keys) {
        std::filesystem::remove(host_key(type));
        std::filesystem::remove(host_key(type).string() + ".pub");
    }
    make_host_keys();
}

void OpenSshServer::write_known_hosts() const {
    std::ofstream known(known_hosts());
    for (const std::string& type : m_options.host_keys) {
        known << "[127.0.0.1]:" << m_port << " " << line_of(host_key(type).string() + ".pub") << "\n";
    }
}

void OpenSshServer::make_keys() const {
    make_host_keys();
    write_known_hosts();
    make_key(user_key(), "ed25519");
    authorize(user_key().string() + ".pub");
    allow_passing(m_directory);
    std::filesystem::permissions(m_directory / "authorized_keys", std::filesystem::perms(0644));
}

void OpenSshServer::write_config() const {
    std::string text;
    for (const std::string& line : m_options.config) {
        text += line + "\n";
    }
    for (const std::string& type : m_options.host_keys) {
        text += "HostKey " + host_key(type).string() + "\n";
    }
    text += "ListenAddress 127.0.0.1:" + std::to_string(m_port) + "\n";
    text += "AuthorizedKeysFile " + (m_directory / "authorized_keys").string() + "\n";
    text += m_options.asks_questions
                ? "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n"
                : "UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n";
    text +=
        "PidFile none\nStrictModes no\nUseDNS no\nMaxStartups 100\nLogLevel VERBOSE\n"
        "Subsystem sftp internal-sftp\n";
    write_file(m_directory / "sshd_config", text);
}

void OpenSshServer::write_accounts() const {
    const std::string id = std::to_string(user_id);
    write_file(m_directory / "etc/passwd",
               "root:x:0:0:root:/root:/bin/sh\nsshd:x:54320:65534::/run/sshd:/bin/false\n" + user() +
                   ":x:" + id + ":" + id + "::" + (m_directory / "home").string() + ":/bin/sh\n");
    write_file(m_directory / "etc/group", "root:x:0:\nnogroup:x:65534:\n" + user() + ":x:" + id + ":\n");
    write_file(m_directory / "etc/shadow",
               "root:*:19000:0:99999:7:::\n" + user() + ":" + password_hash + ":19000:0:99999:7:::\n");
    write_file(m_directory / "etc/pam.d/sshd",
               "auth required pam_unix.so nodelay\naccount required pam_permit.so\n"
               "session required pam_permit.so\npassword required pam_deny.so\n");
}

void OpenSshServer::give_to_user() const {
    for (const std::filesystem::path& path : {m_directory / "home", folder()}) {
        if (::chown(path.c_str(), user_id, user_id) != 0) {
            throw std::runtime_error("chown " + path.string());
        }
    }
}

std::vector<std::string> OpenSshServer::command() const {
    const std::string program = sshd()->string();
    const std::string config = (m_directory / "sshd_config").string();
    const std::string log_file = (m_directory / "sshd.log").string();
    std::string script = "set -e; mount -t tmpfs none /run; mkdir /run/sshd; cd \"$0\"\n";
    for (const char* file : {"passwd", "group", "shadow", "pam.d"}) {
        script += std::string("mount --bind etc/") + file + " /etc/" + file + "\n";
    }
    if (m_options.small_disk) {
        script +=
            "mkdir home/exchange/small; mount -t tmpfs -o size=256k,mode=777 none home/exchange/small\n";
    }
    script += "exec \"$1\" -D -E \"$3\" -f \"$2\"";
    return {unshare, "-m",   "--propagation", "slave", "/bin/sh", "-c", script, m_directory.string(),
            program, config, log_file};
}

std::string OpenSshServer::log() const {
    return read_file(m_directory / "sshd.log");
}

void OpenSshServer::signal(int number) {
    m_process->signal(number);
    signal_all(descendants_of(m_process->id()), number);
}

void OpenSshServer::kill_sessions() {
    const std::vector<pid_t> sessions = descendants_of(m_process->id());
    signal_all(sessions, SIGKILL);
    if (!eventually([&] { return std::ranges::none_of(sessions, holds_sockets); })) {
        throw std::runtime_error("a session of sshd does not end");
    }
}

void OpenSshServer::stop() {
    if (m_process && m_process->is_running()) {
        m_process->signal(SIGSTOP);
        kill_sessions();
        m_process->signal(SIGKILL);
        m_process->wait();
    }
}

void OpenSshServer::start() {
    m_process = std::make_unique<Process>(command(), m_directory, shifted_clock(m_options.hours_off));
    try {
        wait_for_port(m_port, *m_process);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(error.what() + (": " + log()));
    }
}

void make_key(const std::filesystem::path& file, const std::string& type, const std::string& passphrase,
              const std::vector<std::string>& more) {
    std::vector<std::string> arguments{keygen,     "-q", "-t",          type, "-N",
                                       passphrase, "-f", file.string(), "-C", "test"};
    if (type == "rsa") {
        arguments.insert(arguments.end(), {"-b", "2048"});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult result = run_process(arguments, file.parent_path());
    if (result.exit_code != 0) {
        throw std::runtime_error("ssh-keygen: " + result.error);
    }
}

}  // namespace obmen::tests
