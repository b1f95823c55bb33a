#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/intake.hpp"

namespace obmen::arrival {

/// The files that came along in a package besides its XML, found by what the XML calls them.
///
/// A Картинка names a path relative to the package, or to the folder of the file that names it: the Bitrix
/// module writes both (reference commerceml.md §3, §6). Windows wrote it, so back-slashes are separators and
/// letters have no case. What leads out of the package is never found, whatever stands there.
class PackagePictures {
  public:
    /// `names` as in SpooledPackage::other_files: relative, forward slashes.
    explicit PackagePictures(const std::vector<std::string>& names);

    /// The name within the package of what `path` means in the XML file `xml_name`; nothing if the package
    /// has no such file. Where names differ in case only, the very same one is preferred. Addresses
    /// (`https://…`) are not found either: ask is_address().
    [[nodiscard]] std::optional<std::string> find(std::string_view path, std::string_view xml_name) const;

    /// True for `http://…` and `https://…`.
    [[nodiscard]] static bool is_address(std::string_view path);

  private:
    [[nodiscard]] std::optional<std::string> find_whole(const std::string& path) const;

    /// Folded → as they stand in the package: more than one where names differ in case only.
    std::map<std::string, std::vector<std::string>, std::less<>> m_names;
};

/// What the copy of the `number`th picture of a package is called: `p00001`. Never a name from outside.
[[nodiscard]] std::string picture_spool_name(std::size_t number);

/// The list of a package's picture copies, kept beside them in the spool. Durable when writing returns;
/// throws SYS-FILE (temporary). Without a list there are no copies.
void write_picture_index(const std::filesystem::path& directory, const std::vector<SpooledFile>& pictures);
/// Throws SYS-FILE (temporary) if it cannot be read, or is not ours.
[[nodiscard]] std::vector<SpooledFile> read_picture_index(const std::filesystem::path& directory);

/// The picture copies of one package, by what its XML calls them.
class PictureCopiesOfPackage {
  public:
    /// \param directory the package's in the spool
    explicit PictureCopiesOfPackage(const std::filesystem::path& directory);

    /// The copy of what `path` means in the XML file `xml_name`; nothing if there is none.
    [[nodiscard]] std::optional<SpooledFile> find(std::string_view path, std::string_view xml_name) const;

  private:
    std::map<std::string, SpooledFile> m_copies;
    PackagePictures m_names;
};

}  // namespace obmen::arrival
