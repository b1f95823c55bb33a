/// A library for LD_PRELOAD: a directory stands for a disk, and what a power cut would leave of it is kept
/// beside it. Bytes of a file count when the file is fsynced, names when their directory is: nothing else is
/// promised, by POSIX or by any file system. A rename is one thing: it is never kept in one directory alone.
///
///   LOST_WRITES_DISK     the directory, absolute
///   LOST_WRITES_RECORDS  another one, for what is kept (lost_writes_records.hpp). Where it is missing, all
///                        that the disk holds counts as kept.
///   LOST_WRITES_CUT      SIGKILL comes before the operation of this number. Operations are what changes the
///                        disk or syncs it, and what is sent through a socket.
///
/// Calls go to the kernel directly, not to the next library: so it does not matter whether a sanitizer's
/// comes before or after this one. Memory that is mapped (the -shm file of SQLite) is never kept.

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "power/lost_writes_records.hpp"

namespace {

using obmen::tests::DurableName;

int kernel_open(const std::string& path, int flags, mode_t mode = 0600) {
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(), flags | O_CLOEXEC, mode));
}

void kernel_close(int descriptor) {
    ::syscall(SYS_close, descriptor);
}

std::string bytes_of(int descriptor) {
    std::string bytes;
    std::string block(1U << 16U, '\0');
    while (true) {
        const ssize_t count =
            ::pread(descriptor, block.data(), block.size(), static_cast<off_t>(bytes.size()));
        if (count <= 0) {
            return bytes;
        }
        bytes.append(block.data(), static_cast<std::size_t>(count));
    }
}

std::optional<std::string> bytes_of(const std::string& path) {
    const int descriptor = kernel_open(path, O_RDONLY);
    if (descriptor < 0) {
        return std::nullopt;
    }
    std::string bytes = bytes_of(descriptor);
    kernel_close(descriptor);
    return bytes;
}

