#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arrival/archiver.hpp"
#include "arrival/content.hpp"
#include "arrival/landing.hpp"
#include "arrival/package_maker.hpp"
#include "arrival/source_memory.hpp"
#include "arrival/tracked_files.hpp"
#include "config/settings.hpp"
#include "endpoint/endpoint.hpp"
#include "support/clock.hpp"

namespace obmen::arrival {

/// Bytes that are free on the disk of a directory. Throws SYS-FILE (temporary).
[[nodiscard]] std::uint64_t free_bytes_of(const std::filesystem::path& directory);

struct CollectorSettings {
    config::SourceSettings source;
    std::filesystem::path landing;  ///< this source's own, on the disk of the spool
    std::filesystem::path spool;
    ArchiveLimits archive_limits{};
    std::uint64_t disk_low_bytes = 0;  ///< that must stay free
    std::function<std::uint64_t(const std::filesystem::path&)> free_bytes = free_bytes_of;
};

/// What one look has brought; as exchange::IntakeReport.
struct CollectorReport {
    std::vector<std::string> packages;
    std::uint64_t files = 0;
    std::uint64_t waiting = 0;
    std::optional<Duration> look_again_in;
    std::vector<Finding> notes;
};

/// Watches one source: what it shows, what of it is ready and whole, which files make a package, and what
/// becomes of them afterwards. Knows neither wires nor the ledger nor XML: an Endpoint shows and fetches, a
/// SourceMemory remembers, a ContentReader reads. Killed anywhere, the next one goes on without loss and
/// without a second package of the same file.
class Collector {
  public:
    /// Takes up what an earlier process has left. What is named must outlive the object.
    Collector(CollectorSettings settings, endpoint::Endpoint& source, SourceMemory& memory,
              ContentReader& reader, Clock& clock);

    /// One look. Throws what keeps the source from being read (SRC-…), SYS-FILE, SYS-DISK-FULL, and what the
    /// memory throws; the next look goes on from there.
    CollectorReport look();

  private:
    /// Files that would be one package, and why they are not yet.
    struct Waiting {
        std::vector<TrackedFile*> members;
        std::vector<ChosenPicture> pictures{};
        GroupFacts facts{};
        std::optional<Message> note{};  ///< what the package has to tell of its wait
    };

    void require_sentinel(const endpoint::Listing& listing);
    void copy_ready(CollectorReport& report);
    [[nodiscard]] std::vector<TrackedFile*> ready_files(CollectorReport& report);
    [[nodiscard]] bool copy(TrackedFile& file, CollectorReport& report);
    [[nodiscard]] Backlog copies_ahead();
    [[nodiscard]] bool has_room(const TrackedFile& file, const Backlog& ahead, CollectorReport& report);
    void read_contents();
    void read_content(TrackedFile& file);
    void give_up_stubs(CollectorReport& report);
    [[nodiscard]] bool is_stub(const TrackedFile& file) const;
    void make_packages(CollectorReport& report);
    [[nodiscard]] std::vector<TrackedFile*> whole_copies();
    [[nodiscard]] Waiting describe(const std::vector<TrackedFile*>& members) const;
    /// How long the files still wait for others; nothing: they go now.
    [[nodiscard]] std::optional<Duration> wait_of(Waiting& group);
    [[nodiscard]] std::optional<Duration> wait_for_set(const Waiting& group, Duration since);
    [[nodiscard]] std::optional<Duration> wait_for_half(Waiting& group, Duration since);
    [[nodiscard]] std::optional<Duration> wait_for_pictures(const Waiting& group, Duration since);
    [[nodiscard]] std::vector<ChosenPicture> pictures_of(const std::vector<TrackedFile*>& members);
    void record(NewPackage package, CollectorReport& report);
    void count(CollectorReport& report);
    void again_in(Duration wait, CollectorReport& report) const;
    void remove_dropped_copies();

    CollectorSettings m_settings;
    endpoint::Endpoint& m_source;
    SourceMemory& m_memory;
    ContentReader& m_reader;
    Clock& m_clock;
    Landing m_landing;
    TrackedFiles m_files;
    PackageMaker m_maker;
    Archiver m_archiver;
    Duration m_partner;
    Duration m_stub;
    bool m_disk_is_low = false;
};

}  // namespace obmen::arrival
