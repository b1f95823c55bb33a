#include "support/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "support/clock.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/hash.hpp"

namespace obmen {

namespace {

constexpr std::size_t block_size = std::size_t{1} << 20U;

std::string reason_of(int error) {
    return std::error_code(error, std::generic_category()).message();
}

bool is_full(int error) {
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/// Nothing, with errno, if the disk does not tell.
std::optional<std::uint64_t> room_in(const std::filesystem::path& directory) {
    struct statvfs state {};
    return ::statvfs(directory.c_str(), &state) == 0
               ? std::optional(std::uint64_t{state.f_bavail} * state.f_frsize)
               : std::nullopt;
}

/// As people are told it; a path that cannot be asked has nothing free.
std::uint64_t free_bytes_beside(const std::filesystem::path& path) {
    return room_in(path.has_parent_path() ? path.parent_path() : ".").value_or(0);
}

[[noreturn]] void fail(const std::filesystem::path& path, int error, std::uint64_t needed = 0) {
    fail_with_file(path, error, needed);
}

/// The disk has not kept what it was given: the page cache may show what never reached it (reference
/// exchange.md §2.11).
[[noreturn]] void fail_to_keep(const std::filesystem::path& path, int error) {
    if (error != EIO) {
        fail(path, error);
    }
    throw Error(FailureClass::temporary, Message{"SYS-FSYNC", {path.string(), reason_of(error)}});
}

int open_or_fail(const std::filesystem::path& path, int flags, mode_t mode = 0600) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (descriptor < 0) {
        fail(path, errno);
    }
    return descriptor;
}

void write_fully(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
    if (const int error = failpoint("file.write")) {
        fail(path, error, bytes.size());
    }
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            fail(path, written < 0 ? errno : ENOSPC, bytes.size());
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void sync_fully(int descriptor, const std::filesystem::path& path) {
    const int injected = failpoint("file.sync");
    if (injected != 0 || ::fsync(descriptor) != 0) {
        fail_to_keep(path, injected != 0 ? injected : errno);
    }
}

FileState state_of(const struct stat& info) {
    return {.size = static_cast<std::uint64_t>(info.st_size),
            .modified_nanoseconds =
                static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec,
            .inode = info.st_ino,
            .regular = S_ISREG(info.st_mode)};
}

std::string random_hex(std::size_t digits) {
    std::vector<unsigned char> bytes((digits + 1) / 2);
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    std::string out;
    for (const unsigned char byte : bytes) {
        out += fmt::format("{:02x}", byte);
    }
    out.resize(digits);
    return out;
}

}  // namespace

void fail_with_file(const std::filesystem::path& path, int error, std::uint64_t needed) {
    if (!is_full(error)) {
        throw Error(FailureClass::temporary, Message{"SYS-FILE", {path.string(), reason_of(error)}});
    }
    constexpr std::uint64_t one_block = 4096;
    throw Error(FailureClass::temporary, Message{"SYS-DISK-FULL",
                                                 {path.string(), std::to_string(std::max(needed, one_block)),
                                                  std::to_string(free_bytes_beside(path))}});
}

FileDescriptor::~FileDescriptor() {
    close();
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

int FileDescriptor::close() {
    if (m_descriptor < 0) {
        return 0;
    }
    return ::close(std::exchange(m_descriptor, -1)) == 0 ? 0 : errno;
}

DurableFile::DurableFile(std::filesystem::path final_path)
    : m_final(std::move(final_path)),
      m_temporary(m_final.parent_path() /
                  fmt::format(".{}.{}.tmp", m_final.filename().string(), random_hex(8))),
      m_file(open_or_fail(m_temporary, O_WRONLY | O_CREAT | O_EXCL)) {}

DurableFile::~DurableFile() {
    if (m_file.is_open()) {
        m_file.close();
        ::unlink(m_temporary.c_str());
    }
}

void DurableFile::write(std::string_view bytes) {
    write_fully(m_file.get(), bytes, m_temporary);
}

void DurableFile::finish() {
    sync_fully(m_file.get(), m_temporary);
    const int injected = failpoint("file.close");
    const int error = m_file.close();
    if (injected != 0 || error != 0) {
        ::unlink(m_temporary.c_str());
        fail_to_keep(m_temporary, injected != 0 ? injected : error);
    }
    failpoint("file.synced");
}

void DurableFile::replace() {
    finish();
    const int injected = failpoint("file.name");
    if (injected != 0 || ::rename(m_temporary.c_str(), m_final.c_str()) != 0) {
        const int error = injected != 0 ? injected : errno;
        ::unlink(m_temporary.c_str());
        fail(m_final, error);
    }
    failpoint("file.published");
    sync_directory(m_final.parent_path());
}

void DurableFile::publish() {
    finish();
    // link+unlink instead of rename: a name that is taken must never be overwritten.
    const int injected = failpoint("file.name");
    if (injected != 0 || ::link(m_temporary.c_str(), m_final.c_str()) != 0) {
        const int error = injected != 0 ? injected : errno;
        ::unlink(m_temporary.c_str());
        fail(m_final, error);
    }
    ::unlink(m_temporary.c_str());
    failpoint("file.published");
    sync_directory(m_final.parent_path());
}

std::uint64_t ScratchFile::append(std::string_view bytes) {
    if (!m_file.is_open()) {
        std::string name = (std::filesystem::temp_directory_path() / "obmen-XXXXXX").string();
        m_file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
        if (!m_file.is_open()) {
            fail(name, errno);
        }
        ::unlink(name.c_str());
    }
    write_fully(m_file.get(), bytes, std::filesystem::temp_directory_path());
    return std::exchange(m_size, m_size + bytes.size());
}

void ScratchFile::read(std::uint64_t offset, std::span<char> bytes) const {
    while (!bytes.empty()) {
        const ssize_t size = ::pread(m_file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            fail(std::filesystem::temp_directory_path(), size < 0 ? errno : EIO);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(size));
        offset += static_cast<std::uint64_t>(size);
    }
}

void ScratchFile::clear() {
    m_file.close();
    m_size = 0;
}

void write_durably(const std::filesystem::path& path, std::string_view bytes) {
    DurableFile file(path);
    file.write(bytes);
    file.publish();
}

void make_directories(const std::filesystem::path& directory) {
    if (directory.empty() || std::filesystem::is_directory(directory)) {
        return;
    }
    make_directories(directory.parent_path());
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        fail(directory, errno);
    }
    sync_directory(directory.parent_path());
}

void require_no_link(const std::filesystem::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
        throw Error(FailureClass::bad_config, Message{"SYS-LINK", {path.string()}});
    }
}

void make_own_directory(const std::filesystem::path& directory) {
    require_no_link(directory);
    make_directories(directory);
}

void sync_directory(const std::filesystem::path& directory) {
    const std::filesystem::path named = directory.empty() ? "." : directory;
    const FileDescriptor descriptor(open_or_fail(named, O_RDONLY | O_DIRECTORY));
    sync_fully(descriptor.get(), named);
}

void sync_file(const std::filesystem::path& path) {
    const FileDescriptor descriptor(open_or_fail(path, O_RDWR));
    sync_fully(descriptor.get(), path);
}

std::uint64_t free_bytes_of(const std::filesystem::path& directory) {
    const std::optional<std::uint64_t> room = room_in(directory);
    if (!room) {
        fail(directory, errno);
    }
    return *room;
}

void append_fully(const FileDescriptor& file, std::string_view bytes, const std::filesystem::path& path) {
    write_fully(file.get(), bytes, path);
}

std::string read_whole_file(const std::filesystem::path& path) {
    const FileDescriptor file(open_or_fail(path, O_RDONLY));
    std::string bytes;
    std::vector<char> block(block_size);
    while (true) {
        const ssize_t count = ::read(file.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail(path, errno);
        }
        if (count == 0) {
            return bytes;
        }
        bytes.append(block.data(), static_cast<std::size_t>(count));
    }
}

std::optional<FileState> file_state(const std::filesystem::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        fail(path, errno);
    }
    return state_of(info);
}

