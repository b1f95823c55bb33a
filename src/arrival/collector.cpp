#include "arrival/collector.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>
#include <set>
#include <system_error>
#include <utility>

#include "arrival/names.hpp"
#include "arrival/sidecars.hpp"
#include "support/error.hpp"

namespace obmen::arrival {

namespace {

/// Copies that are made durable in the memory together.
constexpr std::size_t copies_at_once = 32;
constexpr std::uint64_t bytes_at_once = std::uint64_t{64} << 20U;

bool concerns_one_file(const Error& error) {
    const Code code = error.finding().message.code;
    return code == Code{"SRC-DENIED"} || code == Code{"PKG-NOT-REGULAR"};
}

Finding note(const Message& message, const std::string& file) {
    return {.severity = Severity::warning, .message = message, .file = file};
}

}  // namespace

std::uint64_t free_bytes_of(const std::filesystem::path& directory) {
    struct statvfs state {};
    if (::statvfs(directory.c_str(), &state) != 0) {
        throw Error(FailureClass::temporary,
                    Message{"SYS-FILE",
                            {directory.string(), std::error_code(errno, std::generic_category()).message()}});
    }
    return std::uint64_t{state.f_bavail} * state.f_frsize;
}

Collector::Collector(CollectorSettings settings, endpoint::Endpoint& source, SourceMemory& memory,
                     ContentReader& reader, Clock& clock)
    : m_settings(std::move(settings)),
      m_source(source),
      m_memory(memory),
      m_reader(reader),
      m_clock(clock),
      m_landing(m_settings.landing),
      m_files(m_settings.source, memory, clock),
      m_maker(m_settings.spool, m_settings.archive_limits, source, memory, reader, clock, m_landing),
      m_archiver(m_settings.source, source, memory, clock),
      m_partner(std::chrono::seconds(m_settings.source.partner_seconds)),
      m_stub(std::chrono::seconds(m_settings.source.stub_seconds)) {
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
    const endpoint::Listing listing =
        m_source.list({.depth = m_settings.source.depth,
                       .enters = [this](std::string_view folder) { return m_files.names().enters(folder); }});
    require_sentinel(listing);
    CollectorReport report;
    report.notes = m_files.compare(listing);
    m_files.save();
    m_memory.note_listing(m_clock.now());
    remove_dropped_copies();
    copy_ready(report);
    read_contents();
    m_files.save();
    make_packages(report);
    give_up_stubs(report);
    m_archiver.run(m_files);
    m_files.save();
    remove_dropped_copies();
    count(report);
    return report;
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

std::vector<TrackedFile*> Collector::ready_files(CollectorReport& report) {
    std::vector<TrackedFile*> ready;
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state != SourceFileState::seen || file.role != NameRole::export_file || !file.listed) {
            return;
        }
        if (!m_files.is_settled(file)) {
            again_in(m_files.settle() - m_files.still(file), report);
        } else if (has_marker(m_files, file) && (file.row.size > 0 || is_stub(file)) &&
                   m_files.steady() >= file.retry_at) {
            ready.push_back(&file);
        }
    });
    std::ranges::sort(ready, [](const TrackedFile* left, const TrackedFile* right) {
        return left->seen_at != right->seen_at ? left->seen_at < right->seen_at
                                               : natural_less(left->shown, right->shown);
    });
    return ready;
}

void Collector::copy_ready(CollectorReport& report) {
    std::size_t unsaved_copies = 0;
    std::uint64_t unsaved_bytes = 0;
    const std::vector<TrackedFile*> ready = ready_files(report);
    if (ready.empty()) {
        return;
    }
    Backlog ahead = copies_ahead();
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
    m_files.save();
}

