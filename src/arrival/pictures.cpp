#include "arrival/pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "arrival/names.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::arrival {

namespace {

constexpr std::string_view index_name = "pictures";

std::map<std::string, SpooledFile> by_name(std::vector<SpooledFile> pictures) {
    std::map<std::string, SpooledFile> out;
    for (SpooledFile& picture : pictures) {
        std::string name = picture.name;
        out.emplace(std::move(name), std::move(picture));
    }
    return out;
}

std::vector<std::string> names_of(const std::map<std::string, SpooledFile>& pictures) {
    std::vector<std::string> names;
    names.reserve(pictures.size());
    for (const auto& [name, picture] : pictures) {
        names.push_back(name);
    }
    return names;
}

/// As picture_spool_name() makes it: a list that has been damaged must not lead out of its package.
bool is_picture_spool_name(std::string_view name) {
    return name.size() > 1 && name.front() == 'p' &&
           name.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// One line of the index: hash, size, spool name, name. Only the name may hold spaces; none holds a line
/// break.
std::optional<SpooledFile> picture_in(std::string_view line) {
    SpooledFile picture;
    const auto take = [&line] {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view word = line.substr(0, space);
        line.remove_prefix(std::min(space + 1, line.size()));
        return word;
    };
    picture.sha256 = take();
    const std::string_view size = take();
    picture.spool_name = take();
    picture.name = line;
    const auto read = std::from_chars(size.data(), size.data() + size.size(), picture.size);
    const bool whole = read.ec == std::errc{} && read.ptr == size.data() + size.size();
    const bool is_ours = whole && is_picture_spool_name(picture.spool_name) && !picture.name.empty();
    return is_ours ? std::optional(std::move(picture)) : std::nullopt;
}

}  // namespace

PackagePictures::PackagePictures(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        m_names[folded(name)].push_back(name);
    }
}

std::optional<std::string> PackagePictures::find(std::string_view path, std::string_view xml_name) const {
    if (m_names.empty()) {
        return std::nullopt;
    }
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

std::string picture_spool_name(std::size_t number) {
    return fmt::format("p{:05}", number);
}

void write_picture_index(const std::filesystem::path& directory, const std::vector<SpooledFile>& pictures) {
    std::string text;
    for (const SpooledFile& picture : pictures) {
        text += fmt::format("{} {} {} {}\n", picture.sha256, picture.size, picture.spool_name, picture.name);
    }
    write_durably(directory / index_name, text);
}

std::vector<SpooledFile> read_picture_index(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / index_name;
    std::vector<SpooledFile> pictures;
    if (!std::filesystem::exists(path)) {
        return pictures;
    }
    const std::string text = read_whole_file(path);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::optional<SpooledFile> picture = picture_in(std::string_view(text).substr(begin, end - begin));
        if (!picture) {
            throw Error(FailureClass::temporary, Message{"SYS-FILE", {shown_path(path), "?"}});
        }
        pictures.push_back(*std::move(picture));
        begin = end + 1;
    }
    return pictures;
}

PictureCopiesOfPackage::PictureCopiesOfPackage(const std::filesystem::path& directory)
    : m_copies(by_name(read_picture_index(directory))), m_names(names_of(m_copies)) {}

std::optional<SpooledFile> PictureCopiesOfPackage::find(std::string_view path,
                                                        std::string_view xml_name) const {
    const std::optional<std::string> name = m_names.find(path, xml_name);
    return name ? std::optional(m_copies.at(*name)) : std::nullopt;
}

}  // namespace obmen::arrival
