#pragma once

#include <filesystem>

namespace obmen::torture {

/// A directory on a disk of its own that can be filled: a small tmpfs, where this machine lets us mount one.
class SmallDisk {
  public:
    explicit SmallDisk(std::filesystem::path directory);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] const std::filesystem::path& directory() const { return m_directory; }
    [[nodiscard]] bool can_be_filled() const { return m_is_mounted; }
    /// Leaves at most `bytes` free.
    void fill(std::uintmax_t bytes);
    void free();
    /// What is on it, to another place: it goes with this object.
    void keep(const std::filesystem::path& directory) const;

  private:
    [[nodiscard]] std::filesystem::path filler() const { return m_directory / "filler"; }

    std::filesystem::path m_directory;
    bool m_is_mounted = false;
};

}  // namespace obmen::torture
