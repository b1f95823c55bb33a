#include "harness/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

#include "harness/temporary_directory.hpp"

namespace obmen::tests {

namespace {

std::string next_name() {
    static std::atomic<int> number{0};
    return "process-" + std::to_string(++number);
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string variable = *entry;
        if (!added.contains(variable.substr(0, variable.find('=')))) {
            variables.push_back(variable);
        }
    }
    for (const auto& [name, value] : added) {
        variables.push_back(name + "=" + value);
    }
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                 const std::map<std::string, std::string>& environment) {
    const std::string name = next_name();
    m_out = directory / (name + ".out");
    m_error = directory / (name + ".err");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, m_out.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, m_error.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    std::vector<std::string> words = arguments;
    std::vector<std::string> variables = merged_environment(environment);
    const int error = ::posix_spawn(&m_id, words.front().c_str(), &actions, nullptr, pointers(words).data(),
                                    pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw std::runtime_error("cannot start " + words.front());
    }
}

Process::~Process() {
    if (is_running()) {
        signal(SIGKILL);
        wait();
    }
}

void Process::signal(int number) const {
    ::kill(m_id, number);
}

bool Process::is_running() {
    if (!m_ended && ::waitpid(m_id, &m_status, WNOHANG) == m_id) {
        m_ended = true;
    }
    return !m_ended;
}

std::string Process::said() const {
    return read_file(m_error);
}

ProcessResult Process::wait() {
    if (!m_ended) {
        ::waitpid(m_id, &m_status, 0);
        m_ended = true;
    }
    const int code = WIFEXITED(m_status) ? WEXITSTATUS(m_status) : 128 + WTERMSIG(m_status);
    return {code, read_file(m_out), read_file(m_error)};
}

ProcessResult run_process(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                          const std::map<std::string, std::string>& environment) {
    return Process(arguments, directory, environment).wait();
}

}  // namespace obmen::tests
