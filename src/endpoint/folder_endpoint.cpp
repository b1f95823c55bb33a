#include "endpoint/folder_endpoint.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "endpoint/exclusive_rename.hpp"
#include "endpoint/local_file.hpp"
#include "endpoint/name_text.hpp"
#include "endpoint/names.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/file.hpp"

namespace obmen::endpoint {

namespace {

constexpr std::size_t block_size = std::size_t{1} << 20U;

struct DirectoryCloser {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

UtcTime modified_time(const struct stat& info) {
    return UtcTime{std::chrono::seconds{info.st_mtim.tv_sec} +
                   std::chrono::milliseconds{info.st_mtim.tv_nsec / 1'000'000}};
}

Entry entry_of(std::string name, const struct stat& info) {
    Entry entry{.name = std::move(name), .modified = modified_time(info)};
    entry.identity = std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
    if (S_ISREG(info.st_mode)) {
        entry.size = static_cast<std::uint64_t>(info.st_size);
    } else {
        entry.kind = S_ISDIR(info.st_mode) ? Entry::Kind::folder : Entry::Kind::other;
    }
    return entry;
}

/// Some file systems keep what is written without being asked to, and say so in these ways.
bool is_sync_unknown(int error) {
    return error == EINVAL || error == ENOTSUP || error == ENOSYS || error == EROFS;
}

int write_fully(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return 0;
}

/// An opened folder and the last part of a name in it.
struct Place {
    FileDescriptor folder;
    std::string name;
};

class FolderEndpoint : public Endpoint {
  public:
    FolderEndpoint(const config::EndpointSettings& settings, const Address& address,
                   const EndpointContext& context)
        : m_charset(settings.charset), m_address(address), m_context(context) {}

    [[nodiscard]] std::string shown() const override { return endpoint::shown(m_address); }
    [[nodiscard]] Listing list(const ListOptions& options) override;
    [[nodiscard]] std::optional<Entry> look(const std::string& name) override;
    void fetch(const std::string& name, const std::function<void(std::string_view)>& take) override;
    void store(const std::string& name, const std::filesystem::path& local) override;
    void rename(const std::string& from, const std::string& to) override;
    void remove(const std::string& name) override;
    void make_folder(const std::string& name) override;
    void disconnect() noexcept override {}

  private:
    [[noreturn]] void fail(int error, const std::string& name) const;
    /// A place where tests let the folder fail.
    void meet(FailpointName point, const std::string& name) const {
        if (const int error = failpoint(point)) {
            fail(error, name);
        }
    }
    void end_if_interrupted() const;
    [[nodiscard]] FileDescriptor open_root() const;
    [[nodiscard]] std::optional<Place> find_place(const std::string& name) const;
    [[nodiscard]] Place place_of(const std::string& name) const;
    void walk(FileDescriptor folder, const std::string& prefix, unsigned depth, const ListOptions& options,
              Listing& listing) const;
    void add(int folder, const std::string& prefix, const char* name, unsigned depth,
             const ListOptions& options, Listing& listing) const;
    void copy(int local, const std::filesystem::path& path, int target, const std::string& name) const;
    void sync(int descriptor, const std::string& name) const;

