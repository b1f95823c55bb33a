#include "ledger/wished.hpp"

#include <algorithm>
#include <utility>

namespace obmen::ledger {
namespace {

bool overlap(const GroupHashes& a, const GroupHashes& b) {
    return std::any_of(a.entries().begin(), a.entries().end(),
                       [&b](const GroupHashes::Entry& entry) { return b.contains(entry.first); });
}

}  // namespace

std::uint64_t standing_hash(const crm::FieldGroup& group) {
    if (group.write_once) {
        return hash_of_write_once;
    }
    return crm::is_clearing(group) ? hash_of_clearing : crm::group_hash(group);
}

bool is_news(bool in_crm, const GroupHashes& confirmed, std::int64_t group, std::uint64_t hash) {
    if (hash == hash_of_clearing) {
        return in_crm && confirmed.contains(group);
    }
    if (hash == hash_of_write_once) {
        return !in_crm || !confirmed.contains(group);
    }
    return !in_crm || !confirmed.has(group, hash);
}

WishedGroups laid_over(const WishedGroups& earlier, const WishedGroups& later, Numbering& names) {
    if (earlier.hashes.empty()) {
        return later;
    }
    if (later.hashes.empty()) {
        return earlier;
    }
    WishedGroups out{{}, earlier.hashes};
    for (const auto& [group, hash] : later.hashes.entries()) {
        out.hashes.set(group, hash);
    }
    if (!overlap(earlier.hashes, later.hashes)) {
        out.values = crm::joined(earlier.values, later.values);
        return out;
    }
    const std::string untouched = crm::packed_if(earlier.values, [&](const std::string& name) {
        return !later.hashes.contains(names.number_of(name));
    });
    out.values = crm::joined(untouched, later.values);
    return out;
}

WishedGroups only(const WishedGroups& groups, const GroupHashes& kept, Numbering& names) {
    WishedGroups out;
    for (const auto& [group, hash] : groups.hashes.entries()) {
        if (kept.contains(group)) {
            out.hashes.set(group, hash);
        }
    }
    if (out.hashes.entries().size() == groups.hashes.entries().size()) {
        return groups;
    }
    if (!out.hashes.empty()) {
        out.values = crm::packed_if(
            groups.values, [&](const std::string& name) { return kept.contains(names.number_of(name)); });
    }
    return out;
}

bool speaks_of_active(const GroupHashes& hashes, Numbering& names) {
    const std::optional<std::int64_t> active = names.find("active");
    return active && hashes.contains(*active);
}

WishRow laid_over(const WishRow& earlier, WishRow later, Numbering& names) {
    later.creates = later.creates || earlier.creates;
    later.deletion_mark =
        later.deletion_mark || (earlier.deletion_mark && !speaks_of_active(later.groups.hashes, names));
    later.groups = laid_over(earlier.groups, later.groups, names);
    return later;
}

}  // namespace obmen::ledger
