#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a file's name tells, and how it is shown. Nothing is ever opened or created by a name from an
/// archive.
namespace obmen::arrival {

/// The raw name of an archive entry as UTF-8: bytes that are valid UTF-8 are UTF-8, all others cp866, which
/// is what archivers of a Russian Windows write.
[[nodiscard]] std::string entry_name_as_utf8(std::string_view raw);

/// `name` (UTF-8) with forward slashes, without empty and `.` parts, and with control characters replaced; a
/// directory keeps its last slash. Nothing if the name leads out of the archive: absolute, with a drive
/// letter, or with a `..` part.
[[nodiscard]] std::optional<std::string> tidy_entry_name(std::string_view name);

/// A file's path on disk as it is shown: valid UTF-8 without control characters.
[[nodiscard]] std::string shown_path(const std::filesystem::path& path);

/// `*.xml` in any case.
[[nodiscard]] bool is_xml_name(std::string_view name);

/// `*.jpg`, `*.jpeg`, `*.png`, `*.gif`, `*.bmp` or `*.webp` in any case: what the CRM shows as a picture.
[[nodiscard]] bool is_picture_name(std::string_view name);

/// `*.zip` in any case.
[[nodiscard]] bool is_zip_name(std::string_view name);

/// A hidden part anywhere (`.in.*` of ProFTPD and `.pureftpd-upload.*` are), or a temporary name: `*.tmp`,
/// `*.part`, `*.partial`, `*.filepart`, `*.writing`, `*.camelLock`, `~$*`, `Thumbs.db` (reference exchange.md
/// §6.7).
[[nodiscard]] bool is_left_alone(std::string_view name);

/// True if `left` comes before `right` for a person: runs of digits by their number, letters in any case. A
/// strict total order.
[[nodiscard]] bool natural_less(std::string_view left, std::string_view right);

/// For each path the shortest trailing part that no other of them ends with. \pre absolute, no two are equal.
[[nodiscard]] std::vector<std::string> distinguishing_names(const std::vector<std::filesystem::path>& paths);

}  // namespace obmen::arrival
