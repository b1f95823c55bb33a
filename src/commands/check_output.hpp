#pragma once

#include <iosfwd>
#include <memory>
#include <vector>

#include "commands/check_report.hpp"
#include "commands/commands.hpp"

namespace obmen::commands {

/// Where the results of `obmen check` go. Findings come as they are made, each file's report after its last
/// one.
class CheckOutput {
  public:
    virtual ~CheckOutput() = default;
    virtual void finding(const Finding& finding) = 0;
    virtual void file(const FileReport& report) = 0;
    /// After the last file.
    virtual void finish(const CheckTotals& totals) = 0;
};

/// Lines for people.
class CheckText : public CheckOutput {
  public:
    CheckText(std::ostream& out, Language language) : m_out(out), m_language(language) {}
    void finding(const Finding& finding) override;
    void file(const FileReport& report) override;
    /// One line, where there was more than one file.
    void finish(const CheckTotals& totals) override;

  private:
    void deviations(const FileReport& report);
    std::ostream& m_out;
    Language m_language;
};

/// One JSON object a line: findings and deviations (they have a `code`), and after those of a file the file
/// itself (it has `records`), at the very end what all files come to (it has `totals`).
class CheckJson : public CheckOutput {
  public:
    CheckJson(std::ostream& out, Language language) : m_out(out), m_language(language) {}
    void finding(const Finding& finding) override;
    void file(const FileReport& report) override;
    void finish(const CheckTotals& totals) override;

  private:
    void deviations(const FileReport& report);
    std::ostream& m_out;
    Language m_language;
};

/// The outputs that the command line asks for. Throws obmen::Error if one of them cannot be written.
[[nodiscard]] std::vector<std::unique_ptr<CheckOutput>> check_outputs(const CommonOptions& common,
                                                                      const CheckOptions& options,
                                                                      Language language,
                                                                      const Surroundings& surroundings);

}  // namespace obmen::commands
