#include "power/durable_image.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness/temporary_directory.hpp"
#include "power/lost_writes_records.hpp"

namespace obmen::tests {

namespace {

using Path = std::filesystem::path;

struct FileOnDisk {
    std::string bytes;
    std::filesystem::file_time_type modified;
};

FileOnDisk file_at(const Path& path) {
    return {.bytes = read_file(path), .modified = std::filesystem::last_write_time(path)};
}

/// Directories of a disk by their keys, each with what its names name.
struct Tree {
    std::map<std::string, std::map<std::string, DurableName>> directories;
    std::map<std::string, FileOnDisk> files;  ///< by key
    std::map<std::string, Path> places;       ///< of files by key, where they are
};

std::string key_of(const Path& path, const Path& records) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) {
        throw std::runtime_error("no " + path.string());
    }
    const std::string inode = std::to_string(info.st_ino);
    const Path generation = records / "generation" / inode;
    return inode + "." + (std::filesystem::exists(generation) ? read_file(generation) : "0");
}

void read_present(const Path& directory, const Path& records, Tree& tree) {
    auto& names = tree.directories[key_of(directory, records)];
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        const std::string key = key_of(entry.path(), records);
        names[name] = {.is_directory = entry.is_directory(), .key = key, .name = name};
        if (entry.is_directory()) {
            read_present(entry.path(), records, tree);
        } else {
            tree.files[key] = file_at(entry.path());
            tree.places[key] = entry.path();
        }
    }
}

Tree read_kept(const Path& records) {
    Tree tree;
    for (const auto& entry : std::filesystem::directory_iterator(records / "directory")) {
        auto& names = tree.directories[entry.path().filename().string()];
        for (const DurableName& row : names_in_listing(read_file(entry.path()))) {
            names[row.name] = row;
        }
    }
    for (const auto& entry : std::filesystem::directory_iterator(records / "file")) {
        tree.files[entry.path().filename().string()] = file_at(entry.path());
    }
    return tree;
}

/// Files and directories whose names have changed since they were synced, in groups that a journal keeps
/// together: what is renamed over another one takes its place, or does not.
class NameGroups {
  public:
    const std::string& root(const std::string& key) {
        std::string& parent = m_parents.try_emplace(key, key).first->second;
        return parent == key ? parent : parent = root(parent);
    }
    void join(const std::string& left, const std::string& right) { m_parents[root(left)] = root(right); }

  private:
    std::map<std::string, std::string> m_parents;
};

/// Draws what has reached the disk although nobody waited for it.
class Draw {
  public:
    Draw(const Tree& kept, const Tree& present, std::uint64_t seed)
        : m_kept(kept), m_present(present), m_chance(seed) {}

    Tree tree() {
        Tree drawn;
        draw_names(drawn);
        std::set<std::string> keys;
        for (const Tree* tree : {&m_kept, &m_present}) {
            for (const auto& [key, file] : tree->files) {
                keys.insert(key);
            }
        }
        for (const std::string& key : keys) {
            drawn.files[key] = drawn_file(file_in(m_kept, key), file_in(m_present, key));
        }
        return drawn;
    }

  private:
    static const FileOnDisk* file_in(const Tree& tree, const std::string& key) {
        const auto found = tree.files.find(key);
        return found == tree.files.end() ? nullptr : &found->second;
    }

    void draw_names(Tree& drawn) {
        std::map<std::pair<std::string, std::string>, std::vector<std::string>> owners;
        NameGroups groups;
        for (const Tree* tree : {&m_kept, &m_present}) {
            for (const auto& [directory, names] : tree->directories) {
                for (const auto& [name, row] : names) {
                    auto& keys = owners[{directory, name}];
                    keys.push_back(row.key);
                    groups.join(keys.front(), row.key);
                }
            }
        }
        std::map<std::string, bool> news;
        const auto is_new = [&](const std::string& key) {
            const auto [place, first] = news.try_emplace(groups.root(key), false);
            place->second = first ? m_chance() % 2 == 0 : place->second;
            return place->second;
        };
        for (const bool present : {false, true}) {
            for (const auto& [directory, names] : (present ? m_present : m_kept).directories) {
                for (const auto& [name, row] : names) {
                    if (is_new(row.key) == present) {
                        drawn.directories[directory][name] = row;
                    }
                }
            }
        }
    }

    FileOnDisk drawn_file(const FileOnDisk* kept, const FileOnDisk* present) {
        constexpr std::size_t block = 4096;
        FileOnDisk drawn = kept != nullptr ? *kept : FileOnDisk{.bytes = {}, .modified = present->modified};
        if (present == nullptr || present->bytes == drawn.bytes) {
            return drawn;
        }
        const std::string& bytes = present->bytes;
        drawn.bytes.resize(m_chance() % 2 == 0 ? bytes.size() : drawn.bytes.size());
        for (std::size_t at = 0; at < std::min(drawn.bytes.size(), bytes.size()); at += block) {
            if (m_chance() % 2 == 0) {
                const std::size_t size = std::min({block, drawn.bytes.size() - at, bytes.size() - at});
                drawn.bytes.replace(at, size, bytes, at, size);
            }
        }
        return drawn;
    }

    const Tree& m_kept;
    const Tree& m_present;
    std::mt19937_64 m_chance;
};

class Writer {
  public:
    Writer(const Tree& tree, const Tree& present) : m_tree(tree), m_present(present) {}

    void write(const std::string& key, const Path& directory) {
        std::filesystem::create_directories(directory);
        const auto names = m_tree.directories.find(key);
        if (names == m_tree.directories.end()) {
            return;  // its name is on disk, nothing of what is in it
        }
        for (const auto& [name, row] : names->second) {
            if (row.is_directory) {
                write(row.key, directory / name);
            } else {
                write_file_of(row.key, directory / name);
            }
        }
    }

  private:
    /// A file that is still there stays the same one: sources know files by their inodes.
    void write_file_of(const std::string& key, const Path& path) {
        const auto [other, first] = m_written.try_emplace(key, path);
        if (!first) {
            std::filesystem::create_hard_link(other->second, path);
            return;
        }
        const auto place = m_present.places.find(key);
        if (place != m_present.places.end()) {
            std::filesystem::create_hard_link(place->second, path);
        }
        const auto left = m_tree.files.find(key);
        const FileOnDisk file = left == m_tree.files.end() ? FileOnDisk{} : left->second;
        if (place == m_present.places.end() || m_present.files.at(key).bytes != file.bytes) {
            write_file(path, file.bytes);
            std::filesystem::permissions(
                path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
            std::filesystem::last_write_time(path, file.modified);
        }
    }

    const Tree& m_tree;
    const Tree& m_present;
    std::map<std::string, Path> m_written;
};

}  // namespace

void cut_power(const Path& disk, const Path& records, Unsynced unsynced, std::uint64_t seed) {
    Tree present;
    read_present(disk, records, present);
    const Tree kept = read_kept(records);
    const std::string root = key_of(disk, records);
    const Path image = disk.string() + ".image";
    const Tree left = unsynced == Unsynced::lost ? kept : Draw(kept, present, seed).tree();
    Writer(left, present).write(root, image);
    std::filesystem::remove_all(disk);
    std::filesystem::remove_all(records);
    std::filesystem::rename(image, disk);
}

}  // namespace obmen::tests
