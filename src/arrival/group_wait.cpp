#include "arrival/group_wait.hpp"

#include <algorithm>
#include <chrono>

namespace obmen::arrival {

namespace {

bool is_on_its_way(const TrackedFile& file) {
    const bool has_no_whole_copy = file.row.state == SourceFileState::seen ||
                                   (file.row.state == SourceFileState::copied && file.is_unfinished());
    return file.role == NameRole::export_file && file.listed && has_no_whole_copy;
}

}  // namespace

GroupWait::GroupWait(const config::SourceSettings& settings, TrackedFiles& files, SourceMemory& memory,
                     const std::set<std::string>& taken)
    : m_files(files),
      m_memory(memory),
      m_taken(taken),
      m_pictures(files),
      m_partner(std::chrono::seconds(settings.partner_seconds)),
      m_stub(std::chrono::seconds(settings.stub_seconds)) {
    files.for_each([&](const TrackedFile& file) {
        if (is_on_its_way(file)) {
            m_on_their_way.emplace(set_name_of(file.shown).key(), &file);
        }
    });
}

std::optional<Duration> GroupWait::wait_of(WaitingGroup& group) {
    // The clock of the member that became whole last: the others have been whole for longer.
    Duration since = Duration::max();
    bool replaced = false;
    for (const TrackedFile* file : group.members) {
        since = std::min(since, m_files.steady() - file->whole_at);
        replaced = replaced || file->replaced;
    }
    group.pictures = m_pictures.named_by(group.members);
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

/// Files whose names say that they belong to the group: while they grow for as long as a stub is waited for,
/// else for as long as a partner is.
std::optional<Duration> GroupWait::wait_for_set(const WaitingGroup& group, Duration since) const {
    std::set<std::string> keys;
    for (const TrackedFile* file : group.members) {
        keys.insert(set_name_of(file->shown).key());
    }
    keys.erase(std::string{});
    std::optional<Duration> wait;
    for (const std::string& key : keys) {
        const auto [begin, end] = m_on_their_way.equal_range(key);
        for (auto found = begin; found != end; ++found) {
            const TrackedFile& file = *found->second;
            const bool grows = !m_files.is_settled(file);
            if (since < (grows ? m_stub : m_partner)) {
                const Duration next = grows ? m_files.settle() - m_files.still(file) : m_partner - since;
                wait = std::min(wait.value_or(next), next);
            }
        }
    }
    return wait;
}

std::optional<Duration> GroupWait::wait_for_half(WaitingGroup& group, Duration since) {
    const FileContent& first = *group.members.front()->content;
    const bool half = first.has_halves && group.facts.catalogue != group.facts.offers &&
                      first.verdict == FileContent::Verdict::whole;
    const std::string& catalogue = group.facts.catalogue_id;
    if (!half ||
        (group.facts.offers && (m_taken.contains(catalogue) || m_memory.knows_catalogue(catalogue)))) {
        return std::nullopt;
    }
    if (since < m_partner) {
        return m_partner - since;
    }
    if (m_files.has_both_halves()) {
        const auto waited = std::chrono::duration_cast<std::chrono::seconds>(m_partner).count();
        group.note = Message{"PKG-HALF",
                             {std::to_string(waited), group.facts.name,
                              group.facts.catalogue ? "ПакетПредложений" : "Каталог"}};
    }
    return std::nullopt;
}

/// Pictures that are there and still change.
std::optional<Duration> GroupWait::wait_for_pictures(const WaitingGroup& group, Duration since) const {
    std::optional<Duration> wait;
    for (const ChosenPicture& picture : group.pictures) {
        const TrackedFile& file = *picture.file;
        if (file.row.state == SourceFileState::seen && !m_files.is_settled(file) && since < m_partner) {
            wait = std::max(wait.value_or(Duration{0}), m_files.settle() - m_files.still(file));
        }
    }
    return wait;
}

}  // namespace obmen::arrival
