#include "arrival/collector.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "arrival/names.hpp"
#include "arrival/sidecars.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"

namespace obmen::arrival {

namespace {

/// Archives of one look: they are unpacked before their order can be told.
constexpr std::size_t archives_at_once = 100;

WaitingGroup group_of(std::vector<TrackedFile*> members) {
    WaitingGroup group{.members = std::move(members)};
    GroupFacts& facts = group.facts;
    facts.name = group.members.front()->shown;
    facts.rank = std::numeric_limits<int>::max();
    for (const TrackedFile* file : group.members) {
        facts.add(*file->content);
    }
    return group;
}

bool waits_for_room(const TrackedFile& file) {
    return file.row.reason && file.row.reason->code == Code{"SYS-DISK-LOW"};
}

/// When the last of them was first seen.
Duration came_at(const std::vector<TrackedFile*>& members) {
    Duration latest = Duration::min();
    for (const TrackedFile* file : members) {
        latest = std::max(latest, file->seen_at);
    }
    return latest;
}

/// Why a file that was waited for in vain is rejected.
Message reason_against(const TrackedFile& stub, unsigned waited_seconds) {
    const FileContent& content = *stub.content;
    if (stub.sidecar_fault && content.verdict != FileContent::Verdict::unfinished) {
        return *stub.sidecar_fault;
    }
    const Message why = content.fault ? content.fault->message : Message{"XML-EMPTY"};
    return Message{"PKG-STUB", {stub.shown, as_argument(why), std::to_string(waited_seconds)}};
}

}  // namespace

Collector::Collector(CollectorSettings settings, endpoint::Endpoint& source, SourceMemory& memory,
                     ContentReader& reader, Clock& clock)
    : m_settings(std::move(settings)),
      m_source(source),
      m_memory(memory),
      m_reader(reader),
      m_clock(clock),
      m_landing(m_settings.landing),
      m_files(m_settings.source, memory, clock),
      m_copier(m_settings, source, memory, m_landing, m_files),
      m_maker(m_settings.spool, m_settings.archive_limits, source, memory, reader, clock, m_landing),
      m_archiver(m_settings.source, source, memory, clock) {
    drop_lost_copies();
}

/// Copies without a file that has them, and files whose copy is gone.
void Collector::drop_lost_copies() {
    std::set<std::string> known;
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state != SourceFileState::copied) {
            return;
        }
        if (std::filesystem::exists(m_landing.path_of(file.row.copy))) {
            known.insert(file.row.copy);
        } else {
            m_files.drop_copy(file);
        }
    });
    m_landing.sweep(known);
}

CollectorReport Collector::look() {
    const auto enters = [this](std::string_view folder) {
        const std::vector<std::string>& own = m_settings.own_folders;
        return m_files.names().enters(folder) && std::ranges::find(own, folder) == own.end();
    };
    forget_on_request();
    const endpoint::Listing listing = m_source.list({.depth = m_settings.source.depth, .enters = enters});
    require_sentinel(listing);
    failpoint("source.listed");
    m_archiver.finish_removals(listing, m_files);
    CollectorReport report;
    report.notes = m_files.compare(listing);
    m_files.save();
    m_memory.note_listing(m_clock.now());
    failpoint("source.seen");
    remove_dropped_copies();
    m_copier.run(report);
    failpoint("source.noted");
    read_contents();
    m_files.save();
    make_packages(report);
    give_up_stubs(report);
    m_archiver.run(m_files, report);
    m_files.save();
    count(report);
    return report;
}

/// Saved before the listing, which may show the same names again.
void Collector::forget_on_request() {
    const std::vector<std::string> packages = m_memory.take_forgotten_packages();
    if (!packages.empty()) {
        m_files.forget_packages(packages);
        m_files.save();
    }
}

