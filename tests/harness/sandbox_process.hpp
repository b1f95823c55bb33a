#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/process.hpp"

namespace obmen::tests {

/// The practice portal in a process of its own, on a port of its own.
class SandboxProcess {
  public:
    /// Starts it with `options` and waits until it answers.
    explicit SandboxProcess(const std::filesystem::path& directory,
                            const std::vector<std::string>& options = {});

    /// Webhook address.
    [[nodiscard]] std::string url() const;
    /// Calls of the control API; anything but a success is an exception.
    [[nodiscard]] nlohmann::json get(const std::string& path) const;
    nlohmann::json post(const std::string& path, const nlohmann::json& body) const;
    void clear_faults() const;
    /// One REST call as a person would make it. obmen is user 1; with another one the portal notes who it
    /// was.
    nlohmann::json call(const std::string& method, const nlohmann::json& parameters, int user = 1) const;

    [[nodiscard]] nlohmann::json verdict() const { return get("/sandbox/verdict"); }
    [[nodiscard]] nlohmann::json state() const { return get("/sandbox/state"); }
    /// All rows of a kind (`deal`, `file`, …: README.md of the portal) as they are stored.
    [[nodiscard]] nlohmann::json rows(const std::string& kind) const { return get("/sandbox/rows/" + kind); }

  private:
    std::unique_ptr<Process> m_process;
    int m_port = 0;
};

}  // namespace obmen::tests
