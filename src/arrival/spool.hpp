#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "support/file.hpp"

namespace obmen::arrival {

/// The directory of a package that is being made: hidden under a temporary name until publish(), and gone
/// with everything in it unless keep() is called.
class SpoolDirectory {
  public:
    /// Shared: others sweep the spool meanwhile, and must leave this directory alone. It costs a descriptor.
    enum class Sweeping : std::uint8_t { excluded, shared };

    /// `spool` is made if need be. Its id is nobody else's. Throws SYS-FILE (temporary).
    explicit SpoolDirectory(std::filesystem::path spool, Sweeping sweeping = Sweeping::excluded);
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
    /// The lock that keeps others from sweeping it away, for whoever records the package. \pre
    /// Sweeping::shared
    [[nodiscard]] FileDescriptor give_lock() { return std::move(m_lock); }

  private:
    [[nodiscard]] bool claim(Sweeping sweeping);

    std::filesystem::path m_spool;
    std::string m_id;
    std::filesystem::path m_current;
    bool m_kept = false;
    FileDescriptor m_lock;  ///< last: held until what is to go has gone
};

/// A lock on a directory of the spool that nobody is making any more; not open if somebody is, or if it is
/// gone. Whoever holds it may remove the directory if no package has it: who makes a package keeps its lock
/// until the package is recorded.
[[nodiscard]] FileDescriptor lock_left_over(const std::filesystem::path& directory);

}  // namespace obmen::arrival