/// Before anything is concluded from what a folder shows: is it the right folder?
void Collector::require_sentinel(const endpoint::Listing& listing) {
    const std::string& sentinel = m_settings.source.sentinel;
    if (sentinel.empty()) {
        return;
    }
    const bool listed =
        std::ranges::find(listing.entries, sentinel, &endpoint::Entry::name) != listing.entries.end();
    if (!listed && !m_source.look(sentinel)) {
        throw Error(FailureClass::temporary, Message{"SRC-SENTINEL", {m_source.shown(), sentinel}});
    }
}

void Collector::read_contents() {
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state != SourceFileState::copied) {
            return;
        }
        if (!file.content) {
            read_content(file);
        }
        file.sidecar_fault = sidecar_fault_of(file);
        const bool unfinished = file.content->verdict == FileContent::Verdict::unfinished;
        if (file.is_unfinished() || !waits_for_room(file)) {
            TrackedFiles::wait_for(
                file, unfinished ? std::optional(file.content->fault->message) : file.sidecar_fault);
        }
    });
}

/// A sidecar that cannot be read holds back its file, not the source.
std::optional<Message> Collector::sidecar_fault_of(TrackedFile& file) {
    try {
        return sidecar_fault(m_source, m_files, file, m_landing.path_of(file.row.copy));
    } catch (const Error& error) {
        if (!concerns_one_file(error)) {
            throw;
        }
        return error.finding().message;
    }
}

void Collector::read_content(TrackedFile& file) {
    const std::filesystem::path copy = m_landing.path_of(file.row.copy);
    file.is_archive = is_archive(copy, file.shown);
    if (!file.is_archive) {
        file.content = m_reader.read(copy, file.shown, ContentReader::Depth::whole);
        return;
    }
    file.content.emplace();
    if (!has_archive_end(copy)) {
        file.content->verdict = FileContent::Verdict::unfinished;
        file.content->fault = Finding{.severity = Severity::fatal,
                                      .message = Message{"PKG-ZIP", {file.shown, "no central directory"}},
                                      .file = file.shown};
    }
}

void Collector::make_packages(CollectorReport& report) {
    const std::vector<TrackedFile*> whole = whole_copies();
    if (whole.empty()) {
        return;
    }
    std::vector<AssemblyFile> files;
    files.reserve(whole.size());
    for (const TrackedFile* file : whole) {
        files.push_back({.shown = file->shown, .content = &*file->content, .is_archive = file->is_archive});
    }
    GroupWait waits(m_settings.source, m_files, m_memory, m_taken_catalogues);
    std::vector<WaitingGroup> groups;
    Queue queue;
    std::vector<NewPackage> archives;  // what is in them decides when they go
    for (const FileGroup& indexes : grouped(files)) {
        std::vector<TrackedFile*> members;
        for (const std::size_t index : indexes) {
            members.push_back(whole[index]);
        }
        if (members.front()->is_archive && archives.size() == archives_at_once) {
            report.again_in(Duration{0});
            continue;
        }
        if (members.front()->is_archive) {
            const auto make = [&] { archives.push_back(m_maker.from_archive(*members.front())); };
            if (!has_made(*members.front(), make, report)) {
                queue.unknown_since = std::min(queue.unknown_since, members.front()->seen_at);
            }
            continue;
        }
        WaitingGroup group = group_of(std::move(members));
        if (const std::optional<Duration> wait = waits.wait_of(group)) {
            report.again_in(*wait);
            queue.waiting.push_back(std::move(group.facts));
        } else {
            groups.push_back(std::move(group));
        }
    }
    record_in_order(std::move(groups), std::move(archives), std::move(queue), report);
}

/// What there is no room for waits in its private copies, and is told of once; the row of its first file says
/// why. \returns whether it was made
bool Collector::has_made(TrackedFile& first, const std::function<void()>& make, CollectorReport& report) {
    try {
        make();
        m_without_room.erase(first.row.name);
        return true;
    } catch (const Error& error) {
        if (error.finding().message.code != Code{"SYS-DISK-LOW"}) {
            throw;
        }
        if (m_without_room.insert(first.row.name).second) {
            report.note(error.finding().message, first.shown);
            TrackedFiles::wait_for(first, error.finding().message);
        }
        return false;
    }
}

