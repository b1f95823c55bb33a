#include "arrival/tracked_files.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "arrival/landing.hpp"

namespace obmen::arrival {

namespace {

Finding note(Message message, const std::string& file) {
    return {.severity = Severity::warning, .message = std::move(message), .file = file};
}

/// Is it the same file under another identity? Devices and inodes of network shares are other ones after each
/// mount.
bool only_identity_differs(const RememberedFile& row, const endpoint::Entry& entry) {
    return row.size == entry.size && row.modified && entry.modified && *row.modified == *entry.modified;
}

}  // namespace

endpoint::Entry entry_of(const RememberedFile& row) {
    return {.name = row.name,
            .kind = endpoint::Entry::Kind::file,
            .size = row.size,
            .modified = row.modified,
            .identity = row.identity};
}

TrackedFiles::TrackedFiles(const config::SourceSettings& settings, SourceMemory& memory, Clock& clock)
    : m_names(settings),
      m_memory(memory),
      m_clock(clock),
      m_settle(std::chrono::seconds(settings.settle_seconds)),
      m_has_sentinel(!settings.sentinel.empty()),
      m_now(clock.now()),
      m_steady(clock.steady()),
      m_last_look(m_steady) {
    load();
}

void TrackedFiles::load() {
    RememberedSource remembered = m_memory.load();
    m_has_both_halves = remembered.has_both_halves;
    // Up to the last listing the file was seen to be still; who knows what came after.
    const auto since = [&](UtcTime time) {
        const Duration seen = remembered.listed_at ? *remembered.listed_at - time : Duration{0};
        return m_steady - std::max(seen, Duration{0});
    };
    for (RememberedFile& row : remembered.files) {
        TrackedFile file;
        file.shown = m_names.shown(row.name);
        file.role = m_names.role_of(file.shown);
        file.seen_at = since(row.first_seen);
        file.still_at = since(row.still_since);
        file.whole_at = file.still_at + m_settle;
        std::string name = row.name;
        file.row = std::move(row);
        m_files.emplace(std::move(name), std::move(file));
    }
}

std::vector<Finding> TrackedFiles::compare(const endpoint::Listing& listing) {
    std::vector<Finding> notes;
    repair_times();
    m_beside.clear();
    for (auto& [name, file] : m_files) {
        file.listed = false;
    }
    for (const endpoint::Entry& entry : listing.entries) {
        take_entry(entry, notes);
    }
    for (const std::string& name : listing.unusable) {
        if (m_told.insert(name).second) {
            notes.push_back(note(Message{"PKG-FAR-NAME", {name, ". .. / U+0000…U+001F"}}, name));
        }
    }
    // A share that is not mounted looks like a folder that has been cleared.
    if (!listing.entries.empty() || m_has_sentinel) {
        drop_vanished(notes);
    }
    m_last_look = m_steady;
    return notes;
}

/// The clock may have been set since the last look: what is remembered must still tell how long files have
/// been seen.
void TrackedFiles::repair_times() {
    constexpr Duration tolerance = std::chrono::seconds(2);
    const UtcTime now = m_clock.now();
    const Duration steady = m_clock.steady();
    const Duration drift = (now - m_now) - (steady - m_steady);
    m_now = now;
    m_steady = steady;
    if (std::chrono::abs(drift) <= tolerance) {
        return;
    }
    for (auto& [name, file] : m_files) {
        if (file.row.state != SourceFileState::packaged) {
            file.row.first_seen = m_now - age(file);
            file.row.still_since = m_now - still(file);
            file.dirty = true;
        }
    }
}

void TrackedFiles::take_entry(const endpoint::Entry& entry, std::vector<Finding>& notes) {
    if (entry.kind == endpoint::Entry::Kind::folder) {
        return;
    }
    const bool regular = entry.kind == endpoint::Entry::Kind::file;
    if (const auto known = m_files.find(entry.name); known != m_files.end() && regular) {
        update(known->second, entry);
        return;
    }
    std::string shown = m_names.shown(entry.name);
    const NameRole role = m_names.role_of(shown);
    if (role == NameRole::left_alone) {
        return;
    }
    if (!regular) {
        if (m_told.insert(entry.name).second) {
            notes.push_back(note(Message{"PKG-NOT-REGULAR", {shown}}, shown));
        }
        return;
    }
    if (role == NameRole::sidecar || role == NameRole::marker) {
        m_beside.emplace(entry.name, entry);
        return;
    }
    add(entry, role, std::move(shown));
}

void TrackedFiles::add(const endpoint::Entry& entry, NameRole role, std::string shown) {
    TrackedFile file;
    file.row = {.name = entry.name,
                .size = entry.size,
                .modified = entry.modified,
                .identity = entry.identity,
                .first_seen = m_now,
                .still_since = m_now};
    file.shown = std::move(shown);
    file.role = role;
    file.seen_at = file.still_at = m_steady;
    file.listed = true;
    file.dirty = true;
    m_files.emplace(entry.name, std::move(file));
}

void TrackedFiles::update(TrackedFile& file, const endpoint::Entry& entry) {
    file.listed = true;
    file.missed = false;
    if (is_same_file(entry, entry_of(file.row))) {
        if (!file.row.modified && entry.modified) {
            file.row.modified = entry.modified;  // a server is not always asked for the times of all files
            file.dirty = true;
        }
        file.replaced = false;
        return;
    }
    RememberedFile& row = file.row;
    if (row.state == SourceFileState::copied && !file.is_unfinished()) {
        file.replaced = true;  // its copy becomes a package first
        return;
    }
    if (row.state == SourceFileState::packaged) {
        row.first_seen = m_now;
        file.seen_at = m_steady;
        if (!only_identity_differs(row, entry)) {
            row.sha256.clear();
            row.package.clear();
            row.copy.clear();
        }
        row.state = SourceFileState::seen;
        file.content.reset();
    } else {
        drop_copy(file);
    }
    row.size = entry.size;
    row.modified = entry.modified;
    row.identity = entry.identity;
    begin_anew(file);
}

void TrackedFiles::begin_anew(TrackedFile& file) {
    file.still_at = m_steady;
    file.row.still_since = m_now;
    file.row.attempts = 0;
    file.row.reason.reset();
    file.dirty = true;
}

void TrackedFiles::drop_copy(TrackedFile& file) {
    if (file.row.state == SourceFileState::copied) {
        m_dropped_copies.push_back(std::exchange(file.row.copy, {}));
        file.row.sha256.clear();
        file.row.state = SourceFileState::seen;
    }
    file.content.reset();
    file.sidecar_fault.reset();
    file.sidecars.clear();
    file.replaced = false;
    file.dirty = true;
}

void TrackedFiles::drop_vanished(std::vector<Finding>& notes) {
    std::vector<std::string> gone;
    for (auto& [name, file] : m_files) {
        if (file.listed || file.row.state == SourceFileState::copied) {
            continue;
        }
        // A listing may be cut off between two rows, and nobody can tell: what comes back with its size and
        // time is no new file. Without a time it may well be one.
        if (file.row.modified && !std::exchange(file.missed, true)) {
            continue;
        }
        gone.push_back(name);
        const bool was_ready = m_last_look - file.still_at >= m_settle && file.row.size > 0;
        if (file.row.state == SourceFileState::seen && file.role == NameRole::export_file && was_ready) {
            notes.push_back(note(Message{"PKG-WIPED", {file.shown}}, file.shown));
        }
    }
    for (const std::string& name : gone) {
        forget(name);
    }
}

void TrackedFiles::save() {
    std::vector<RememberedFile> changed;
    for (const auto& [name, file] : m_files) {
        // Pictures are remembered once a package has them: there may be very many that nobody names.
        const bool worth = file.role == NameRole::export_file || file.row.state == SourceFileState::packaged;
        if (file.dirty && worth) {
            changed.push_back(file.row);
        }
    }
    if (changed.empty() && m_forgotten.empty()) {
        return;
    }
    m_memory.save(changed, m_forgotten);
    m_forgotten.clear();
    for (auto& [name, file] : m_files) {
        file.dirty = false;
    }
}

TrackedFile* TrackedFiles::find(const std::string& name) {
    const auto found = m_files.find(name);
    return found == m_files.end() ? nullptr : &found->second;
}

const endpoint::Entry* TrackedFiles::beside(const std::string& name) const {
    const auto found = m_beside.find(name);
    return found == m_beside.end() ? nullptr : &found->second;
}

std::vector<std::string> TrackedFiles::names_of_markers() const {
    std::vector<std::string> markers;
    for (const auto& [name, entry] : m_beside) {
        if (m_names.role_of(m_names.shown(name)) == NameRole::marker) {
            markers.push_back(name);
        }
    }
    return markers;
}

void TrackedFiles::for_each(const std::function<void(TrackedFile&)>& take) {
    for (auto& [name, file] : m_files) {
        take(file);
    }
}

void TrackedFiles::forget(const std::string& name) {
    m_forgotten.push_back(name);
    m_files.erase(name);
}

void TrackedFiles::forget_packages(const std::vector<std::string>& packages) {
    std::vector<std::string> names;
    for (const auto& [name, file] : m_files) {
        const bool is_theirs = file.row.state == SourceFileState::packaged &&
                               std::ranges::find(packages, file.row.package) != packages.end();
        if (is_theirs) {
            names.push_back(name);
        }
    }
    for (const std::string& name : names) {
        forget(name);
    }
}

void TrackedFiles::wait_for(TrackedFile& file, const std::optional<Message>& reason) {
    if (file.row.reason != reason) {
        file.row.reason = reason;
        file.dirty = true;
    }
}

std::vector<std::string> TrackedFiles::take_dropped_copies() {
    return std::exchange(m_dropped_copies, {});
}

}  // namespace obmen::arrival
