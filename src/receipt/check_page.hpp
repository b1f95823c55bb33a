#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/clock.hpp"
#include "support/file.hpp"
#include "support/finding.hpp"

/// The page that `obmen check --html` writes: what was found in some files, for a person who does not read
/// XML.
namespace obmen::receipt {

/// Findings of one file, by severity and code: how many, and the first of each.
class FindingGroups {
  public:
    /// One code.
    struct Group {
        std::uint64_t count = 0;
        std::vector<Finding> first;  ///< in the order they were found, FindingGroups::most_shown at most
    };
    /// Places that are shown of each code.
    static constexpr std::size_t most_shown = 20;

    void add(const Finding& finding);
    /// The gravest first, then by code.
    [[nodiscard]] const std::map<std::pair<Severity, std::string>, Group>& groups() const { return m_groups; }

  private:
    std::map<std::pair<Severity, std::string>, Group> m_groups;
};

/// One way in which a file leaves the published schema.
struct PageDeviation {
    Message message;
    std::uint64_t count = 0;
    std::uint64_t line = 0;  ///< of the first one; 0: not known
};

/// What one file turned out to be.
struct PageFile {
    std::string name;
    bool readable = true;
    std::uint64_t row_errors = 0;
    std::uint64_t warnings = 0;
    std::vector<std::pair<std::string, std::uint64_t>>
        records{};                 ///< CommerceML's name of the kind, how many
    std::string encoding{};        ///< as people call it
    std::string schema_version{};  ///< ВерсияСхемы, empty if the file has none
    std::string formed_at{};  ///< ДатаФормирования as written, empty if the file has none
    FindingGroups findings{};

    bool compared = false;  ///< with the schema: the rest has a meaning
    std::string schema{};   ///< which one: `2` or `3.1`
    std::vector<PageDeviation> deviations{};
    std::uint64_t deviations_left_out = 0;  ///< occurrences that are not among `deviations`
};

struct CheckPage {
    Language language = Language::russian;
    UtcTime checked_at{};
    std::vector<PageFile> files;
};

/// The page, UTF-8: one HTML document that needs nothing else and runs nothing.
[[nodiscard]] std::string check_page_text(const CheckPage& page);

/// Where a page will be. Made before the check begins, so that a place that cannot be written to is known at
/// once. Nothing is there before publish().
class CheckPageFile {
  public:
    /// Throws obmen::Error (bad_config, SYS-NOT-A-REPORT) if `path` exists and is no page of ours.
    explicit CheckPageFile(const std::filesystem::path& path);
    /// Writes the page, durably, readable by its owner only, in place of an earlier one.
    void publish(const CheckPage& page);

  private:
    DurableFile m_file;
};

}  // namespace obmen::receipt
