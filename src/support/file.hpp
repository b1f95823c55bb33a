#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The only place that writes files. Order is everything: bytes are on disk before anything names them. All
/// errors are `Error` (temporary): SYS-DISK-FULL where there is no room (ENOSPC, EDQUOT, EFBIG), SYS-FSYNC
/// where the disk has not kept what it was given (EIO of fsync or of close: nothing is known of the file any
/// more, it is never tried again on the same descriptor, and the daemon ends), SYS-FILE for all else, and
/// SYS-LINK (bad_config). New files have mode 0600, new directories 0700.
namespace obmen {

/// What the system's `error` means for a file of ours: SYS-DISK-FULL (with `needed`, the bytes that found no
/// room, and what is free) or SYS-FILE.
[[noreturn]] void fail_with_file(const std::filesystem::path& path, int error, std::uint64_t needed = 0);

/// Owns a POSIX file descriptor.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) : m_descriptor(descriptor) {}
    ~FileDescriptor();
    FileDescriptor(FileDescriptor&& other) noexcept;
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool is_open() const { return m_descriptor >= 0; }
    /// Closes and reports what close() reports. 0 or errno.
    int close();

  private:
    int m_descriptor = -1;
};

/// A new file that becomes visible under its final name only when it is whole and on disk. Destroyed without
/// `publish()`, it leaves nothing behind.
class DurableFile {
  public:
    /// Opens a temporary file beside `final_path`.
    explicit DurableFile(std::filesystem::path final_path);
    ~DurableFile();
    DurableFile(const DurableFile&) = delete;
    DurableFile& operator=(const DurableFile&) = delete;

    void write(std::string_view bytes);
    /// fsync(file), close, rename, fsync(directory). After it returns the bytes survive a power cut.
    /// \pre called once. Fails if `final_path` exists already. After a failure nothing is left under the
    /// temporary name.
    void publish();
    /// The same, but takes the place of a file that has the name already. \pre called instead of publish().
    void replace();

  private:
    void finish();

    std::filesystem::path m_final;
    std::filesystem::path m_temporary;
    FileDescriptor m_file;
};

/// Writes `bytes` as a DurableFile and publishes it.
void write_durably(const std::filesystem::path& path, std::string_view bytes);

/// Creates `directory` and its parents with mode 0700 (existing ones are left as they are) and fsyncs the
/// parents.
void make_directories(const std::filesystem::path& directory);

/// Of what obmen keeps for itself below its state directory: a symbolic link in its place has been put there
/// by somebody, and would lead reading, writing and sweeping elsewhere. Throws SYS-LINK (bad_config); what is
/// not there, or is no link, is well. Links above, an administrator's, are followed as ever.
void require_no_link(const std::filesystem::path& path);

/// make_directories() of a directory that obmen keeps for itself; SYS-LINK (bad_config) as above.
void make_own_directory(const std::filesystem::path& directory);

/// fsyncs a directory, so that names in it survive a power cut.
void sync_directory(const std::filesystem::path& directory);

/// fsyncs a file that another library has written.
void sync_file(const std::filesystem::path& path);

/// Bytes that are free for us on the disk of a directory.
[[nodiscard]] std::uint64_t free_bytes_of(const std::filesystem::path& directory);

/// Appends to an open file: all of `bytes`, or an error. \param path for messages
void append_fully(const FileDescriptor& file, std::string_view bytes, const std::filesystem::path& path);

/// The whole file. For small files of our own; exports are streamed.
[[nodiscard]] std::string read_whole_file(const std::filesystem::path& path);

/// Room on disk for what does not fit into memory: a file without a name under the system's temporary
/// directory, which nobody else can open and which goes with the process. Nothing is opened before the first
/// write.
class ScratchFile {
  public:
    /// \returns where `bytes` begin.
    std::uint64_t append(std::string_view bytes);
    /// Fills `bytes` from `offset` on.
    /// \pre so much has been appended
    void read(std::uint64_t offset, std::span<char> bytes) const;
    /// Forgets everything and gives the room back.
    void clear();

  private:
    FileDescriptor m_file;
    std::uint64_t m_size = 0;
};

/// What stat says of a source file: enough to notice that it changed while it was read.
struct FileState {
    std::uint64_t size = 0;
    std::int64_t modified_nanoseconds = 0;
    std::uint64_t inode = 0;
    bool regular = false;

    bool operator==(const FileState&) const = default;
};
/// Nothing if there is no such file. Symbolic links are not followed.
[[nodiscard]] std::optional<FileState> file_state(const std::filesystem::path& path);

/// A private copy that is on disk.
struct CopiedFile {
    std::uint64_t size = 0;
    std::string sha256;
};
/// Copies a regular file, hashing what is copied; fsyncs copy and directory; compares the source's state
/// before and after and throws PKG-CHANGED (temporary) if it moved. Memory: one block of 1 MiB.
CopiedFile copy_durably(const std::filesystem::path& source, const std::filesystem::path& target);

/// One owner per directory: holds `directory/lock` (flock), with the PID inside. Throws SYS-LOCKED
/// (temporary) if another process holds it, SYS-LINK (bad_config) if the lock is a symbolic link. Released
/// when destroyed or when the process dies.
class DirectoryLock {
  public:
    explicit DirectoryLock(const std::filesystem::path& directory);

  private:
    FileDescriptor m_file;
};

/// 20 characters that no other package of this or another machine has: `20260115103000-4f2a9`. Sorts by time.
[[nodiscard]] std::string new_package_id();

}  // namespace obmen
