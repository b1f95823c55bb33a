#include "arrival/archiver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "arrival/landing.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"

namespace obmen::arrival {

namespace {

/// The second of several names for the archive: `import.2.xml`.
std::string numbered(const std::string& name, unsigned number) {
    if (number == 1) {
        return name;
    }
    const std::size_t slash = name.rfind('/') + 1;
    const std::size_t dot = name.rfind('.');
    const std::size_t end = dot == std::string::npos || dot <= slash ? name.size() : dot;
    return fmt::format("{}.{}{}", name.substr(0, end), number, name.substr(end));
}

/// Between its own name and its end: what ends so is taken for unfinished by everybody.
constexpr std::string_view on_its_way_out = ".obmen-delete.tmp";

/// May the next file fare better?
bool keeps_one_file_back(const Error& error) {
    const Code code = error.finding().message.code;
    return concerns_one_file(error) || code == Code{"SRC-EXISTS"} || code == Code{"SRC-FULL"} ||
           code == Code{"SRC-PROTOCOL"};
}

}  // namespace

void Archiver::finish_removals(const endpoint::Listing& listing, TrackedFiles& files) {
    if (m_settings.archive != config::ArchivePolicy::remove) {
        return;
    }
    for (const endpoint::Entry& entry : listing.entries) {
        if (entry.kind != endpoint::Entry::Kind::file || !entry.name.ends_with(on_its_way_out)) {
            continue;
        }
        try {
            finish_removal(entry, files);
        } catch (const Error& error) {
            if (!keeps_one_file_back(error)) {
                throw;
            }  // the next look tries it again, and nobody waits for it
        }
    }
}

void Archiver::finish_removal(const endpoint::Entry& left, TrackedFiles& files) {
    const std::string name = left.name.substr(0, left.name.size() - on_its_way_out.size());
    const TrackedFile* file = files.find(name);
    endpoint::Entry under_its_name = left;
    under_its_name.name = name;
    if (file != nullptr && file->row.state == SourceFileState::packaged &&
        is_same_file(under_its_name, entry_of(file->row))) {
        m_source.remove(left.name);
    } else {
        give_back(left.name, name);
    }
}

void Archiver::run(TrackedFiles& files, CollectorReport& report) {
    if (m_settings.archive == config::ArchivePolicy::leave) {
        return;
    }
    std::vector<TrackedFile*> candidates;
    files.for_each([&](TrackedFile& file) {
        if (file.row.state == SourceFileState::packaged && file.listed && files.steady() >= file.retry_at) {
            candidates.push_back(&file);
        }
    });
    std::vector<std::string> gone;
    if (!candidates.empty()) {
        const std::vector<std::string> ids = m_memory.ended_packages();
        const std::set<std::string> ended(ids.begin(), ids.end());
        for (TrackedFile* file : candidates) {
            if (ended.contains(file->row.package) && put_away(files, *file, report)) {
                gone.push_back(file->row.name);
            }
        }
    }
    std::set<std::string> freed;
    for (const std::string& name : gone) {
        freed.merge(common_markers_of(files, name));
        files.forget(name);
    }
    remove_common_markers(files, freed);
    if (!gone.empty()) {
        files.save();
        failpoint("source.forgotten");
    }
}

/// \returns whether the source has it no more
bool Archiver::put_away(TrackedFiles& files, TrackedFile& file, CollectorReport& report) {
    try {
        const std::optional<endpoint::Entry> now = m_source.look(file.row.name);
        if (!now) {
            return true;
        }
        if (!is_same_file(*now, entry_of(file.row))) {
            return false;  // a new one: the next look takes it
        }
        if (files.names().has_own_markers()) {
            // Before the file: a marker that is left behind would speak for the next one of that name.
            for (const std::string& marker : files.names().markers_of(file.row.name)) {
                m_source.remove(marker);
            }
        }
        if (m_settings.archive == config::ArchivePolicy::remove) {
            remove(file);
        } else {
            move(file);
        }
        failpoint("source.archived");
        return true;
    } catch (const Error& error) {
        if (!keeps_one_file_back(error)) {
            throw;
        }
        constexpr std::uint64_t most_doublings = 6;
        const Duration poll = std::chrono::seconds(m_settings.poll_seconds);
        file.retry_at =
            files.steady() + poll * (std::int64_t{1} << std::min(file.row.attempts, most_doublings));
        if (++file.row.attempts == 1) {
            report.note(error.finding().message, file.shown);
        }
        file.row.reason = error.finding().message;
        file.dirty = true;
        return false;
    }
}

void Archiver::move(const TrackedFile& file) {
    const std::string day = local_date_time(m_clock.now()).substr(0, 10);
    const std::string target = fmt::format("{}/{}/{}", m_settings.archive_folder, day, file.row.name);
    make_folders(target);
    constexpr unsigned most_names = 1000;
    for (unsigned number = 1;; ++number) {
        const std::string name = numbered(target, number);
        try {
            m_source.rename(file.row.name, name);
        } catch (const Error& error) {
            if (error.finding().message.code != Code{"SRC-EXISTS"} || number == most_names) {
                throw;
            }
            continue;
        }
        // What was written in between is new, and must come back.
        const std::optional<endpoint::Entry> moved = m_source.look(name);
        if (moved && !is_same_file(*moved, entry_of(file.row))) {
            give_back(name, file.row.name);
        }
        return;
    }
}

/// Nobody writes under a private name: what was looked at there is what is deleted.
void Archiver::remove(const TrackedFile& file) {
    const std::string leaving = file.row.name + std::string(on_its_way_out);
    m_source.rename(file.row.name, leaving);
    const std::optional<endpoint::Entry> looked_at = m_source.look(leaving);
    if (looked_at && !is_same_file(*looked_at, entry_of(file.row))) {
        give_back(leaving, file.row.name);
        return;
    }
    m_source.remove(leaving);
}

/// Under its own name, or the next one that is free: where the name has been used again, both are new.
void Archiver::give_back(const std::string& from, const std::string& name) {
    constexpr unsigned most_names = 1000;
    for (unsigned number = 1;; ++number) {
        try {
            m_source.rename(from, numbered(name, number));
            return;
        } catch (const Error& error) {
            if (error.finding().message.code != Code{"SRC-EXISTS"} || number == most_names) {
                throw;
            }
        }
    }
}

void Archiver::make_folders(const std::string& name) {
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
        m_source.make_folder(name.substr(0, slash));
    }
}