/// Whole or not at all: another thread may end the process at any time.
void put(const std::string& path, std::string_view bytes) {
    const std::string temporary = path + ".new";
    const int descriptor = kernel_open(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    while (!bytes.empty()) {
        const long written = ::syscall(SYS_write, descriptor, bytes.data(), bytes.size());
        if (written <= 0) {
            ::abort();
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    kernel_close(descriptor);
    ::syscall(SYS_rename, temporary.c_str(), path.c_str());
}

/// A rename that may not be on disk yet.
struct PendingRename {
    std::string from_directory;  ///< keys
    std::string to_directory;
    std::string from;
    DurableName to;
};

class Disk {
  public:
    static Disk& instance() {
        static Disk* const disk = new Disk;  // never destroyed: other threads may still be writing
        return *disk;
    }

    [[nodiscard]] bool is_on() const { return !m_disk.empty(); }
    [[nodiscard]] bool has(const std::string& path) const {
        return is_on() && path.starts_with(m_disk) &&
               (path.size() == m_disk.size() || path[m_disk.size()] == '/');
    }

    /// Counts an operation; the power may go before it.
    void count(const char* name, const std::string& path) {
        const std::lock_guard lock(m_mutex);
        const std::uint64_t number = ++*m_count;
        if (number == m_cut) {
            ::syscall(SYS_kill, ::getpid(), SIGKILL);
            ::pause();
        }
        const std::string line = std::to_string(number) + " " + name + " " +
                                 (has(path) ? path.substr(m_disk.size()) : path) + "\n";
        ::syscall(SYS_write, m_log, line.data(), line.size());
    }

    void note_new(const std::string& path) {
        const std::lock_guard lock(m_mutex);
        struct stat info {};
        if (::lstat(path.c_str(), &info) == 0) {
            const std::string name = m_records + "/generation/" + std::to_string(info.st_ino);
            put(name, std::to_string(std::atoi(bytes_of(name).value_or("0").c_str()) + 1));
        }
    }

    void note_rename(const std::string& from, const std::string& to) {
        const std::lock_guard lock(m_mutex);
        struct stat info {};
        if (::lstat(to.c_str(), &info) == 0) {
            m_renames.push_back(
                {.from_directory = key_of(parent_of(from)),
                 .to_directory = key_of(parent_of(to)),
                 .from = name_of(from),
                 .to = {.is_directory = S_ISDIR(info.st_mode), .key = key_of(info), .name = name_of(to)}});
        }
    }

    void note_synced(int descriptor, const std::string& path) {
        const std::lock_guard lock(m_mutex);
        struct stat info {};
        if (::fstat(descriptor, &info) != 0) {
            return;
        }
        if (S_ISDIR(info.st_mode)) {
            keep_directory(path);
        } else {
            keep_file("/proc/self/fd/" + std::to_string(descriptor), info);
        }
    }

  private:
    Disk() {
        const char* const disk = std::getenv("LOST_WRITES_DISK");
        const char* const records = std::getenv("LOST_WRITES_RECORDS");
        if (disk == nullptr || records == nullptr) {
            return;
        }
        m_records = records;
        const bool is_new = ::syscall(SYS_mkdir, m_records.c_str(), 0700) == 0;
        const int count = kernel_open(m_records + "/count", O_RDWR | O_CREAT);
        if (count < 0 || ::syscall(SYS_ftruncate, count, sizeof(std::uint64_t)) != 0) {
            ::abort();
        }
        m_count = static_cast<std::uint64_t*>(
            ::mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, count, 0));
        m_log = kernel_open(m_records + "/log", O_WRONLY | O_CREAT | O_APPEND);
        const char* const cut = std::getenv("LOST_WRITES_CUT");
        m_cut = cut == nullptr ? 0 : std::strtoull(cut, nullptr, 10);
        if (is_new) {
            for (const char* folder : {"/generation", "/file", "/directory"}) {
                ::syscall(SYS_mkdir, (m_records + folder).c_str(), 0700);
            }
            keep_all(disk);
        }
        m_disk = disk;
    }

    static std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }
    static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

    [[nodiscard]] std::string key_of(const struct stat& info) const {
        const std::string inode = std::to_string(info.st_ino);
        return inode + "." + bytes_of(m_records + "/generation/" + inode).value_or("0");
    }
    [[nodiscard]] std::string key_of(const std::string& path) const {
        struct stat info {};
        return ::lstat(path.c_str(), &info) == 0 ? key_of(info) : std::string{};
    }

    void keep_file(const std::string& path, const struct stat& info) const {
        if (const std::optional<std::string> bytes = bytes_of(path)) {
            const std::string file = m_records + "/file/" + key_of(info);
            put(file, *bytes);
            const std::array times{info.st_mtim, info.st_mtim};
            ::utimensat(AT_FDCWD, file.c_str(), times.data(), 0);
        }
    }

    [[nodiscard]] std::vector<DurableName> names_in(const std::string& directory) const {
        std::vector<DurableName> names;
        DIR* const stream = ::opendir(directory.c_str());
        while (const dirent* row = stream == nullptr ? nullptr : ::readdir(stream)) {
            const std::string name = row->d_name;
            struct stat info {};
            if (name != "." && name != ".." && ::lstat((directory + "/" + name).c_str(), &info) == 0) {
                names.push_back({.is_directory = S_ISDIR(info.st_mode), .key = key_of(info), .name = name});
            }
        }
        if (stream != nullptr) {
            ::closedir(stream);
        }
        return names;
    }

    void keep_directory(const std::string& path) {
        const std::string key = key_of(path);
        put(m_records + "/directory/" + key, listing_text(names_in(path)));
        std::erase_if(m_renames, [&](const PendingRename& rename) {
            if (rename.from_directory == rename.to_directory) {
                return rename.from_directory == key;
            }
            if (rename.from_directory != key && rename.to_directory != key) {
                return false;
            }
            const std::string other =
                rename.from_directory == key ? rename.to_directory : rename.from_directory;
            const std::string file = m_records + "/directory/" + other;
            auto names = obmen::tests::names_in_listing(bytes_of(file).value_or(""));
            std::erase_if(names, [&](const DurableName& row) {
                return row.name == (other == rename.to_directory ? rename.to.name : rename.from);
            });
            if (other == rename.to_directory) {
                names.push_back(rename.to);
            }
            put(file, listing_text(names));
            return true;
        });
    }

    void keep_all(const std::string& directory) {
        keep_directory(directory);
        for (const DurableName& row : names_in(directory)) {
            const std::string path = directory + "/" + row.name;
            struct stat info {};
            if (row.is_directory) {
                keep_all(path);
            } else if (::lstat(path.c_str(), &info) == 0) {
                keep_file(path, info);
            }
        }
    }

    std::mutex m_mutex;
    std::string m_disk;
    std::string m_records;
    std::uint64_t* m_count = nullptr;
    std::uint64_t m_cut = 0;
    int m_log = -1;
    std::vector<PendingRename> m_renames;
};

std::string path_of(int descriptor) {
    std::string path(PATH_MAX, '\0');
    const ssize_t size =
        ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), path.data(), path.size());
    path.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return path;
}

std::string path_at(int folder, const char* name) {
    if (*name == '/') {
        return name;
    }
    std::string base(PATH_MAX, '\0');
    if (folder == AT_FDCWD) {
        base = ::getcwd(base.data(), base.size()) == nullptr ? "" : base.c_str();
    } else {
        base = path_of(folder);
    }
    return base + "/" + name;
}

/// An operation on an open file.
template <typename Call>
auto with_descriptor(const char* name, int descriptor, Call call) {
    Disk& disk = Disk::instance();
    const std::string path = disk.is_on() ? path_of(descriptor) : std::string{};
    if (disk.has(path)) {
        disk.count(name, path);
    }
    return call();
}

/// An operation on a name.
template <typename Call>
auto with_path(const char* name, const std::string& path, Call call) {
    Disk& disk = Disk::instance();
    if (disk.has(path)) {
        disk.count(name, path);
    }
    return call();
}

