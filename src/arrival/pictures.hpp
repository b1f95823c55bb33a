#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace obmen::arrival
