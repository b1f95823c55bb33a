#include "endpoint/sftp_endpoint.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "endpoint/name_text.hpp"
#include "endpoint/names.hpp"
#include "endpoint/sftp_session.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::endpoint {

namespace {

/// What libssh2 reads ahead and sends ahead: 191 MiB/s, where 32 KiB gives 38 (reference exchange.md §6.5).
constexpr std::size_t block_size = std::size_t{1} << 20U;
/// A name that does not fit would cost all that follow it in the same packet (reference exchange.md §6.4).
constexpr std::size_t longest_name = std::size_t{64} << 10U;
constexpr std::size_t most_names = 1'000'000;
/// Tells the end of a folder, where libssh2 leaves the attributes alone, from a name of no length.
constexpr unsigned long untouched = ~0UL;

Error temporary(Message message) {
    return {FailureClass::temporary, std::move(message)};
}

Entry::Kind kind_of(const LIBSSH2_SFTP_ATTRIBUTES& attributes) {
    if ((attributes.flags & LIBSSH2_SFTP_ATTR_PERMISSIONS) == 0) {
        return Entry::Kind::other;
    }
    switch (attributes.permissions & LIBSSH2_SFTP_S_IFMT) {
        case LIBSSH2_SFTP_S_IFREG:
            return Entry::Kind::file;
        case LIBSSH2_SFTP_S_IFDIR:
            return Entry::Kind::folder;
        default:
            return Entry::Kind::other;
    }
}

Entry entry_of(std::string name, const LIBSSH2_SFTP_ATTRIBUTES& attributes) {
    Entry entry{std::move(name), kind_of(attributes)};
    if ((attributes.flags & LIBSSH2_SFTP_ATTR_SIZE) != 0 && entry.kind == Entry::Kind::file) {
        entry.size = attributes.filesize;
    }
    if ((attributes.flags & LIBSSH2_SFTP_ATTR_ACMODTIME) != 0) {
        entry.modified = UtcTime(std::chrono::seconds(attributes.mtime));
    }
    return entry;
}

/// Reads a local file block by block.
class LocalFile {
  public:
    explicit LocalFile(const std::filesystem::path& path)
        : m_path(path), m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), m_left(file_size()) {}

    /// How many bytes it still has, as far as was known when it was opened.
    [[nodiscard]] std::uint64_t left() const { return m_left; }

    /// Empty at the end; valid until the next call.
    std::string_view next_block() {
        ssize_t count = 0;
        do {
            count = ::read(m_file.get(), m_block.data(), m_block.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) {
            fail(errno);
        }
        m_left -= std::min(m_left, static_cast<std::uint64_t>(count));
        return {m_block.data(), static_cast<std::size_t>(count)};
    }

  private:
    [[noreturn]] void fail(int error) const {
        throw temporary({"SYS-FILE", {m_path.string(), std::generic_category().message(error)}});
    }

    [[nodiscard]] std::uint64_t file_size() const {
        if (!m_file.is_open()) {
            fail(errno);
        }
        const off_t size = ::lseek(m_file.get(), 0, SEEK_END);
        ::lseek(m_file.get(), 0, SEEK_SET);
        return size < 0 ? 0 : static_cast<std::uint64_t>(size);
    }

    std::filesystem::path m_path;
    FileDescriptor m_file;
    std::uint64_t m_left;
    std::vector<char> m_block = std::vector<char>(block_size);
};

class SftpEndpoint : public Endpoint {
  public:
    SftpEndpoint(config::EndpointSettings settings, Address address, const EndpointContext& context)
        : m_settings(std::move(settings)), m_address(std::move(address)), m_context(context) {}

    [[nodiscard]] std::string shown() const override { return endpoint::shown(m_address); }

    [[nodiscard]] Listing list(const ListOptions& options) override {
        Listing out;
        list_folder("", options, 1, out);
        return out;
    }

    [[nodiscard]] std::optional<Entry> look(const std::string& name) override {
        if (!is_entry_name(name)) {
            return std::nullopt;
        }
        const std::optional<LIBSSH2_SFTP_ATTRIBUTES> found = session().look(path(name));
        return found ? std::optional(entry_of(name, *found)) : std::nullopt;
    }

