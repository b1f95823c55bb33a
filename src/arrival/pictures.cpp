#include "arrival/pictures.hpp"

#include <algorithm>

#include "arrival/names.hpp"
#include "support/text.hpp"

namespace obmen::arrival {

PackagePictures::PackagePictures(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        m_names[folded(name)].push_back(name);
    }
}

std::optional<std::string> PackagePictures::find(std::string_view path, std::string_view xml_name) const {
    const std::optional<std::string> tidy = tidy_entry_name(path);
    if (!tidy || is_address(path)) {
        return std::nullopt;
    }
    if (std::optional<std::string> found = find_whole(*tidy)) {
        return found;
    }
    const std::size_t slash = xml_name.rfind('/');
    return slash == std::string_view::npos ? std::nullopt
                                           : find_whole(std::string{xml_name.substr(0, slash + 1)} + *tidy);
}

bool PackagePictures::is_address(std::string_view path) {
    const std::string start = folded(path.substr(0, std::string_view{"https://"}.size()));
    return start.starts_with("http://") || start.starts_with("https://");
}

std::optional<std::string> PackagePictures::find_whole(const std::string& path) const {
    const auto found = m_names.find(folded(path));
    if (found == m_names.end()) {
        return std::nullopt;
    }
    const std::vector<std::string>& names = found->second;
    const auto same = std::ranges::find(names, path);
    return same == names.end() ? names.front() : *same;
}

}  // namespace obmen::arrival
