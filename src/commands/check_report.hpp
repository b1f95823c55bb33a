#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checks/xsd_diagnosis.hpp"
#include "commands/options.hpp"
#include "commerceml/record_source.hpp"
#include "exchange/package_steps.hpp"

namespace obmen::commands {

/// What one file turned out to be.
struct FileReport {
    std::string name;
    exchange::RecordCounts records{};
    std::uint64_t row_errors = 0;
    std::uint64_t warnings = 0;
    bool readable = true;
    commerceml::FileFacts facts{};              ///< as far as the file could be read
    std::optional<checks::XsdDiagnosis> xsd{};  ///< where it was asked for and the file is readable

    /// Counts one finding.
    void take(const Finding& finding);
    /// Kinds of records that the file has, by CommerceML's name, and how many.
    [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> counted_records() const;
    [[nodiscard]] ExitCode exit() const;
};

/// What all files of a check come to.
struct CheckTotals {
    std::uint64_t files = 0;
    std::uint64_t row_errors = 0;
    std::uint64_t warnings = 0;
    std::map<std::string, std::uint64_t> records{};  ///< by CommerceML's name
    bool readable = true;                            ///< every file
    ExitCode exit = ExitCode::applied;

    void add(const FileReport& report);
};

/// `UTF-8`, `windows-1251`, …
[[nodiscard]] std::string_view encoding_name(commerceml::Encoding encoding);
/// `2` or `3.1`, as the files in schemas/ are called.
[[nodiscard]] std::string_view schema_name(checks::CommercemlSchema schema);

}  // namespace obmen::commands