    void fetch(const std::string& name, const std::function<void(std::string_view)>& take) override {
        const std::string file = path(name);
        const std::optional<LIBSSH2_SFTP_ATTRIBUTES> found = session().look(file);
        if (!found) {
            m_session->fail(LIBSSH2_FX_NO_SUCH_FILE, file);
        }
        // Opening a pipe would wait for its other end.
        if (kind_of(*found) != Entry::Kind::file) {
            const std::string why = as_argument(Message{"SRC-NOT-FILE", {shown(name)}});
            throw temporary({"SRC-PROTOCOL", {shown(), why}});
        }
        SftpHandle handle = m_session->open_file(file);
        read_all(handle, file, take);
        check(handle.close(), file);
    }

    void store(const std::string& name, const std::filesystem::path& local) override {
        const std::string file = path(name);
        LocalFile source(local);
        std::optional<SftpHandle> handle = session().create_file(file);
        if (!handle) {
            fail_taken(LIBSSH2_FX_FAILURE, file);
        }
        write_all(*handle, file, source);
        const unsigned long synced = m_session->status_of(
            m_session->ssh().complete([&] { return ::libssh2_sftp_fsync(handle->get()); }));
        check(synced == LIBSSH2_FX_OP_UNSUPPORTED ? 0 : synced, file);
        check(handle->close(), file);
    }

    void rename(const std::string& from, const std::string& to) override {
        // Some servers would replace the target, OpenSSH for Windows loses the file if both are the same.
        const std::string target = path(to);
        if (session().look(target)) {
            throw temporary({"SRC-EXISTS", {shown(), shown(to)}});
        }
        const std::string source = path(from);
        const unsigned long status = m_session->rename(source, target);
        if (status == LIBSSH2_FX_FAILURE) {
            fail_taken(status, target);
        }
        check(status, source);
    }

    void remove(const std::string& name) override {
        const std::string file = path(name);
        const unsigned long status = session().remove(file);
        if (status != LIBSSH2_FX_NO_SUCH_FILE && status != LIBSSH2_FX_NO_SUCH_PATH) {
            check(status, file);
        }
    }

    void make_folder(const std::string& name) override {
        const std::string folder = path(name);
        const unsigned long status = session().make_folder(folder);
        if (status != LIBSSH2_FX_FAILURE && status != LIBSSH2_FX_FILE_ALREADY_EXISTS) {
            return check(status, folder);
        }
        const std::optional<LIBSSH2_SFTP_ATTRIBUTES> found = m_session->look(folder);
        if (!found || kind_of(*found) != Entry::Kind::folder) {
            m_session->fail(found ? LIBSSH2_FX_FILE_ALREADY_EXISTS : status, folder);
        }
    }

    void disconnect() noexcept override { m_session.reset(); }

  private:
    SftpSession& session() {
        if (!m_session || !m_session->alive()) {
            m_session.reset();
            m_session = std::make_unique<SftpSession>(m_settings, m_address, m_context);
        }
        return *m_session;
    }

    [[nodiscard]] std::string shown(const std::string& name) const {
        return shown_name(name, m_settings.charset);
    }

    /// Never out of the endpoint's folder.
    std::string path(const std::string& name) {
        if (!is_entry_name(name)) {
            throw temporary({"SRC-MISSING", {shown(), shown(name)}});
        }
        return session().folder() + "/" + name;
    }

    void check(unsigned long status, const std::string& path) {
        if (status != 0) {
            m_session->fail(status, path);
        }
    }

    /// A server that says no more than "failure" may mean that the name is taken.
    [[noreturn]] void fail_taken(unsigned long status, const std::string& path) {
        m_session->fail(m_session->look(path) ? LIBSSH2_FX_FILE_ALREADY_EXISTS : status, path);
    }

    void list_folder(const std::string& folder, const ListOptions& options, unsigned level, Listing& out) {
        const std::string path = folder_path(folder);
        SftpHandle handle = open_listed(path, folder);
        std::vector<std::string> inner;
        std::string name(longest_name, '\0');
        while (true) {
            LIBSSH2_SFTP_ATTRIBUTES attributes{};
            attributes.flags = untouched;
            const int size = m_session->ssh().complete([&] {
                return ::libssh2_sftp_readdir_ex(handle.get(), name.data(), name.size(), nullptr, 0,
                                                 &attributes);
            });
            if (size == 0 && attributes.flags == untouched) {
                break;
            }
            check_listed(size, path, out.entries.size() + out.unusable.size() + inner.size());
            take_in(folder, std::string_view(name).substr(0, static_cast<std::size_t>(size)), attributes,
                    options, level, inner, out);
        }
        const unsigned long closed = handle.close();
        if (closed != 0) {
            fail_listing(m_session->refusal(closed, path));
        }
        for (const std::string& one : inner) {
            list_folder(one, options, level + 1, out);
        }
    }

