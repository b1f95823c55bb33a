#pragma once

#include <vector>

#include "arrival/collector_settings.hpp"
#include "arrival/landing.hpp"
#include "arrival/source_memory.hpp"
#include "arrival/tracked_files.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::arrival {

/// Copies what has settled and is marked, as long as there is room for it.
class Copier {
  public:
    /// What is named must outlive the object.
    Copier(const CollectorSettings& settings, endpoint::Endpoint& source, SourceMemory& memory,
           Landing& landing, TrackedFiles& files);

    /// Every copy is on disk before the row that names it, and both before this returns. Throws what concerns
    /// the source as a whole; the copies that were made until then are kept.
    void run(CollectorReport& report);

    /// Unfinished for so long, and not growing any more: not to be waited for.
    [[nodiscard]] bool is_stub(const TrackedFile& file) const { return wait_of_stub(file) <= Duration{0}; }
    [[nodiscard]] Duration wait_of_stub(const TrackedFile& file) const;

  private:
    [[nodiscard]] std::vector<TrackedFile*> ready_files(CollectorReport& report);
    [[nodiscard]] Backlog copies_ahead();
    [[nodiscard]] bool has_room(const TrackedFile& file, const Backlog& ahead, CollectorReport& report);
    [[nodiscard]] bool copy(TrackedFile& file, CollectorReport& report);
    void put_off(TrackedFile& file, const Message& reason, CollectorReport& report);
    [[nodiscard]] bool take_over(TrackedFile& file, FetchedFile fetched, std::string copy);

    const CollectorSettings& m_settings;
    endpoint::Endpoint& m_source;
    SourceMemory& m_memory;
    Landing& m_landing;
    TrackedFiles& m_files;
    bool m_disk_is_low = false;
};

}  // namespace obmen::arrival
