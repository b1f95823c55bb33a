#include "arrival/copier.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "arrival/names.hpp"
#include "arrival/sidecars.hpp"
#include "support/error.hpp"

namespace obmen::arrival {

namespace {

/// Copies that are made durable in the memory together.
constexpr std::size_t copies_at_once = 32;
constexpr std::uint64_t bytes_at_once = std::uint64_t{64} << 20U;

}  // namespace

Copier::Copier(const CollectorSettings& settings, endpoint::Endpoint& source, SourceMemory& memory,
               Landing& landing, TrackedFiles& files)
    : m_settings(settings), m_source(source), m_memory(memory), m_landing(landing), m_files(files) {}

Duration Copier::wait_of_stub(const TrackedFile& file) const {
    const Duration stub = std::chrono::seconds(m_settings.source.stub_seconds);
    const Duration quiet = std::min<Duration>(stub, std::chrono::seconds(m_settings.source.partner_seconds));
    return std::max(stub - m_files.age(file), quiet - m_files.still(file));
}

void Copier::run(CollectorReport& report) {
    const std::vector<TrackedFile*> ready = ready_files(report);
    if (ready.empty()) {
        return;
    }
    Backlog ahead = copies_ahead();
    std::size_t unsaved_copies = 0;
    std::uint64_t unsaved_bytes = 0;
    try {
        for (TrackedFile* file : ready) {
            if (!has_room(*file, ahead, report)) {
                break;
            }
            const std::uint64_t size = file->row.size;
            if (!copy(*file, report)) {
                continue;
            }
            ++ahead.files;
            ahead.bytes += size;
            unsaved_bytes += size;
            if (++unsaved_copies >= copies_at_once || unsaved_bytes >= bytes_at_once) {
                m_files.save();
                unsaved_copies = 0;
                unsaved_bytes = 0;
            }
        }
    } catch (const Error&) {
        m_files.save();
        throw;
    }
    m_files.save();
}

std::vector<TrackedFile*> Copier::ready_files(CollectorReport& report) {
    std::vector<TrackedFile*> ready;
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state != SourceFileState::seen || file.role != NameRole::export_file || !file.listed) {
            return;
        }
        if (!m_files.is_settled(file)) {
            report.again_in(m_files.settle() - m_files.still(file));
        } else if (file.row.size == 0 && !is_stub(file)) {
            report.again_in(wait_of_stub(file));
        } else if (has_marker(m_files, file) && m_files.steady() >= file.retry_at) {
            ready.push_back(&file);
        }
    });
    std::ranges::sort(ready, [](const TrackedFile* left, const TrackedFile* right) {
        return left->seen_at != right->seen_at ? left->seen_at < right->seen_at
                                               : natural_less(left->shown, right->shown);
    });
    return ready;
}

/// Private copies that are not done with.
Backlog Copier::copies_ahead() {
    Backlog ahead = m_memory.backlog();
    m_files.for_each([&](const TrackedFile& file) {
        if (file.row.state == SourceFileState::copied) {
            ++ahead.files;
            ahead.bytes += file.row.size;
        }
    });
    return ahead;
}

/// Neither the disk nor the queue before the portal is filled up: what waits in the source is safe there.
bool Copier::has_room(const TrackedFile& file, const Backlog& ahead, CollectorReport& report) {
    const std::uint64_t free = m_settings.free_bytes(m_settings.landing);
    const std::uint64_t needed = m_settings.disk_low_bytes + file.row.size;
    if (free < needed) {
        if (!std::exchange(m_disk_is_low, true)) {
            report.note(Message{"SYS-DISK-LOW",
                                {m_settings.landing.string(), std::to_string(free), std::to_string(needed)}},
                        {});
        }
        return false;
    }
    m_disk_is_low = false;
    // One file must always be let through, however big it is.
    return ahead.files == 0 || (ahead.files < m_settings.source.most_files &&
                                ahead.bytes + file.row.size <= m_settings.source.most_bytes);
}

/// \returns whether there is a copy now. `file` may be forgotten if there is none.
bool Copier::copy(TrackedFile& file, CollectorReport& report) {
    FetchedFile fetched;
    std::string copy = m_landing.new_name();
    try {
        fetched = fetch_durably(m_source, entry_of(file.row), m_landing.path_of(copy));
    } catch (const Error& error) {
        if (!concerns_one_file(error)) {
            throw;
        }
        put_off(file, error.finding().message, report);
        return false;
    }
    switch (fetched.result) {
        case FetchedFile::Result::changed:
            m_files.begin_anew(file);
            report.again_in(m_files.settle());
            return false;
        case FetchedFile::Result::gone:
            report.note(Message{"PKG-WIPED", {file.shown}}, file.shown);
            m_files.forget(std::string(file.row.name));
            return false;
        case FetchedFile::Result::copied:
            break;
    }
    return take_over(file, std::move(fetched), std::move(copy));
}

void Copier::put_off(TrackedFile& file, const Message& reason, CollectorReport& report) {
    constexpr std::uint64_t longest_wait_in_polls = 20;
    const auto polls = static_cast<std::int64_t>(std::min(++file.row.attempts, longest_wait_in_polls));
    file.retry_at = m_files.steady() + polls * std::chrono::seconds(m_settings.source.poll_seconds);
    file.dirty = true;
    TrackedFiles::wait_for(file, reason);
    if (file.row.attempts == 1) {
        report.note(reason, file.shown);
    }
}

bool Copier::take_over(TrackedFile& file, FetchedFile fetched, std::string copy) {
    RememberedFile& row = file.row;
    file.dirty = true;
    row.attempts = 0;
    row.reason.reset();
    if (!row.package.empty() && row.sha256 == fetched.sha256) {
        row.state = SourceFileState::packaged;  // the very same under another identity
        m_landing.remove(copy);
        return false;
    }
    row.state = SourceFileState::copied;
    row.package.clear();
    row.copy = std::move(copy);
    row.sha256 = std::move(fetched.sha256);
    file.whole_at = m_files.steady();
    return true;
}

}  // namespace obmen::arrival