std::set<std::string> Archiver::common_markers_of(const TrackedFiles& files, const std::string& name) {
    if (!files.names().wants_markers() || files.names().has_own_markers()) {
        return {};
    }
    const std::vector<std::string> markers = files.names().markers_of(name);
    return {markers.begin(), markers.end()};
}

/// A marker for a whole folder goes when two looks in a row show nothing that it speaks for: a listing may
/// have been cut off, and the files that it missed would wait for their marker for ever. \param freed markers
/// of files that have just gone
void Archiver::remove_common_markers(TrackedFiles& files, const std::set<std::string>& freed) {
    const std::map<std::string, endpoint::Entry> before = std::exchange(m_idle_markers, {});
    if (freed.empty() && before.empty()) {
        return;
    }
    std::set<std::string> needed;
    files.for_each([&](const TrackedFile& file) {
        if (file.role == NameRole::export_file) {  // also one that the last listing has missed
            needed.merge(common_markers_of(files, file.row.name));
        }
    });
    std::vector<std::string> still_idle;
    for (const std::string& name : files.names_of_markers()) {
        const auto known = before.find(name);
        const bool is_known = known != before.end() && is_same_file(known->second, *files.beside(name));
        if (needed.contains(name) || !(is_known || freed.contains(name))) {
            continue;
        }
        m_idle_markers.emplace(name, *files.beside(name));
        if (is_known) {
            still_idle.push_back(name);
        }
    }
    if (still_idle.empty() || shows_news(files)) {
        return;
    }
    for (const std::string& name : still_idle) {
        const std::optional<endpoint::Entry> now = m_source.look(name);
        if (now && is_same_file(*now, m_idle_markers.at(name))) {
            m_source.remove(name);
        }
        m_idle_markers.erase(name);
    }
}

/// Copying takes its time: meanwhile 1C may have written the next export and its marker.
bool Archiver::shows_news(TrackedFiles& files) {
    const endpoint::Listing now =
        m_source.list({.depth = m_settings.depth,
                       .enters = [&](std::string_view folder) { return files.names().enters(folder); }});
    return std::ranges::any_of(now.entries, [&](const endpoint::Entry& entry) {
        return entry.kind == endpoint::Entry::Kind::file &&
               files.names().role_of(files.names().shown(entry.name)) == NameRole::export_file;
    });
}

}  // namespace obmen::arrival
