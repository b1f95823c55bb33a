#include "checks/duplicates.hpp"

#include "checks/identity.hpp"

#include <algorithm>

namespace obmen::checks {

void DuplicateFinder::add(std::uint32_t list, std::uint16_t kind, std::string_view id, Place place,
                          std::uint64_t raw_hash) {
    if (id.empty() || id.size() > Spill::most_text) {
        return;
    }
    const std::uint64_t seed = (std::uint64_t{list} << 16U) | kind;
    m_spill.add({identity_hash(id, seed), raw_hash, place, kind, 0, id});
}

void DuplicateFinder::find(const std::function<void(const Duplicate&)>& take) const {
    const auto several = [](std::span<const Spill::Header> headers) { return headers.size() > 1; };
    m_spill.for_each_key(several, [&](std::span<const Spill::Entry> entries) {
        Duplicate duplicate{entries.front().kind, std::string(entries.front().text), {}, false};
        std::vector<std::uint64_t> hashes;
        for (const Spill::Entry& entry : entries) {
            const auto known = std::find(duplicate.places.begin(), duplicate.places.end(), entry.place);
            if (known == duplicate.places.end()) {
                duplicate.places.push_back(entry.place);
                hashes.push_back(entry.value);
            } else {
                hashes[static_cast<std::size_t>(known - duplicate.places.begin())] = entry.value;
            }
        }
        duplicate.differs =
            std::any_of(hashes.begin(), hashes.end(), [&](auto hash) { return hash != hashes.front(); });
        if (duplicate.places.size() > 1) {
            take(duplicate);
        }
    });
}

}  // namespace obmen::checks
