#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arrival/intake.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::arrival {

/// What has become of a file of a source. Stored: the numbers never change.
enum class SourceFileState : std::uint8_t {
    seen = 0,     ///< waits to be copied
    copied = 1,   ///< a private copy is on disk, and waits to be whole or for its partners
    packaged = 2  ///< is in a package
};

/// What is remembered of a file of a source, over restarts too.
struct RememberedFile {
    std::string name;  ///< bytes as the source has them
    std::uint64_t size = 0;
    std::optional<UtcTime> modified{};
    std::string identity{};
    UtcTime first_seen{};   ///< this content of it, by our clock
    UtcTime still_since{};  ///< size, modified and identity have been the same since
    SourceFileState state = SourceFileState::seen;
    std::uint64_t attempts = 0;  ///< copies, or moves to the archive, that failed in a row
    std::string copy{};          ///< copied: its name in the landing directory; packaged: in the spool
    std::string sha256{};
    std::string package{};            ///< that it is in, or was in before its identity changed
    std::optional<Message> reason{};  ///< why it waits
};

/// A package that is durable in the spool and not recorded yet.
struct CollectedPackage {
    SpooledPackage package;
    std::optional<Finding> fault;  ///< set: it is rejected before it is read
    bool has_both_halves = false;  ///< goods and their offers
};

struct RememberedSource {
    std::vector<RememberedFile> files;
    std::optional<UtcTime> listed_at;  ///< the last listing
    bool has_both_halves = false;      ///< an export of this source has had goods and their offers
};

/// Private copies that are not done with.
struct Backlog {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

/// What outlives the process. Every call is one transaction, which is on disk when it returns.
class SourceMemory {
  public:
    SourceMemory() = default;
    virtual ~SourceMemory() = default;
    SourceMemory(const SourceMemory&) = delete;
    SourceMemory& operator=(const SourceMemory&) = delete;

    [[nodiscard]] virtual RememberedSource load() = 0;
    virtual void save(const std::vector<RememberedFile>& changed,
                      const std::vector<std::string>& forgotten) = 0;
    virtual void note_listing(UtcTime now) = 0;
    /// The package becomes known, and what has become of its files, all at once.
    virtual void record(const CollectedPackage& package, const std::vector<RememberedFile>& files,
                        UtcTime now) = 0;
    /// Packages whose files a person wants taken anew since the last call.
    [[nodiscard]] virtual std::vector<std::string> take_forgotten_packages() { return {}; }
    /// Of the packages that files of this source are in: those that have ended, with their receipts.
    [[nodiscard]] virtual std::vector<std::string> ended_packages() = 0;
    /// Of the packages of this source that have not ended.
    [[nodiscard]] virtual Backlog backlog() = 0;
    /// Has a catalogue with this Ид been read before?
    [[nodiscard]] virtual bool knows_catalogue(const std::string& id) = 0;
};

}  // namespace obmen::arrival
