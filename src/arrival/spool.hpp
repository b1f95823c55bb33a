#pragma once

#include <filesystem>
#include <string>

namespace obmen::arrival {

/// The directory of a package that is being made: hidden under a temporary name until publish(), and gone
/// with everything in it unless keep() is called.
class SpoolDirectory {
  public:
    /// `spool` is made if need be. Its id is nobody else's. Throws SYS-FILE (temporary).
    explicit SpoolDirectory(std::filesystem::path spool);
    ~SpoolDirectory();
    SpoolDirectory(const SpoolDirectory&) = delete;
    SpoolDirectory& operator=(const SpoolDirectory&) = delete;

    [[nodiscard]] const std::string& package_id() const { return m_id; }
    /// Where files are written now.
    [[nodiscard]] const std::filesystem::path& workplace() const { return m_current; }
    /// Where they will be.
    [[nodiscard]] std::filesystem::path final_directory() const { return m_spool / m_id; }

    /// Gives the directory its final name, durably. \pre its files are on disk. Throws SYS-FILE (temporary).
    void publish();
    /// From here on the directory is somebody else's to remove.
    void keep() { m_kept = true; }

  private:
    [[nodiscard]] bool claim() const;

    std::filesystem::path m_spool;
    std::string m_id;
    std::filesystem::path m_current;
    bool m_kept = false;
};

}  // namespace obmen::arrival