int open_at(int folder, const char* name, int flags, mode_t mode) {
    const auto call = [&] { return static_cast<int>(::syscall(SYS_openat, folder, name, flags, mode)); };
    if ((flags & (O_CREAT | O_TRUNC)) == 0) {
        return call();
    }
    Disk& disk = Disk::instance();
    const std::string path = path_at(folder, name);
    if (!disk.has(path)) {
        return call();
    }
    struct stat info {};
    const bool was_there = ::lstat(path.c_str(), &info) == 0;
    if (was_there && (flags & O_TRUNC) == 0) {
        return call();
    }
    disk.count("open", path);
    const int descriptor = call();
    if (descriptor >= 0 && !was_there) {
        const int error = errno;
        disk.note_new(path);
        errno = error;
    }
    return descriptor;
}

int make_directory_at(int folder, const char* name, mode_t mode) {
    const std::string path = path_at(folder, name);
    const int result = with_path(
        "mkdir", path, [&] { return static_cast<int>(::syscall(SYS_mkdirat, folder, name, mode)); });
    if (result == 0 && Disk::instance().has(path)) {
        Disk::instance().note_new(path);
    }
    return result;
}

int rename_at(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
    const std::string source = path_at(from_folder, from);
    const std::string target = path_at(to_folder, to);
    const int result = with_path("rename", target, [&] {
        return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
    });
    if (result == 0 && Disk::instance().has(target)) {
        Disk::instance().note_rename(source, target);
    }
    return result;
}

/// What is kept is what counts: the machine's own disk need not be waited for.
int sync_descriptor(const char* name, long call, int descriptor) {
    Disk& disk = Disk::instance();
    const std::string path = disk.is_on() ? path_of(descriptor) : std::string{};
    if (!disk.has(path)) {
        return static_cast<int>(::syscall(call, descriptor));
    }
    disk.count(name, path);
    disk.note_synced(descriptor, path);
    return 0;
}

void count_sent(int socket) {
    Disk& disk = Disk::instance();
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (disk.is_on() && ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
        (peer.ss_family == AF_INET || peer.ss_family == AF_INET6)) {
        disk.count("send", "");
    }
}

}  // namespace

extern "C" {

int openat(int folder, const char* name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_at(folder, name, flags, mode);
}
int openat64(int folder, const char* name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_at(folder, name, flags, mode);
}
int creat(const char* name, mode_t mode) {
    return open_at(AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, mode);
}
int open(const char* name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_at(AT_FDCWD, name, flags, mode);
}
int open64(const char* name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return open_at(AT_FDCWD, name, flags, mode);
}

ssize_t write(int file, const void* bytes, size_t size) {
    return with_descriptor("write", file, [&] { return ::syscall(SYS_write, file, bytes, size); });
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
    return with_descriptor("pwrite", file,
                           [&] { return ::syscall(SYS_pwrite64, file, bytes, size, offset); });
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
    return with_descriptor("pwrite", file,
                           [&] { return ::syscall(SYS_pwrite64, file, bytes, size, offset); });
}
ssize_t writev(int file, const iovec* parts, int count) {
    return with_descriptor("write", file, [&] { return ::syscall(SYS_writev, file, parts, count); });
}
int ftruncate(int file, off_t size) noexcept {
    return with_descriptor("truncate", file,
                           [&] { return static_cast<int>(::syscall(SYS_ftruncate, file, size)); });
}
int ftruncate64(int file, off64_t size) noexcept {
    return with_descriptor("truncate", file,
                           [&] { return static_cast<int>(::syscall(SYS_ftruncate, file, size)); });
}

int fsync(int file) {
    return sync_descriptor("fsync", SYS_fsync, file);
}
int fdatasync(int file) {
    return sync_descriptor("fdatasync", SYS_fdatasync, file);
}

int mkdir(const char* name, mode_t mode) noexcept {
    return make_directory_at(AT_FDCWD, name, mode);
}
int mkdirat(int folder, const char* name, mode_t mode) noexcept {
    return make_directory_at(folder, name, mode);
}

int rename(const char* from, const char* to) noexcept {
    return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    return rename_at(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
    return rename_at(from_folder, from, to_folder, to, flags);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
    return with_path("link", path_at(to_folder, to), [&] {
        return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
    });
}
int link(const char* from, const char* to) noexcept {
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int folder, const char* name, int flags) noexcept {
    return with_path("unlink", path_at(folder, name),
                     [&] { return static_cast<int>(::syscall(SYS_unlinkat, folder, name, flags)); });
}
int unlink(const char* name) noexcept {
    return unlinkat(AT_FDCWD, name, 0);
}
int rmdir(const char* name) noexcept {
    return unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}
int remove(const char* name) noexcept {
    const int result = unlinkat(AT_FDCWD, name, 0);
    return result != 0 && errno == EISDIR ? unlinkat(AT_FDCWD, name, AT_REMOVEDIR) : result;
}

ssize_t send(int socket, const void* bytes, size_t size, int flags) {
    count_sent(socket);
    return ::syscall(SYS_sendto, socket, bytes, size, flags, nullptr, 0);
}
ssize_t sendto(int socket, const void* bytes, size_t size, int flags, const sockaddr* to, socklen_t length) {
    count_sent(socket);
    return ::syscall(SYS_sendto, socket, bytes, size, flags, to, length);
}

}  // extern "C"
