#pragma once

#include <set>
#include <string>
#include <vector>

#include "arrival/archiver.hpp"
#include "arrival/assembly.hpp"
#include "arrival/collector_settings.hpp"
#include "arrival/content.hpp"
#include "arrival/copier.hpp"
#include "arrival/group_wait.hpp"
#include "arrival/landing.hpp"
#include "arrival/package_maker.hpp"
#include "arrival/source_memory.hpp"
#include "arrival/tracked_files.hpp"
#include "endpoint/endpoint.hpp"
#include "support/clock.hpp"

namespace obmen::arrival {

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
    /// What is not taken yet.
    struct Queue {
        std::vector<GroupFacts> waiting{};
        /// Since when (first sight) an archive waits of which nobody knows what is in it: no room to unpack
        /// it.
        Duration unknown_since = Duration::max();

        /// Might one of them, taken later, undo this one? \param came when the last of its files was first
        /// seen
        [[nodiscard]] bool must_wait(const GroupFacts& facts, Duration came) const;
    };

    void forget_on_request();
    void require_sentinel(const endpoint::Listing& listing);
    void drop_lost_copies();
    void read_contents();
    [[nodiscard]] std::optional<Message> sidecar_fault_of(TrackedFile& file);
    void read_content(TrackedFile& file);
    void make_packages(CollectorReport& report);
    [[nodiscard]] bool has_made(TrackedFile& first, const std::function<void()>& make,
                                CollectorReport& report);
    [[nodiscard]] std::vector<TrackedFile*> whole_copies();
    void record_in_order(std::vector<WaitingGroup> groups, std::vector<NewPackage> archives, Queue queue,
                         CollectorReport& report);
    void give_up_stubs(CollectorReport& report);
    void record(NewPackage package, CollectorReport& report);
    void count(CollectorReport& report);
    void remove_dropped_copies();

    CollectorSettings m_settings;
    endpoint::Endpoint& m_source;
    SourceMemory& m_memory;
    ContentReader& m_reader;
    Clock& m_clock;
    Landing m_landing;
    TrackedFiles m_files;
    Copier m_copier;
    PackageMaker m_maker;
    Archiver m_archiver;
    std::set<std::string> m_taken_catalogues;
    std::set<std::string> m_without_room;  ///< first files of packages of which that has been said
};

}  // namespace obmen::arrival
