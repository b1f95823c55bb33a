#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "support/file.hpp"
#include "support/log.hpp"

namespace obmen::daemon {

/// The kernel's word that something has changed in a local folder (inotify). A hint to look sooner, never the
/// truth: shares say nothing, queues overflow, limits are reached; then the poll alone tells.
class FolderWatch {
  public:
    /// Watches `folder` and the folders in it, `depth` levels in all. `log` must outlive the object.
    FolderWatch(std::filesystem::path folder, unsigned depth, Log& log);

    /// Readable when something has happened; -1 where the kernel cannot tell.
    [[nodiscard]] int descriptor() const { return m_inotify.get(); }
    /// Takes the events in. \returns whether there was one
    [[nodiscard]] bool take();
    /// Watches what is not watched yet, also a folder that has come back. Cheap when all is watched.
    void refresh();

  private:
    [[nodiscard]] bool add(const std::filesystem::path& folder);
    void add_below(const std::filesystem::path& folder, unsigned levels);
    void give_up(const std::string& reason);

    std::filesystem::path m_folder;
    unsigned m_depth;
    Log& m_log;
    FileDescriptor m_inotify;
    std::map<int, std::filesystem::path> m_watched;  ///< by the kernel's number
    bool m_is_stale = true;                          ///< folders have come or gone
};

/// The folder of an address `folder:/path`; nothing for another kind of address.
[[nodiscard]] std::optional<std::filesystem::path> local_folder(const std::string& url);

}  // namespace obmen::daemon
