#include "checks/lookups.hpp"

#include <utility>

namespace obmen::checks {

void HashSet::insert(std::uint64_t hash) {
    if (hash == 0 || is_full()) {
        return;
    }
    if (m_count * 2 >= m_slots.size()) {
        grow();
    }
    std::uint64_t& slot = m_slots[slot_of(hash)];
    m_count += slot == 0 ? 1 : 0;
    slot = hash;
}

bool HashSet::contains(std::uint64_t hash) const {
    return hash == 0 || (!m_slots.empty() && m_slots[slot_of(hash)] == hash);
}

/// Where `hash` is, or the free place where it belongs. At least half of the places are free.
std::size_t HashSet::slot_of(std::uint64_t hash) const {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    while (m_slots[slot] != 0 && m_slots[slot] != hash) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void HashSet::grow() {
    constexpr std::size_t first_size = 1024;
    const std::vector<std::uint64_t> before =
        std::exchange(m_slots, std::vector<std::uint64_t>(m_slots.empty() ? first_size : m_slots.size() * 2));
    for (const std::uint64_t hash : before) {
        if (hash != 0) {
            m_slots[slot_of(hash)] = hash;
        }
    }
}

void Lookups::declare(Kind kind, Id id) {
    m_declared.insert(key_of(kind, id));
    const auto index = static_cast<std::size_t>(kind);
    m_any.at(index) = true;
    m_late = m_late || m_unanswered.at(index) != 0;
}

void Lookups::tell(const FindingSink& findings) {
    if (m_gaps || m_declared.is_full()) {
        return;
    }
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if (m_any.at(kind)) {
            m_missing.at(kind).tell(findings, [&](std::uint64_t hash) { return m_declared.contains(hash); });
        }
    }
}

}  // namespace obmen::checks
