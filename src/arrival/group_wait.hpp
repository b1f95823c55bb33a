#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrival/assembly.hpp"
#include "arrival/picture_choice.hpp"
#include "arrival/source_memory.hpp"
#include "arrival/tracked_files.hpp"
#include "config/settings.hpp"

namespace obmen::arrival {

/// Private copies that would be one package.
struct WaitingGroup {
    std::vector<TrackedFile*> members;
    std::vector<ChosenPicture> pictures{};
    GroupFacts facts{};
    std::optional<Message> note{};  ///< what the package has to tell of its wait
};

/// How long groups of files wait for what else may belong to them, as one look shows it.
class GroupWait {
  public:
    /// What is named must outlive the object. \param taken catalogues that this process has made packages of
    GroupWait(const config::SourceSettings& settings, TrackedFiles& files, SourceMemory& memory,
              const std::set<std::string>& taken);

    /// Finds the group's pictures. \returns how long it has to wait at least; nothing: it goes now
    [[nodiscard]] std::optional<Duration> wait_of(WaitingGroup& group);

  private:
    [[nodiscard]] std::optional<Duration> wait_for_set(const WaitingGroup& group, Duration since) const;
    [[nodiscard]] std::optional<Duration> wait_for_half(WaitingGroup& group, Duration since);
    [[nodiscard]] std::optional<Duration> wait_for_pictures(const WaitingGroup& group, Duration since) const;

    TrackedFiles& m_files;
    SourceMemory& m_memory;
    const std::set<std::string>& m_taken;
    PictureChoice m_pictures;
    Duration m_partner;
    Duration m_stub;
    std::unordered_multimap<std::string, const TrackedFile*> m_on_their_way;  ///< by SetName::key()
};

}  // namespace obmen::arrival
