#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/process.hpp"
#include "harness/sandbox_process.hpp"
#include "harness/temporary_directory.hpp"
#include "harness/waiting.hpp"

namespace obmen::tests {

/// What an exchange has come to: all that must be the same, whatever the machine has done to it.
struct ExchangeEnd {
    std::map<std::string, std::multiset<std::string>> portal;  ///< `comparable`
    std::map<std::string, int> creations;                      ///< by kind
    std::map<std::string, std::multiset<std::string>>
        receipts;                                              ///< by stem of the export: what final ones say
    std::map<std::string, std::multiset<std::string>> source;  ///< names, without days and numbers → bytes
    std::multiset<std::string> left;  ///< where copies and receipts only pass through
    std::size_t quarantined = 0;      ///< rejected packages whose bytes are kept
};

/// An exchange with everything (goods, prices, pictures, companies, orders, a broken file) by `obmen watch
/// --once`, from a folder with an archive. One directory, `disk()`, holds all that obmen and 1C write.
class DiskExchange {
  public:
    DiskExchange();

    /// A new disk with the exports, and an empty portal.
    void begin();
    /// Puts `disk()` elsewhere, for a file system of its own.
    void move_disk(const std::filesystem::path& disk);

    [[nodiscard]] const std::filesystem::path& disk() const { return m_disk; }
    [[nodiscard]] std::filesystem::path state() const { return m_disk / "state"; }
    [[nodiscard]] const TemporaryDirectory& directory() const { return m_directory; }
    [[nodiscard]] SandboxProcess& sandbox() const { return *m_sandbox; }

    /// One run of obmen, by `runner` (strace and its options) if there is one.
    ProcessResult once(const std::vector<std::string>& runner = {},
                       const std::map<std::string, std::string>& environment = {}) const;
    [[nodiscard]] std::vector<std::string> words(bool once) const;
    [[nodiscard]] std::map<std::string, std::string> environment() const;

    /// Have all exports been put away?
    [[nodiscard]] bool is_done() const;
    /// Lets a daemon work until all is done, and tells it again and again to try what it has put off.
    /// \returns whether it did, in a minute at the most
    [[nodiscard]] bool gets_done_by(Process& daemon) const;
    /// Runs obmen, and nothing disturbs it, until it is done. As a daemon if that takes more than a few runs:
    /// it does not wait for the times that failures have put into the ledger. \returns why it is not done;
    /// empty if it is
    [[nodiscard]] std::string finish() const;

    [[nodiscard]] ExchangeEnd end() const;
    /// finish(), and what is different then from the undisturbed exchange; empty if nothing is.
    /// \param with_source compare the exports and their archive too
    [[nodiscard]] std::string differences(bool with_source = true) const;
    /// Names of the exports that the ledger says there are private copies of.
    [[nodiscard]] std::vector<std::string> files_taken() const;

  private:
    void write_settings() const;
    [[nodiscard]] static const ExchangeEnd& undisturbed();

    TemporaryDirectory m_directory;
    std::filesystem::path m_disk;
    std::unique_ptr<SandboxProcess> m_sandbox;
};

/// The codes of what a run of obmen has said of files, disks, its ledger and its source, in the order of the
/// alphabet, with commas; empty for none.
[[nodiscard]] std::string trouble_told(const ProcessResult& result);

/// Has a run ended by itself, and said why if not all was well?
[[nodiscard]] bool is_orderly_end(const ProcessResult& result);

/// Of `count` cases those that are tried: all in the whole form, else `most` of them, evenly spread, always
/// the same ones. The whole form begins with case OBMEN_POWER_FIRST and is shared by OBMEN_POWER_SHARE=i/n.
[[nodiscard]] std::vector<std::size_t> cases_tried(std::size_t count, std::size_t most);

}  // namespace obmen::tests
