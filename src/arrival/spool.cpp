#include "arrival/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "arrival/intake.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::arrival {

namespace {

void require_done(const std::error_code& error, const std::filesystem::path& path) {
    if (error) {
        fail_with_file(path, error.value());
    }
}

bool is_workplace(const std::filesystem::path& path) {
    return path.filename().string().starts_with('.') && path.extension() == ".tmp";
}

}  // namespace

SpoolDirectory::SpoolDirectory(std::filesystem::path spool, Sweeping sweeping) : m_spool(std::move(spool)) {
    make_own_directory(m_spool);
    // Where hundreds of packages come in one second, two of them may draw the same number.
    do {
        m_id = new_package_id();
        m_current = m_spool / ("." + m_id + ".tmp");
    } while (!claim(sweeping));
}

/// Makes the workplace. False if the number is taken, or if a sweep was quicker.
bool SpoolDirectory::claim(Sweeping sweeping) {
    if (::mkdir(m_current.c_str(), 0700) != 0) {
        const std::error_code error(errno, std::generic_category());
        if (error != std::errc::file_exists) {
            require_done(error, m_current);
        }
        return false;
    }
    if (sweeping == Sweeping::shared) {
        m_lock = lock_left_over(m_current);
        if (!m_lock.is_open()) {
            return false;
        }
    }
    std::error_code ignored;
    if (std::filesystem::exists(final_directory(), ignored)) {
        std::filesystem::remove(m_current, ignored);
        return false;
    }
    sync_directory(m_spool);
    return true;
}

SpoolDirectory::~SpoolDirectory() {
    if (!m_kept) {
        std::error_code ignored;
        std::filesystem::remove_all(m_current, ignored);
    }
}

void SpoolDirectory::publish() {
    std::error_code error;
    std::filesystem::rename(m_current, final_directory(), error);
    require_done(error, final_directory());
    m_current = final_directory();
    sync_directory(m_spool);
}

FileDescriptor lock_left_over(const std::filesystem::path& directory) {
    FileDescriptor lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat state {};
    const bool is_ours =
        lock.is_open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(lock.get(), &state) == 0;
    // It may have been removed, and another have its name, before the lock was had.
    const std::optional<FileState> named = is_ours ? file_state(directory) : std::nullopt;
    return named && named->inode == state.st_ino ? std::move(lock) : FileDescriptor{};
}

void sweep_spool(const std::filesystem::path& spool) {
    require_no_link(spool);
    std::error_code error;
    std::vector<std::filesystem::path> left;
    if (!std::filesystem::exists(spool)) {
        return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(spool, error)) {
        if (is_workplace(entry.path())) {
            left.push_back(entry.path());
        }
    }
    require_done(error, spool);
    for (const std::filesystem::path& path : left) {
        if (const FileDescriptor lock = lock_left_over(path); lock.is_open()) {
            std::filesystem::remove_all(path, error);
            require_done(error, path);
        }
    }
}

}  // namespace obmen::arrival