    config::NameCharset m_charset;
    Address m_address;
    EndpointContext m_context;
};

void FolderEndpoint::fail(int error, const std::string& name) const {
    const std::string words =
        name.empty() ? reason_of(error) : shown_name(name, m_charset) + ": " + reason_of(error);
    const auto temporary = [&](Code code) {
        return Error(FailureClass::temporary, Message{code, {shown(), words}});
    };
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case ELOOP:  // a link where a folder or a file was
        case ENXIO:
            throw temporary("SRC-MISSING");
        case EEXIST:
            throw Error(FailureClass::temporary,
                        Message{"SRC-EXISTS", {shown(), shown_name(name, m_charset)}});
        case EACCES:
        case EPERM:
        case EROFS:
        case EISDIR:
            throw temporary("SRC-DENIED");
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            throw temporary("SRC-FULL");
        case ETIMEDOUT:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENOTCONN:
            throw temporary("SRC-STALLED");
        default:  // EIO and ESTALE of a share that went away among them
            throw temporary("SRC-PROTOCOL");
    }
}

void FolderEndpoint::end_if_interrupted() const {
    if (m_context.interrupted != nullptr && m_context.interrupted->load()) {
        throw Error(FailureClass::temporary, Message{"SYS-INTERRUPTED"});
    }
}

/// Anew each time: a share may have been mounted over the folder, or have gone from it. The folder itself may
/// be a link; a person has named it.
FileDescriptor FolderEndpoint::open_root() const {
    end_if_interrupted();
    FileDescriptor root(::open(m_address.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root.is_open()) {
        fail(errno, "");
    }
    return root;
}

/// Nothing if a folder on the way to the name is not there, or is a link.
std::optional<Place> FolderEndpoint::find_place(const std::string& name) const {
    if (!is_entry_name(name)) {
        return std::nullopt;
    }
    Place place{.folder = open_root(), .name = name};
    for (std::size_t slash = place.name.find('/'); slash != std::string::npos; slash = place.name.find('/')) {
        const std::string part = place.name.substr(0, slash);
        FileDescriptor next(
            ::openat(place.folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next.is_open()) {
            if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) {
                return std::nullopt;
            }
            fail(errno, name);
        }
        place.folder = std::move(next);
        place.name.erase(0, slash + 1);
    }
    return place;
}

Place FolderEndpoint::place_of(const std::string& name) const {
    std::optional<Place> place = find_place(name);
    if (!place) {
        fail(ENOENT, name);
    }
    return std::move(*place);
}

Listing FolderEndpoint::list(const ListOptions& options) {
    meet("folder.list", "");
    Listing listing;
    walk(open_root(), "", options.depth, options, listing);
    return listing;
}

void FolderEndpoint::walk(FileDescriptor folder, const std::string& prefix, unsigned depth,
                          const ListOptions& options, Listing& listing) const {
    end_if_interrupted();
    const int descriptor = ::dup(folder.get());  // closed with the directory
    const Directory directory(descriptor < 0 ? nullptr : ::fdopendir(descriptor));
    if (!directory) {
        fail(errno, prefix);
    }
    while (true) {
        errno = 0;
        const dirent* const row = ::readdir(directory.get());
        if (row == nullptr) {
            break;
        }
        const std::string_view name = row->d_name;
        if (name != "." && name != "..") {
            add(folder.get(), prefix, row->d_name, depth, options, listing);
        }
    }
    if (errno != 0) {
        fail(errno, prefix);
    }
}

void FolderEndpoint::add(int folder, const std::string& prefix, const char* name, unsigned depth,
                         const ListOptions& options, Listing& listing) const {
    struct stat info {};
    if (::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) {
            return;  // gone since
        }
        fail(errno, prefix + name);
    }
    Entry entry = entry_of(prefix + name, info);
    const bool enters =
        entry.kind == Entry::Kind::folder && depth > 1 && (!options.enters || options.enters(entry.name));
    if (!enters) {
        listing.entries.push_back(std::move(entry));
        return;
    }
    FileDescriptor inner(::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (inner.is_open()) {
        walk(std::move(inner), entry.name + "/", depth - 1, options, listing);
    } else if (errno != ENOENT) {
        fail(errno, entry.name);
    }
}

std::optional<Entry> FolderEndpoint::look(const std::string& name) {
    const std::optional<Place> place = find_place(name);
    if (!place) {
        return std::nullopt;
    }
    struct stat info {};
    if (::fstatat(place->folder.get(), place->name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
        return entry_of(name, info);
    }
    if (errno != ENOENT) {
        fail(errno, name);
    }
    return std::nullopt;
}

void FolderEndpoint::fetch(const std::string& name, const std::function<void(std::string_view)>& take) {
    meet("folder.fetch", name);
    const Place place = place_of(name);
    struct stat info {};
    // A look first: to open a device may already do something.
    if (::fstatat(place.folder.get(), place.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        fail(errno, name);
    }
    const auto refuse_other = [&] {
        if (!S_ISREG(info.st_mode)) {
            fail(ENXIO, name);
        }
    };
    refuse_other();
    const FileDescriptor file(::openat(place.folder.get(), place.name.c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.is_open() || ::fstat(file.get(), &info) != 0) {
        fail(errno, name);
    }
    refuse_other();
    const std::unique_ptr<char[]> block = std::make_unique_for_overwrite<char[]>(block_size);
    while (true) {
        end_if_interrupted();
        const ssize_t count = ::read(file.get(), block.get(), block_size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail(errno, name);
        }
        if (count == 0) {
            return;
        }
        take({block.get(), static_cast<std::size_t>(count)});
    }
}

void FolderEndpoint::copy(int local, const std::filesystem::path& path, int target,
                          const std::string& name) const {
    const std::unique_ptr<char[]> block = std::make_unique_for_overwrite<char[]>(block_size);
    while (true) {
        end_if_interrupted();
        const ssize_t count = ::read(local, block.get(), block_size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail_with_local_file(path, errno);
        }
        if (count == 0) {
            return;
        }
        if (const int error = write_fully(target, {block.get(), static_cast<std::size_t>(count)})) {
            fail(error, name);
        }
    }
}

void FolderEndpoint::sync(int descriptor, const std::string& name) const {
    if (::fsync(descriptor) != 0 && !is_sync_unknown(errno)) {
        fail(errno, name);
    }
}

void FolderEndpoint::store(const std::string& name, const std::filesystem::path& local) {
    const FileDescriptor source(::open(local.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source.is_open()) {
        fail_with_local_file(local, errno);
    }
    const Place place = place_of(name);
    // 1C reads it as another user: how far it is open to others is what the process' umask says.
    FileDescriptor target(::openat(place.folder.get(), place.name.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!target.is_open()) {
        fail(errno, name);
    }
    try {
        meet("folder.store", name);
        copy(source.get(), local, target.get(), name);
        sync(target.get(), name);
        if (const int error = target.close()) {
            fail(error, name);
        }
    } catch (...) {
        ::unlinkat(place.folder.get(), place.name.c_str(), 0);
        throw;
    }
    sync(place.folder.get(), name);
    meet("folder.stored", name);
}

void FolderEndpoint::rename(const std::string& from, const std::string& to) {
    meet("folder.rename", from);
    const Place source = place_of(from);
    const Place target = place_of(to);
    const int error = rename_exclusively(source.folder.get(), source.name.c_str(), target.folder.get(),
                                         target.name.c_str());
    if (error != 0) {
        fail(error, error == EEXIST ? to : from);
    }
    sync(target.folder.get(), to);
    sync(source.folder.get(), from);
    meet("folder.renamed", from);
}

void FolderEndpoint::remove(const std::string& name) {
    meet("folder.remove", name);
    const std::optional<Place> place = find_place(name);
    if (!place) {
        return;
    }
    if (::unlinkat(place->folder.get(), place->name.c_str(), 0) != 0 && errno != ENOENT) {
        fail(errno, name);
    }
    sync(place->folder.get(), name);
    meet("folder.removed", name);
}

void FolderEndpoint::make_folder(const std::string& name) {
    const Place place = place_of(name);
    if (::mkdirat(place.folder.get(), place.name.c_str(), 0777) == 0) {
        sync(place.folder.get(), name);
        return;
    }
    const int error = errno;
    struct stat info {};
    const bool is_there =
        error == EEXIST &&
        ::fstatat(place.folder.get(), place.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(info.st_mode);
    if (!is_there) {
        fail(error, name);
    }
}

}  // namespace

std::unique_ptr<Endpoint> open_folder_endpoint(const config::EndpointSettings& settings,
                                               const Address& address, const EndpointContext& context) {
    return std::make_unique<FolderEndpoint>(settings, address, context);
}

}  // namespace obmen::endpoint
