#pragma once

#include <filesystem>
#include <string>

namespace obmen::tests {

/// A file system that this test program alone sees, and what it starts afterwards. It is gone with the
/// program, however that ends.
class PrivateMount {
  public:
    /// Why this machine allows none; empty if it does. The first call gives the program mounts of its own:
    /// what is started before it does not see them.
    [[nodiscard]] static std::string why_not();

    /// An empty disk with room for so many KiB, over a folder that is there, writable for all.
    PrivateMount(std::filesystem::path folder, unsigned kibibytes);
    ~PrivateMount() { end(); }
    PrivateMount(const PrivateMount&) = delete;
    PrivateMount& operator=(const PrivateMount&) = delete;

    /// Takes all room but `left_kibibytes`.
    void fill(unsigned left_kibibytes = 0) const;
    /// Gives back what fill() took.
    void clear() const;
    void end();

  private:
    [[nodiscard]] std::filesystem::path filler() const { return m_folder / ".filler.tmp"; }

    std::filesystem::path m_folder;
};

}  // namespace obmen::tests
