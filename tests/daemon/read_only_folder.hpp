#pragma once

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace obmen::tests {

/// A folder that nobody can write into, not even root.
class ReadOnlyFolder {
  public:
    explicit ReadOnlyFolder(std::filesystem::path folder) : m_folder(std::move(folder)) {
        ::chmod(m_folder.c_str(), 0555);
        mark(true);
    }
    ~ReadOnlyFolder() { end(); }
    ReadOnlyFolder(const ReadOnlyFolder&) = delete;
    ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;

    /// False where root may do everything.
    [[nodiscard]] bool is_kept() const {
        const std::filesystem::path probe = m_folder / "probe";
        const int file = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (file >= 0) {
            ::close(file);
            std::filesystem::remove(probe);
        }
        return file < 0;
    }
    void end() const {
        mark(false);
        ::chmod(m_folder.c_str(), 0777);
    }

  private:
    /// Where the file system knows of it, and lets us.
    void mark(bool immutable) const {
        const int folder = ::open(m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int flags = 0;
        if (folder >= 0 && ::ioctl(folder, FS_IOC_GETFLAGS, &flags) == 0) {
            flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
            static_cast<void>(::ioctl(folder, FS_IOC_SETFLAGS, &flags));
        }
        if (folder >= 0) {
            ::close(folder);
        }
    }

    std::filesystem::path m_folder;
};

}  // namespace obmen::tests
