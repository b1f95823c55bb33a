#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "arrival/collector_settings.hpp"
#include "arrival/tracked_files.hpp"
#include "config/settings.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::arrival {

/// Does with files whose packages have ended what the settings say (SourceSettings::archive).
class Archiver {
  public:
    /// What is named must outlive the object.
    Archiver(const config::SourceSettings& settings, endpoint::Endpoint& source, SourceMemory& memory,
             Clock& clock)
        : m_settings(settings), m_source(source), m_memory(memory), m_clock(clock) {}

    /// What a process that ended in the middle of a deletion has left under its private name goes, or, if it
    /// is not the file that was copied, gets its own name back. \pre `files` are as they were before this
    /// listing
    void finish_removals(const endpoint::Listing& listing, TrackedFiles& files);
    /// A file goes only while the source shows the very one that was copied. What fails is tried again, later
    /// each time. Throws what concerns the source as a whole.
    void run(TrackedFiles& files, CollectorReport& report);

  private:
    [[nodiscard]] bool put_away(TrackedFiles& files, TrackedFile& file, CollectorReport& report);
    void finish_removal(const endpoint::Entry& left, TrackedFiles& files);
    void move(const TrackedFile& file);
    void remove(const TrackedFile& file);
    void give_back(const std::string& from, const std::string& name);
    void make_folders(const std::string& name);
    /// Markers for a whole folder that speak for this file.
    [[nodiscard]] static std::set<std::string> common_markers_of(const TrackedFiles& files,
                                                                 const std::string& name);
    void remove_common_markers(TrackedFiles& files, const std::set<std::string>& freed);
    [[nodiscard]] bool shows_news(TrackedFiles& files);

    const config::SourceSettings& m_settings;
    endpoint::Endpoint& m_source;
    SourceMemory& m_memory;
    Clock& m_clock;
    std::map<std::string, endpoint::Entry> m_idle_markers;  ///< seen so by the last look
};

}  // namespace obmen::arrival
