#pragma once

#include <filesystem>
#include <string>

namespace obmen::tests {

/// Makes mounts of this thread, and of the processes that it starts, its own: they end with the process.
/// \returns why the machine refuses; empty if it does not
[[nodiscard]] std::string become_private_mounter();

/// A file system at a directory, until the end of this object.
class Mount {
  public:
    /// By the command mount, with its options.
    Mount(const std::string& options, const std::string& what, std::filesystem::path place,
          const std::filesystem::path& logs);
    ~Mount();
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    /// Why it could not be mounted; empty if it is.
    [[nodiscard]] const std::string& failure() const { return m_failure; }

  private:
    std::filesystem::path m_place;
    std::string m_failure;
};

}  // namespace obmen::tests