CopiedFile copy_durably(const std::filesystem::path& source, const std::filesystem::path& target) {
    const FileDescriptor input(open_or_fail(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    struct stat before {};
    if (::fstat(input.get(), &before) != 0) {
        fail(source, errno);
    }
    if (!S_ISREG(before.st_mode)) {
        throw Error(FailureClass::bad_input, Message{"PKG-NOT-REGULAR", {source.string()}});
    }
    DurableFile copy(target);
    Sha256 hash;
    CopiedFile result;
    // Most files are small: what is not read into need not be touched.
    const std::unique_ptr<char[]> block = std::make_unique_for_overwrite<char[]>(block_size);
    while (true) {
        const ssize_t count = ::read(input.get(), block.get(), block_size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail(source, errno);
        }
        if (count == 0) {
            break;
        }
        const std::string_view bytes(block.get(), static_cast<std::size_t>(count));
        copy.write(bytes);
        hash.add(bytes);
        result.size += bytes.size();
    }
    struct stat after {};
    const bool same = ::fstat(input.get(), &after) == 0 && state_of(before) == state_of(after) &&
                      result.size == static_cast<std::uint64_t>(after.st_size);
    if (!same) {
        throw Error(FailureClass::temporary, Message{"PKG-CHANGED", {source.string()}});
    }
    copy.publish();
    result.sha256 = hash.hex();
    return result;
}

DirectoryLock::DirectoryLock(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / "lock";
    require_no_link(path);
    m_file = FileDescriptor(open_or_fail(path, O_RDWR | O_CREAT | O_NOFOLLOW));
    if (::flock(m_file.get(), LOCK_EX | LOCK_NB) != 0) {
        std::string owner = read_whole_file(path);
        throw Error(FailureClass::temporary, Message{"SYS-LOCKED", {directory.string(), owner}});
    }
    if (::ftruncate(m_file.get(), 0) != 0) {
        fail(path, errno);
    }
    write_fully(m_file.get(), std::to_string(::getpid()), path);
}

std::string new_package_id() {
    const SystemClock clock;
    std::string id;
    for (const char c : utc_date_time(clock.now()).substr(0, 19)) {
        if (c >= '0' && c <= '9') {
            id += c;
        }
    }
    return id + "-" + random_hex(5);
}

}  // namespace obmen
