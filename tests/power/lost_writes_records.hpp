#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What the library lost_writes keeps beside a directory that stands for a disk, and what DurableImage reads:
///
///     count               eight bytes: how many operations there have been, over all processes
///     log                 one line per operation: number, name, path
///     generation/INODE    how often the inode number has been given to something new; not there: never
///     file/KEY            the bytes of a file as of its last fsync
///     directory/KEY       the names in a directory as of its last fsync
///
/// where KEY is INODE.GENERATION: an inode number that is used anew is another file.
namespace obmen::tests {

/// A name in a directory.
struct DurableName {
    bool is_directory = false;
    std::string key;  ///< of what it names
    std::string name;

    bool operator==(const DurableName&) const = default;
};

[[nodiscard]] inline std::string listing_text(const std::vector<DurableName>& names) {
    std::string text;
    for (const DurableName& row : names) {
        text += row.is_directory ? 'd' : 'f';
        text += row.key + "/" + row.name;
        text += '\0';
    }
    return text;
}

[[nodiscard]] inline std::vector<DurableName> names_in_listing(std::string_view text) {
    std::vector<DurableName> names;
    while (!text.empty()) {
        const std::size_t end = text.find('\0');
        const std::string_view row = text.substr(0, end);
        const std::size_t slash = row.find('/');
        names.push_back({.is_directory = row.front() == 'd',
                         .key = std::string(row.substr(1, slash - 1)),
                         .name = std::string(row.substr(slash + 1))});
        text.remove_prefix(end + 1);
    }
    return names;
}

}  // namespace obmen::tests
