#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/export_builder.hpp"
#include "harness/process.hpp"
#include "harness/receipt_view.hpp"
#include "harness/sandbox_process.hpp"
#include "harness/temporary_directory.hpp"
#include "harness/waiting.hpp"
#include "ledger/packages.hpp"

namespace obmen::tests {

/// obmen as a daemon, a practice portal, the folder that 1C exports to and the one it reads receipts from.
class WatchedExchange {
  public:
    explicit WatchedExchange(const std::vector<std::string>& sandbox_options = {});

    /// The settings; `more` stands at their end, `source_more` in the source.
    void write_settings(const std::string& source_more = {}, const std::string& more = {},
                        int settle_seconds = 10) const;
    /// Settings of the test's own: all of them.
    void write_all_settings(const std::string& text) const;
    /// What the daemon's waiting is multiplied with.
    void set_time_scale(const std::string& scale) { m_time_scale = scale; }
    /// A variable of what is started from now on; empty: none.
    void set_variable(const std::string& name, const std::string& value) { m_variables[name] = value; }
    [[nodiscard]] std::filesystem::path settings() const { return m_directory / "shop.toml"; }

    void start(const std::vector<std::string>& more = {});
    /// Waits until it says that it watches.
    void start_and_wait(const std::vector<std::string>& more = {});
    [[nodiscard]] Process& daemon() { return *m_daemon; }
    ProcessResult stop();
    void kill();
    /// What it has said up to now.
    [[nodiscard]] std::string said() const;
    [[nodiscard]] ProcessResult run(const std::vector<std::string>& arguments) const;

    /// As a good sender: whole, under a temporary name first.
    void drop(const std::string& name, const std::string& bytes, const std::string& folder = "out") const;
    [[nodiscard]] std::vector<std::filesystem::path> receipts() const;
    [[nodiscard]] std::size_t receipt_count() const { return receipts().size(); }
    [[nodiscard]] std::vector<ledger::Package> packages() const;

    [[nodiscard]] SandboxProcess& sandbox() const { return *m_sandbox; }
    /// Objects that were made in the portal, without the property for the stock.
    [[nodiscard]] int creations() const;
    [[nodiscard]] bool has_duplicates() const;
    [[nodiscard]] const TemporaryDirectory& directory() const { return m_directory; }

  private:
    [[nodiscard]] std::map<std::string, std::string> environment() const;

    TemporaryDirectory m_directory;
    std::string m_time_scale = "0.01";
    std::map<std::string, std::string> m_variables;
    std::unique_ptr<SandboxProcess> m_sandbox;
    std::unique_ptr<Process> m_daemon;
};

/// An export of `count` products of their own.
[[nodiscard]] std::string export_of(std::size_t count, const std::string& prefix);

}  // namespace obmen::tests