    std::string folder_path(const std::string& folder) {
        const std::string& base = session().folder();
        if (folder.empty()) {
            return base.empty() ? "/" : base;
        }
        return base + "/" + folder;
    }

    SftpHandle open_listed(const std::string& path, const std::string& folder) {
        try {
            return m_session->open_folder(path);
        } catch (const Error& error) {
            if (folder.empty() || error.finding().message.code != Code{"SRC-MISSING"}) {
                throw;
            }
        }
        fail_listing(as_argument(Message{"SRC-VANISHED", {shown(folder)}}));
    }

    void check_listed(int size, const std::string& path, std::size_t names) {
        if (size == LIBSSH2_ERROR_BUFFER_TOO_SMALL) {
            fail_listing(m_session->ssh().last_error_text());
        }
        const unsigned long status = m_session->status_of(size);
        if (status != 0) {
            fail_listing(m_session->refusal(status, path));
        }
        if (names >= most_names) {
            fail_listing("> " + std::to_string(most_names));
        }
    }

    [[noreturn]] void fail_listing(std::string why) const {
        throw temporary({"SRC-LISTING", {shown(), std::move(why)}});
    }

    /// One name of a folder.
    void take_in(const std::string& folder, std::string_view part, LIBSSH2_SFTP_ATTRIBUTES attributes,
                 const ListOptions& options, unsigned level, std::vector<std::string>& inner, Listing& out) {
        if (part == "." || part == "..") {
            return;
        }
        std::string name = folder + (folder.empty() ? "" : "/") + std::string(part);
        if (part.find('/') != std::string_view::npos || !is_entry_name(name)) {
            out.unusable.push_back(shown(name));
            return;
        }
        Entry entry = entry_of(name, attributes);
        const bool entered = entry.kind == Entry::Kind::folder && level < options.depth &&
                             (!options.enters || options.enters(name));
        if (entered) {
            inner.push_back(std::move(name));
        } else {
            out.entries.push_back(std::move(entry));
        }
    }

    void read_all(SftpHandle& handle, const std::string& path,
                  const std::function<void(std::string_view)>& take) {
        std::vector<char> block(block_size);
        while (true) {
            const ssize_t count = m_session->ssh().complete(
                [&] { return ::libssh2_sftp_read(handle.get(), block.data(), block.size()); });
            if (count == 0) {
                return;
            }
            check(m_session->status_of(count), path);
            take({block.data(), static_cast<std::size_t>(count)});
        }
    }

    void write_all(SftpHandle& handle, const std::string& path, LocalFile& source) {
        for (std::string_view block = source.next_block(); !block.empty(); block = source.next_block()) {
            while (!block.empty()) {
                const ssize_t count = m_session->ssh().complete(
                    [&] { return ::libssh2_sftp_write(handle.get(), block.data(), block.size()); });
                const unsigned long status = m_session->status_of(count);
                if (status != 0) {
                    fail_written(status, path, block.size() + source.left());
                }
                block.remove_prefix(static_cast<std::size_t>(count));
            }
        }
    }

    /// OpenSSH does not say that its disk is full.
    [[noreturn]] void fail_written(unsigned long status, const std::string& path, std::uint64_t left) {
        if (status == LIBSSH2_FX_FAILURE) {
            const std::optional<std::uint64_t> free =
                m_session->free_bytes(path.substr(0, path.find_last_of('/') + 1));
            status = free && *free < left ? LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM : status;
        }
        m_session->fail(status, path);
    }

    config::EndpointSettings m_settings;
    Address m_address;
    EndpointContext m_context;
    std::unique_ptr<SftpSession> m_session;
};

}  // namespace

std::unique_ptr<Endpoint> open_sftp_endpoint(const config::EndpointSettings& settings, const Address& address,
                                             const EndpointContext& context) {
    if (address.user.empty()) {
        throw Error(FailureClass::bad_config,
                    Message{"SRC-URL", {endpoint::shown(address), "sftp://user@host/…"}});
    }
    return std::make_unique<SftpEndpoint>(settings, address, context);
}

}  // namespace obmen::endpoint
