#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "commands/check_output.hpp"
#include "receipt/check_page.hpp"

namespace obmen::commands {

/// Gathers what a page shows, and writes it in the end: counts, and the first findings of each kind.
class CheckPageOutput : public CheckOutput {
  public:
    /// Throws obmen::Error if there can be no page at `path`.
    CheckPageOutput(const std::filesystem::path& path, Language language, UtcTime now);
    void finding(const Finding& finding) override;
    void file(const FileReport& report) override;
    void finish(const CheckTotals& totals) override;

  private:
    receipt::CheckPageFile m_file;
    receipt::CheckPage m_page;
    std::map<std::string, receipt::FindingGroups> m_findings;  ///< by file
};

}  // namespace obmen::commands
