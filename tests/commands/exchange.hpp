#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/export_builder.hpp"
#include "harness/process.hpp"
#include "harness/receipt_view.hpp"
#include "harness/sandbox_process.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::tests {

/// obmen, a practice portal and three directories: everything an exchange needs, for one test.
class Exchange {
  public:
    explicit Exchange(const std::vector<std::string>& sandbox_options = {})
        : m_sandbox(std::make_unique<SandboxProcess>(m_directory.path(), with_defaults(sandbox_options))) {}

    /// Writes `bytes` as export `name` and gives its path.
    std::filesystem::path file(const std::string& name, const std::string& bytes) const {
        write_file(m_directory / "exports" / name, bytes);
        return m_directory / "exports" / name;
    }

    [[nodiscard]] std::vector<std::string> push_words(const std::vector<std::filesystem::path>& files,
                                                      const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{program(), "push", "--lang", "en"};
        for (const auto& path : files) {
            words.push_back(path.string());
        }
        const std::vector<std::string> where{"--portal",   m_sandbox->url(),
                                             "--state",    (m_directory / "state").string(),
                                             "--receipts", (m_directory / "receipts").string()};
        words.insert(words.end(), where.begin(), where.end());
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    /// One push; `requests()` then says how many requests the portal has seen of it.
    ProcessResult push(const std::vector<std::filesystem::path>& files,
                       const std::vector<std::string>& more = {}) {
        m_before = m_sandbox->verdict();
        return run_process(push_words(files, more), m_directory.path(), environment());
    }
    /// A number of the sandbox's verdict, counted from the beginning of the last push.
    [[nodiscard]] int since_push(const std::string& counter) const {
        return m_sandbox->verdict().at(counter).get<int>() - m_before.at(counter).get<int>();
    }
    [[nodiscard]] int requests() const { return since_push("requests"); }
    [[nodiscard]] int writes() const { return since_push("writes"); }
    void order_fault(const nlohmann::json& rule) const {
        m_sandbox->post("/sandbox/faults", nlohmann::json::array({rule}));
    }
    ProcessResult run(const std::vector<std::string>& arguments) const {
        std::vector<std::string> words{program()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run_process(words, m_directory.path(), environment());
    }

    [[nodiscard]] ReceiptView last_receipt() const {
        return read_receipt(receipts_in(m_directory / "receipts").back());
    }
    [[nodiscard]] std::size_t receipt_count() const {
        return std::filesystem::exists(m_directory / "receipts")
                   ? receipts_in(m_directory / "receipts").size()
                   : 0;
    }
    [[nodiscard]] SandboxProcess& sandbox() const { return *m_sandbox; }
    [[nodiscard]] const TemporaryDirectory& directory() const { return m_directory; }
    [[nodiscard]] std::map<std::string, std::string> environment() const {
        return {{"OBMEN_TIME_SCALE", "0.01"},
                {"LC_ALL", "C.UTF-8"},
                {"OBMEN_PORTAL", ""},
                {"OBMEN_LIMITS", (m_directory / "limits").string()}};
    }
    [[nodiscard]] static std::string program() { return OBMEN_BINARY_DIR "/src/obmen"; }

  private:
    static std::vector<std::string> with_defaults(std::vector<std::string> options) {
        const bool has_scale = std::ranges::find(options, "--time-scale") != options.end();
        if (!has_scale) {
            options.insert(options.begin(), {"--time-scale", "100"});
        }
        return options;
    }

    TemporaryDirectory m_directory;
    std::unique_ptr<SandboxProcess> m_sandbox;
    nlohmann::json m_before;
};

}  // namespace obmen::tests