std::vector<TrackedFile*> Collector::whole_copies() {
    std::vector<TrackedFile*> whole;
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state == SourceFileState::copied && file.content && !file.is_unfinished()) {
            whole.push_back(&file);
        }
    });
    std::ranges::sort(whole, natural_less, &TrackedFile::shown);
    return whole;
}

/// What waits for its half, or for room, is not overtaken by what it would be laid over later.
void Collector::record_in_order(std::vector<WaitingGroup> groups, std::vector<NewPackage> archives,
                                Queue queue, CollectorReport& report) {
    std::vector<GroupFacts> facts;
    for (const WaitingGroup& group : groups) {
        facts.push_back(group.facts);
    }
    for (const NewPackage& archive : archives) {
        facts.push_back(archive.facts);
    }
    for (const std::size_t index : in_taking_order(facts)) {
        const bool is_archive = index >= groups.size();
        const Duration came =
            came_at(is_archive ? archives[index - groups.size()].members : groups[index].members);
        if (queue.must_wait(facts[index], came)) {
            queue.waiting.push_back(facts[index]);
            continue;
        }
        if (is_archive) {
            record(std::move(archives[index - groups.size()]), report);
            continue;
        }
        const WaitingGroup& group = groups[index];
        NewPackage package;
        const auto make = [&] { package = m_maker.from_files(group.members, group.pictures); };
        if (!has_made(*group.members.front(), make, report)) {
            queue.waiting.push_back(facts[index]);
            continue;
        }
        package.facts = group.facts;
        if (group.note) {
            package.collected.package.notes.push_back(
                {.severity = Severity::warning, .message = *group.note});
        }
        record(std::move(package), report);
    }
}

bool Collector::Queue::must_wait(const GroupFacts& facts, Duration came) const {
    return came >= unknown_since ||
           std::ranges::any_of(waiting, [&](const GroupFacts& older) { return must_follow(facts, older); });
}

void Collector::give_up_stubs(CollectorReport& report) {
    std::vector<TrackedFile*> stubs;
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state != SourceFileState::copied || !file.is_unfinished()) {
            return;
        }
        if (m_copier.is_stub(file)) {
            stubs.push_back(&file);
        } else {
            report.again_in(m_copier.wait_of_stub(file));
        }
    });
    std::ranges::sort(stubs, natural_less, &TrackedFile::shown);
    for (TrackedFile* file : stubs) {
        const Message reason = reason_against(*file, m_settings.source.stub_seconds);
        record(m_maker.rejected(*file, {.severity = Severity::fatal, .message = reason, .file = file->shown}),
               report);
    }
}

void Collector::record(NewPackage package, CollectorReport& report) {
    const GroupFacts facts = package.facts;
    package.collected.has_both_halves = facts.catalogue && facts.offers;
    report.packages.push_back(m_maker.record(std::move(package)));
    if (facts.catalogue) {
        m_taken_catalogues.insert(facts.catalogue_id);
        if (facts.offers) {
            m_files.note_both_halves();
        }
    }
}

void Collector::count(CollectorReport& report) {
    m_files.for_each([&](const TrackedFile& file) {
        const bool copied = file.row.state == SourceFileState::copied;
        report.files += file.listed ? 1U : 0U;
        if (copied ||
            (file.listed && file.role == NameRole::export_file && file.row.state == SourceFileState::seen)) {
            ++report.waiting;
        }
        if (file.replaced) {
            report.again_in(Duration{0});
        }
    });
}

void Collector::remove_dropped_copies() {
    for (const std::string& copy : m_files.take_dropped_copies()) {
        m_landing.remove(copy);
    }
}

}  // namespace obmen::arrival
