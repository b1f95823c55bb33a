#include "daemon/folder_watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace obmen::daemon {

namespace {

/// More folders than any export has; the poll sees the rest.
constexpr std::size_t most_folders = 2'000;
constexpr std::string_view folder_scheme = "folder:";

}  // namespace

FolderWatch::FolderWatch(std::filesystem::path folder, unsigned depth, Log& log)
    : m_folder(std::move(folder)),
      m_depth(depth),
      m_log(log),
      m_inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!m_inotify.is_open()) {
        give_up(std::strerror(errno));
        return;
    }
    refresh();
}

void FolderWatch::give_up(const std::string& reason) {
    m_log.debug(
        fmt::format("{}: the kernel does not tell of changes ({}); polling", m_folder.string(), reason));
    m_inotify.close();
    m_watched.clear();
}

bool FolderWatch::add(const std::filesystem::path& folder) {
    const int number = ::inotify_add_watch(m_inotify.get(), folder.c_str(),
                                           IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                                               IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW);
    if (number >= 0) {
        m_watched[number] = folder;
        return true;
    }
    if (errno == ENOSPC || errno == ENOMEM) {
        give_up(std::strerror(errno));
    }
    return false;
}

void FolderWatch::add_below(const std::filesystem::path& folder, unsigned levels) {
    if (levels == 0 || !m_inotify.is_open() || m_watched.size() >= most_folders || !add(folder)) {
        return;
    }
    if (levels == 1) {
        return;
    }
    std::error_code gone;
    for (std::filesystem::directory_iterator entry(folder, gone), end; !gone && entry != end;
         entry.increment(gone)) {
        std::error_code unknown;
        // Ours and other programs' hidden folders are not looked at either.
        if (!entry->path().filename().string().starts_with('.') &&
            entry->symlink_status(unknown).type() == std::filesystem::file_type::directory) {
            add_below(entry->path(), levels - 1);
        }
    }
}

void FolderWatch::refresh() {
    if (m_inotify.is_open() && (m_is_stale || m_watched.empty())) {
        add_below(m_folder, m_depth);
        m_is_stale = false;
    }
}

bool FolderWatch::take() {
    alignas(inotify_event) std::array<char, 16'384> buffer{};
    bool happened = false;
    while (m_inotify.is_open()) {
        const ssize_t size = ::read(m_inotify.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            break;
        }
        happened = true;
        for (ssize_t at = 0; at < size;) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            at += static_cast<ssize_t>(sizeof event + event.len);
            if ((event.mask & IN_IGNORED) != 0) {
                m_watched.erase(event.wd);
            }
            if ((event.mask & (IN_ISDIR | IN_Q_OVERFLOW | IN_IGNORED | IN_MOVE_SELF)) != 0) {
                m_is_stale = true;
            }
        }
    }
    return happened;
}

std::optional<std::filesystem::path> local_folder(const std::string& url) {
    return url.starts_with(folder_scheme)
               ? std::optional<std::filesystem::path>(url.substr(folder_scheme.size()))
               : std::nullopt;
}

}  // namespace obmen::daemon
