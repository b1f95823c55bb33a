#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace obmen::tests {

/// How a program ended and what it said.
struct ProcessResult {
    int exit_code = -1;  ///< 128 + signal if it was killed
    std::string out;
    std::string error;
};

/// A program that was started and not yet waited for. Killed when destroyed.
class Process {
  public:
    /// Output goes to files in `directory`. `environment` is added to the test's own.
    Process(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
            const std::map<std::string, std::string>& environment = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void signal(int number) const;
    [[nodiscard]] bool is_running();
    ProcessResult wait();
    /// What it has said on standard error up to now.
    [[nodiscard]] std::string said() const;
    [[nodiscard]] pid_t id() const { return m_id; }

  private:
    std::filesystem::path m_out;
    std::filesystem::path m_error;
    pid_t m_id = -1;
    int m_status = 0;
    bool m_ended = false;
};

[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& arguments,
                                        const std::filesystem::path& directory,
                                        const std::map<std::string, std::string>& environment = {});

}  // namespace obmen::tests