/// \returns whether there is a copy now. `file` may be forgotten if there is none.
bool Collector::copy(TrackedFile& file, CollectorReport& report) {
    RememberedFile& row = file.row;
    FetchedFile fetched;
    std::string copy = m_landing.new_name();
    try {
        fetched = fetch_durably(m_source, entry_of(row), m_landing.path_of(copy));
    } catch (const Error& error) {
        if (!concerns_one_file(error)) {
            m_files.save();  // the copies that were made are worth keeping
            throw;
        }
        ++row.attempts;
        TrackedFiles::wait_for(file, error.finding().message);
        file.retry_at =
            m_files.steady() + std::chrono::seconds(m_settings.source.poll_seconds) *
                                   static_cast<std::int64_t>(std::min<std::uint64_t>(row.attempts, 20));
        if (row.attempts == 1) {
            report.notes.push_back(note(error.finding().message, file.shown));
        }
        return false;
    }
    switch (fetched.result) {
        case FetchedFile::Result::changed:
            m_files.begin_anew(file);
            again_in(m_files.settle(), report);
            return false;
        case FetchedFile::Result::gone:
            report.notes.push_back(note(Message{"PKG-WIPED", {file.shown}}, file.shown));
            m_files.forget(row.name);
            return false;
        case FetchedFile::Result::copied:
            break;
    }
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

/// Neither the disk nor the queue before the portal is filled up: what waits in the source is safe there.
bool Collector::has_room(const TrackedFile& file, const Backlog& ahead, CollectorReport& report) {
    const std::uint64_t free = m_settings.free_bytes(m_settings.landing);
    const std::uint64_t needed = m_settings.disk_low_bytes + file.row.size;
    if (free < needed) {
        if (!std::exchange(m_disk_is_low, true)) {
            report.notes.push_back(
                note(Message{"SYS-DISK-LOW",
                             {m_settings.landing.string(), std::to_string(free), std::to_string(needed)}},
                     {}));
        }
        return false;
    }
    m_disk_is_low = false;
    // One file must always be let through, however big it is.
    return ahead.files == 0 || (ahead.files < m_settings.source.most_files &&
                                ahead.bytes + file.row.size <= m_settings.source.most_bytes);
}

/// Private copies that are not done with.
Backlog Collector::copies_ahead() {
    Backlog ahead = m_memory.backlog();
    m_files.for_each([&](const TrackedFile& file) {
        if (file.row.state == SourceFileState::copied) {
            ++ahead.files;
            ahead.bytes += file.row.size;
        }
    });
    return ahead;
}

void Collector::read_contents() {
    m_files.for_each([&](TrackedFile& file) {
        if (file.row.state == SourceFileState::copied) {
            if (!file.content) {
                read_content(file);
            }
            file.sidecar_fault = sidecar_fault(m_source, m_files, file, m_landing.path_of(file.row.copy));
            const bool unfinished = file.content->verdict == FileContent::Verdict::unfinished;
            const std::optional<Message> reason =
                unfinished ? std::optional(file.content->fault->message) : file.sidecar_fault;
            TrackedFiles::wait_for(file, reason);
        }
    });
}

void Collector::read_content(TrackedFile& file) {
    const std::filesystem::path copy = m_landing.path_of(file.row.copy);
    if (!is_archive(copy, file.shown)) {
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

/// Unfinished for so long, and not growing any more.
bool Collector::is_stub(const TrackedFile& file) const {
    return m_files.age(file) >= m_stub && m_files.still(file) >= std::min(m_partner, m_stub);
}

void Collector::give_up_stubs(CollectorReport& report) {
    std::vector<TrackedFile*> stubs;
    m_files.for_each([&](TrackedFile& file) {
        const bool empty = file.row.state == SourceFileState::seen && file.row.size == 0 &&
                           file.role == NameRole::export_file && file.listed;
        const bool unfinished = file.row.state == SourceFileState::copied && file.is_unfinished();
        if (unfinished && is_stub(file)) {
            stubs.push_back(&file);
        } else if (unfinished || empty) {
            again_in(std::max(m_stub - m_files.age(file), std::min(m_partner, m_stub) - m_files.still(file)),
                     report);
        }
    });
    for (TrackedFile* file : stubs) {
        const Message reason = file->content->fault ? file->content->fault->message : Message{"XML-EMPTY"};
        const Message message =
            file->sidecar_fault && file->content->verdict != FileContent::Verdict::unfinished
                ? *file->sidecar_fault
                : Message{"PKG-STUB",
                          {file->shown, as_argument(reason), std::to_string(m_settings.source.stub_seconds)}};
        record(
            m_maker.rejected(*file, {.severity = Severity::fatal, .message = message, .file = file->shown}),
            report);
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

void Collector::make_packages(CollectorReport& report) {
    const std::vector<TrackedFile*> whole = whole_copies();
    std::vector<AssemblyFile> files;
    files.reserve(whole.size());
    for (const TrackedFile* file : whole) {
        files.push_back({.shown = file->shown,
                         .content = &*file->content,
                         .is_archive = is_archive(m_landing.path_of(file->row.copy), file->shown)});
    }
    std::vector<Waiting> groups;
    std::vector<NewPackage> archives;  ///< what is in them decides when they go
    std::vector<GroupFacts> facts;
    for (const FileGroup& group : grouped(files)) {
        std::vector<TrackedFile*> members;
        for (const std::size_t index : group) {
            members.push_back(whole[index]);
        }
        if (files[group.front()].is_archive) {
            archives.push_back(m_maker.from_archive(*members.front()));
            continue;
        }
        Waiting waiting = describe(members);
        if (const std::optional<Duration> wait = wait_of(waiting)) {
            again_in(*wait, report);
        } else {
            facts.push_back(waiting.facts);
            groups.push_back(std::move(waiting));
        }
    }
    for (const NewPackage& archive : archives) {
        facts.push_back(archive.facts);
    }
    for (const std::size_t index : in_taking_order(facts)) {
        if (index >= groups.size()) {
            record(std::move(archives[index - groups.size()]), report);
            continue;
        }
        Waiting& group = groups[index];
        NewPackage package = m_maker.from_files(group.members, group.pictures);
        package.collected.has_both_halves = group.facts.catalogue && group.facts.offers;
        if (group.note) {
            package.collected.package.notes.push_back(note(*group.note, {}));
        }
        record(std::move(package), report);
    }
}

Collector::Waiting Collector::describe(const std::vector<TrackedFile*>& members) const {
    Waiting group{.members = members};
    GroupFacts& facts = group.facts;
    facts.name = members.front()->shown;
    facts.rank = std::numeric_limits<int>::max();
    for (const TrackedFile* file : members) {
        const FileContent& content = *file->content;
        facts.rank = std::min(facts.rank, dependency_rank(content));
        facts.catalogue = facts.catalogue || content.catalogue;
        facts.offers = facts.offers || content.offers;
        if (formed_seconds(content.formed_at) > formed_seconds(facts.formed_at)) {
            facts.formed_at = content.formed_at;
        }
        if (facts.catalogue_id.empty()) {
            facts.catalogue_id = content.catalogue_id;
        }
    }
    return group;
}

std::optional<Duration> Collector::wait_of(Waiting& group) {
    // The clock of the member that became whole last: the others have been whole for longer.
    Duration since = Duration::max();
    bool replaced = false;
    for (const TrackedFile* file : group.members) {
        since = std::min(since, m_files.steady() - file->whole_at);
        replaced = replaced || file->replaced;
    }
    group.pictures = pictures_of(group.members);
    if (replaced) {
        return std::nullopt;  // what comes next has its name already
    }
    if (const auto wait = wait_for_set(group, since)) {
        return wait;
    }
    if (const auto wait = wait_for_half(group, since)) {
        return wait;
    }
    return wait_for_pictures(group, since);
}

/// Files whose names say that they belong to the group, and that are still on their way.
std::optional<Duration> Collector::wait_for_set(const Waiting& group, Duration since) {
    std::set<std::string> keys;
    std::set<std::string> words;
    for (const TrackedFile* file : group.members) {
        const SetName name = set_name_of(file->shown);
        keys.insert(name.key());
        words.insert(name.word);
    }
    keys.erase(std::string{});
    if (keys.empty()) {
        return std::nullopt;
    }
    std::optional<Duration> wait;
    m_files.for_each([&](const TrackedFile& file) {
        const bool on_its_way = file.role == NameRole::export_file && file.listed &&
                                (file.row.state == SourceFileState::seen ||
                                 (file.row.state == SourceFileState::copied && file.is_unfinished()));
        if (!on_its_way || !keys.contains(set_name_of(file.shown).key())) {
            return;
        }
        const Duration most = m_files.is_settled(file) ? m_partner : m_stub;
        const Duration poll =
            m_files.is_settled(file) ? most - since : m_files.settle() - m_files.still(file);
        if (since < most) {
            wait = std::min(wait.value_or(poll), poll);
        }
    });
    return wait;
}

std::optional<Duration> Collector::wait_for_half(Waiting& group, Duration since) {
    const FileContent& first = *group.members.front()->content;
    const bool half = first.has_halves && group.facts.catalogue != group.facts.offers &&
                      first.verdict == FileContent::Verdict::whole;
    if (!half || (group.facts.offers && m_memory.knows_catalogue(group.facts.catalogue_id))) {
        return std::nullopt;
    }
    if (since < m_partner) {
        return m_partner - since;
    }
    if (m_files.has_both_halves()) {
        group.note = Message{"PKG-HALF",
                             {std::to_string(m_settings.source.partner_seconds), group.facts.name,
                              group.facts.catalogue ? "ПакетПредложений" : "Каталог"}};
    }
    return std::nullopt;
}

/// Pictures that the group names, are there, and still change; empty ones are not waited for.
std::optional<Duration> Collector::wait_for_pictures(const Waiting& group, Duration since) {
    std::optional<Duration> wait;
    for (const ChosenPicture& picture : group.pictures) {
        if (picture.file->row.state == SourceFileState::seen && !m_files.is_settled(*picture.file) &&
            since < m_partner) {
            wait = std::max(wait.value_or(Duration{0}), m_files.settle() - m_files.still(*picture.file));
        }
    }
    return wait;
}

/// A Картинка is relative to the folder of its file or to one above it; see PackagePictures for how it is
/// found in the package.
std::vector<ChosenPicture> Collector::pictures_of(const std::vector<TrackedFile*>& members) {
    std::vector<ChosenPicture> chosen;
    const bool any = std::ranges::any_of(members, [](const TrackedFile* file) {
        return file->content->wants_all_pictures || !file->content->pictures.empty();
    });
    if (!any) {
        return chosen;
    }
    std::set<std::string> taken;
    const auto wanted_by = [&](const TrackedFile& xml,
                               const TrackedFile& picture) -> std::optional<std::string> {
        const std::string folder = xml.shown.substr(0, xml.shown.rfind('/') + 1);
        for (std::size_t above = 0;; above = folder.find('/', above) + 1) {
            const std::string relative = picture.shown.substr(above);
            const std::optional<std::uint64_t> key = picture_key(relative);
            if (key && (xml.content->wants_all_pictures ||
                        std::ranges::binary_search(xml.content->pictures, *key))) {
                const bool is_found_as_it_is = above == 0 || above == folder.size();
                return is_found_as_it_is ? picture.shown : relative;
            }
            if (above >= folder.size() || picture.shown.compare(0, folder.find('/', above) + 1, folder, 0,
                                                                folder.find('/', above) + 1) != 0) {
                return std::nullopt;
            }
        }
    };
    m_files.for_each([&](TrackedFile& picture) {
        if (picture.role != NameRole::picture || !picture.listed || picture.row.size == 0) {
            return;
        }
        for (const TrackedFile* xml : members) {
            std::optional<std::string> name = wanted_by(*xml, picture);
            if (name && taken.insert(*name).second) {
                chosen.push_back({&picture, *std::move(name)});
                return;
            }
        }
    });
    std::ranges::sort(chosen, natural_less, &ChosenPicture::name);
    return chosen;
}

void Collector::record(NewPackage package, CollectorReport& report) {
    const bool both = package.collected.has_both_halves;
    report.packages.push_back(m_maker.record(std::move(package)));
    if (both) {
        m_files.note_both_halves();
    }
}

void Collector::count(CollectorReport& report) {
    m_files.for_each([&](const TrackedFile& file) {
        if (file.listed) {
            ++report.files;
        }
        if (file.role == NameRole::export_file && file.row.state != SourceFileState::packaged) {
            ++report.waiting;
        }
        if (file.replaced) {
            again_in(Duration{0}, report);
        }
    });
}

void Collector::again_in(Duration wait, CollectorReport& report) const {
    constexpr Duration least = std::chrono::seconds(1);
    const Duration sensible = std::max(wait, least);
    if (!report.look_again_in || sensible < *report.look_again_in) {
        report.look_again_in = sensible;
    }
}

void Collector::remove_dropped_copies() {
    for (const std::string& copy : m_files.take_dropped_copies()) {
        m_landing.remove(copy);
    }
}

}  // namespace obmen::arrival
