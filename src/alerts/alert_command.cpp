#include "alerts/alert_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include "support/error.hpp"
#include "support/file.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::alerts {

namespace {

[[noreturn]] void refuse_command(const std::string& why) {
    throw Error(FailureClass::temporary, Message{"SYS-ALERT-COMMAND", {quotable(masked(why))}});
}

void require_no_error(int error) {
    if (error != 0) {
        refuse_command(std::generic_category().message(error));
    }
}

/// A file in memory, so that a program that does not read its input holds nobody up.
FileDescriptor file_with(std::string_view bytes) {
    FileDescriptor file(::memfd_create("obmen-alert", MFD_CLOEXEC));
    if (!file.is_open() ||
        ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        ::lseek(file.get(), 0, SEEK_SET) != 0) {
        refuse_command(std::generic_category().message(errno));
    }
    return file;
}

std::vector<std::string> environment_for(const AlertText& alert) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (!std::string_view(*entry).starts_with("OBMEN_")) {
            all.emplace_back(*entry);
        }
    }
    all.push_back("OBMEN_ALERT_CAUSE=" + alert.cause);
    all.push_back("OBMEN_ALERT_CODE=" + alert.code);
    all.push_back(std::string("OBMEN_ALERT_STATE=") + (alert.cleared ? "cleared" : "raised"));
    all.push_back("OBMEN_ALERT_TEXT=" + alert.sentence);
    all.push_back("OBMEN_ALERT_SINCE=" + alert.since);
    return all;
}

/// As exec takes them; points into `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// What is set up before the program runs: its files.
class FileActions {
  public:
    explicit FileActions(int input) {
        require_no_error(posix_spawn_file_actions_init(&m_actions));
        require_no_error(posix_spawn_file_actions_adddup2(&m_actions, input, STDIN_FILENO));
        require_no_error(posix_spawn_file_actions_adddup2(&m_actions, STDERR_FILENO, STDOUT_FILENO));
        require_no_error(posix_spawn_file_actions_addclosefrom_np(&m_actions, STDERR_FILENO + 1));
    }
    ~FileActions() { posix_spawn_file_actions_destroy(&m_actions); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &m_actions; }

  private:
    posix_spawn_file_actions_t m_actions{};
};

/// … and its signals, and a process group of its own.
class Attributes {
  public:
    Attributes() {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        require_no_error(posix_spawnattr_init(&m_attributes));
        require_no_error(posix_spawnattr_setsigmask(&m_attributes, &none));
        require_no_error(posix_spawnattr_setsigdefault(&m_attributes, &all));
        require_no_error(posix_spawnattr_setpgroup(&m_attributes, 0));
        require_no_error(posix_spawnattr_setflags(
            &m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
    }
    ~Attributes() { posix_spawnattr_destroy(&m_attributes); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    [[nodiscard]] const posix_spawnattr_t* get() const { return &m_attributes; }

  private:
    posix_spawnattr_t m_attributes{};
};

pid_t start(std::vector<std::string> words, const AlertText& alert) {
    const FileDescriptor input = file_with(alert.body);
    const FileActions actions(input.get());
    const Attributes attributes;
    std::vector<std::string> environment = environment_for(alert);
    const std::vector<char*> arguments = pointers_to(words);
    const std::vector<char*> variables = pointers_to(environment);
    pid_t child = -1;
    const int error = posix_spawnp(&child, words.front().c_str(), actions.get(), attributes.get(),
                                   arguments.data(), variables.data());
    if (error != 0) {
        refuse_command(words.front() + ": " + std::generic_category().message(error));
    }
    return child;
}

/// The status that it ended with; nothing if it has not in time.
std::optional<int> wait_for(pid_t child, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
        int status = 0;
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child) {
            return status;
        }
        if (ended < 0 && errno != EINTR) {
            refuse_command(std::generic_category().message(errno));
        }
        if (std::chrono::steady_clock::now() >= end) {
            return std::nullopt;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace

void run_alert_command(const std::vector<std::string>& command, const AlertText& alert,
                       std::chrono::milliseconds limit) {
    const pid_t child = start(command, alert);
    const std::optional<int> status = wait_for(child, limit);
    if (!status) {
        ::kill(-child, SIGKILL);
        int reaped = 0;
        ::waitpid(child, &reaped, 0);
        refuse_command(fmt::format("{}: > {} s", command.front(), limit.count() / 1000));
    }
    if (WIFSIGNALED(*status)) {
        refuse_command(fmt::format("{}: signal {}", command.front(), WTERMSIG(*status)));
    }
    if (WEXITSTATUS(*status) != 0) {
        refuse_command(fmt::format("{}: exit code {}", command.front(), WEXITSTATUS(*status)));
    }
}

}  // namespace obmen::alerts
