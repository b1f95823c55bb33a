#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

/// What the names in a watched folder tell. Names are the bytes that the source has; patterns and people see
/// them as UTF-8.
namespace obmen::arrival {

/// `*` and `?` stop at a slash, `**` does not, `[a-z]` and `[!a-z]` are sets. Letters have no case. A pattern
/// without a slash is held against the last part of the name. Both are UTF-8; `?` is one character.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view name);

/// What a file in a source is, by its name alone.
enum class NameRole : std::uint8_t {
    left_alone,   ///< hidden, temporary, excluded, not asked for, or a receipt of ours
    export_file,  ///< XML or an archive: what packages are made of
    picture,      ///< comes along where an export names it
    sidecar,      ///< `X.sha256`, `X.md5`, `X.size`: says what X must be
    marker        ///< says that a file, or a folder, is whole (SourceSettings::done_file)
};

class SourceNames {
  public:
    explicit SourceNames(const config::SourceSettings& settings);

    [[nodiscard]] std::string shown(std::string_view raw) const;
    [[nodiscard]] NameRole role_of(std::string_view shown) const;
    /// Are files in this folder of interest? \param raw relative to the source
    [[nodiscard]] bool enters(std::string_view raw) const;

    [[nodiscard]] bool wants_markers() const { return !m_done_file.empty(); }
    /// Names of which one must be there before `raw` is taken; none where markers are not used.
    [[nodiscard]] std::vector<std::string> markers_of(const std::string& raw) const;
    /// True if each file has a marker of its own.
    [[nodiscard]] bool has_own_markers() const { return m_done_file.find('*') != std::string::npos; }

  private:
    [[nodiscard]] bool is_marker(std::string_view shown) const;

    config::NameCharset m_charset;
    std::vector<std::string> m_include;
    std::vector<std::string> m_exclude;
    std::string m_done_file;
    std::string m_sentinel;
    std::string m_archive_folder;
};

}  // namespace obmen::arrival
