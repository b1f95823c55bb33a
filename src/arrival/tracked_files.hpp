#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrival/content.hpp"
#include "arrival/source_memory.hpp"
#include "arrival/source_names.hpp"
#include "endpoint/endpoint.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::arrival {

/// A file of the source: what is remembered, and what this process knows besides. Times are those of
/// Clock::steady(), shifted by what earlier processes saw: time in which nobody looked does not count, and a
/// clock that is set changes nothing.
struct TrackedFile {
    RememberedFile row;
    std::string shown;
    NameRole role = NameRole::export_file;
    Duration seen_at{};                       ///< first sight
    Duration still_at{};                      ///< unchanged since
    Duration whole_at{};                      ///< its copy has been known to be whole since
    Duration retry_at{};                      ///< nothing more is tried with it before
    std::optional<FileContent> content{};     ///< of its copy
    std::optional<Message> sidecar_fault{};   ///< its copy is not what its sidecar says
    std::vector<endpoint::Entry> sidecars{};  ///< that its copy was held against
    bool is_archive = false;                  ///< its copy is one
    bool listed = false;                      ///< by the last look
    bool missed = false;                      ///< by the last look, for the first time
    bool replaced = false;                    ///< the source shows another file than its copy, which is whole
    bool dirty = false;                       ///< to be saved

    [[nodiscard]] bool is_unfinished() const {
        return sidecar_fault || (content && content->verdict == FileContent::Verdict::unfinished);
    }
};

/// What the source shows for it, as remembered.
[[nodiscard]] endpoint::Entry entry_of(const RememberedFile& row);

/// The files of a source, as one look after the other shows them. What is known and unchanged costs nothing
/// but its comparison.
class TrackedFiles {
  public:
    /// What is named must outlive the object.
    TrackedFiles(const config::SourceSettings& settings, SourceMemory& memory, Clock& clock);

    /// Takes what a listing shows into account. \returns what is worth a word, each once
    std::vector<Finding> compare(const endpoint::Listing& listing);
    /// Makes everything that has changed since durable.
    void save();

    [[nodiscard]] TrackedFile* find(const std::string& name);
    /// A sidecar or marker of the last listing.
    [[nodiscard]] const endpoint::Entry* beside(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> names_of_markers() const;
    void for_each(const std::function<void(TrackedFile&)>& take);
    [[nodiscard]] bool has_both_halves() const { return m_has_both_halves; }
    void note_both_halves() { m_has_both_halves = true; }

    /// It is no longer what it was when it was last seen: it has to settle anew.
    void begin_anew(TrackedFile& file);
    /// Its copy is of no use: it waits to be copied once more.
    void drop_copy(TrackedFile& file);
    void forget(const std::string& name);
    /// The files of these packages are strangers again.
    void forget_packages(const std::vector<std::string>& packages);
    static void wait_for(TrackedFile& file, const std::optional<Message>& reason);

    [[nodiscard]] Duration age(const TrackedFile& file) const { return m_steady - file.seen_at; }
    [[nodiscard]] Duration still(const TrackedFile& file) const { return m_steady - file.still_at; }
    [[nodiscard]] bool is_settled(const TrackedFile& file) const { return still(file) >= m_settle; }
    [[nodiscard]] Duration settle() const { return m_settle; }
    /// Time of the last comparison.
    [[nodiscard]] Duration steady() const { return m_steady; }
    [[nodiscard]] const SourceNames& names() const { return m_names; }
    /// Copies that are no longer named by any file, to be removed once that has been saved.
    [[nodiscard]] std::vector<std::string> take_dropped_copies();

  private:
    void load();
    void repair_times();
    void take_entry(const endpoint::Entry& entry, std::vector<Finding>& notes);
    void add(const endpoint::Entry& entry, NameRole role, std::string shown);
    void update(TrackedFile& file, const endpoint::Entry& entry);
    void drop_vanished(std::vector<Finding>& notes);

    SourceNames m_names;
    SourceMemory& m_memory;
    Clock& m_clock;
    Duration m_settle;
    bool m_has_sentinel;
    bool m_has_both_halves = false;
    std::unordered_map<std::string, TrackedFile> m_files;
    std::unordered_map<std::string, endpoint::Entry> m_beside;
    std::set<std::string> m_told;
    std::vector<std::string> m_forgotten;
    std::vector<std::string> m_dropped_copies;
    UtcTime m_now;
    Duration m_steady;
    Duration m_last_look;
};

}  // namespace obmen::arrival
