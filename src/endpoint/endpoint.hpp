#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"

/// Folders on this machine and on servers: where exports come from and receipts go to.
namespace obmen::endpoint {

/// One entry of a folder.
struct Entry {
    enum class Kind : std::uint8_t { file, folder, other };  ///< other: a link, pipe, device: never opened

    /// Bytes as the server has them, relative to the endpoint's folder, `/` between folders; never a local
    /// path, and never with a `.` or `..` part.
    std::string name;
    Kind kind = Kind::file;
    std::uint64_t size = 0;
    /// By the server's clock, as exactly as it tells; nothing where it does not. Never from a plain LIST,
    /// whose times have neither a zone nor seconds.
    std::optional<UtcTime> modified{};
    /// Device and inode, or what MLSD calls `unique`: tells another file under an old name. Empty: not known.
    std::string identity{};

    bool operator==(const Entry&) const = default;
};

struct Listing {
    std::vector<Entry> entries;  ///< files and others, in no order; folders only where they were not entered
    std::vector<std::string>
        unusable;  ///< names that cannot be used (`..`, a slash, a line break by FTP), as they are shown
};

struct ListOptions {
    unsigned depth = 1;  ///< levels of folders: 1 is the endpoint's own folder alone
    /// False for a folder (its name as in Entry) leaves it unentered. May be empty.
    std::function<bool(std::string_view)> enters{};
};

/// A folder on this machine or on a server. Connects when it is first needed and again after a failure. Not
/// for several threads.
///
/// Failures are Error with a code SRC-…: temporary where trying again may help (SRC-CONNECT, SRC-STALLED,
/// SRC-BUSY, SRC-MISSING, SRC-DENIED, SRC-FULL, SRC-EXISTS, SRC-LISTING, SRC-SIZE, SRC-PROTOCOL), bad_config
/// where a person is needed and trying again may do harm (SRC-URL, SRC-LOGIN, SRC-CERTIFICATE, SRC-TLS,
/// SRC-HOST-KEY-UNKNOWN, SRC-HOST-KEY-CHANGED, SRC-HOST-KEY-REVOKED, SRC-CRYPTO, SRC-KEY, SYS-KEY-READABLE).
/// Local files that fail are SYS-FILE, SYS-DISK-FULL. SYS-INTERRUPTED (temporary) when the process is to end.
/// No text holds a secret. Times without any progress end in SRC-STALLED (EndpointSettings::stall_seconds).
class Endpoint {
  public:
    Endpoint() = default;
    virtual ~Endpoint() = default;
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    /// Address without secrets, for people; valid UTF-8.
    [[nodiscard]] virtual std::string shown() const = 0;
    /// A missing folder is SRC-MISSING, never an empty listing; half a listing is SRC-LISTING.
    [[nodiscard]] virtual Listing list(const ListOptions& options) = 0;
    /// What a listing would say of `name` now, without following links; nothing if there is no such file.
    [[nodiscard]] virtual std::optional<Entry> look(const std::string& name) = 0;
    /// Hands over the bytes of a regular file, binary, in blocks. What arrives need not be all of it: the
    /// caller compares look() before and after (reference exchange.md §1.2). `take` may throw.
    virtual void fetch(const std::string& name, const std::function<void(std::string_view)>& take) = 0;
    /// Writes a new file with the bytes of a local one and makes the server keep it as well as it can (fsync
    /// where it is offered). SRC-EXISTS if the name is taken, where that can be told. Says nothing of whether
    /// all arrived: look() at the size. After a failure a part of it may be there.
    virtual void store(const std::string& name, const std::filesystem::path& local) = 0;
    /// Never over an existing name: SRC-EXISTS, also where the server would replace it.
    virtual void rename(const std::string& from, const std::string& to) = 0;
    /// A file that is not there is no failure.
    virtual void remove(const std::string& name) = 0;
    /// One that is there already is no failure.
    virtual void make_folder(const std::string& name) = 0;
    /// Ends a connection that is open; the next call makes a new one.
    virtual void disconnect() noexcept = 0;
};

/// What endpoints work with; all of it must outlive them.
struct EndpointContext {
    Clock& clock;
    Log& log;
    const std::atomic<bool>* interrupted =
        nullptr;  ///< true ends transfers with SYS-INTERRUPTED; may be null
};

/// By the scheme of the address: `folder:`, `ftp:`, `ftps:` (implicit), `ftpes:` (explicit TLS), `sftp:`.
/// Connects to nothing yet. Throws SRC-URL (bad_config).
[[nodiscard]] std::unique_ptr<Endpoint> open_endpoint(const config::EndpointSettings& settings,
                                                      const EndpointContext& context);

}  // namespace obmen::endpoint
