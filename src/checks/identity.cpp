#include "checks/identity.hpp"

#include "support/hash.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::checks {

std::uint64_t identity_hash(std::string_view id, std::uint64_t seed) {
    // A GUID, as nearly every Ид is: no need of a string of its own.
    std::array<char, 80> lower;
    const bool simple = id.size() <= lower.size() && std::all_of(id.begin(), id.end(), [](char c) {
                            return static_cast<unsigned char>(c) < 0x80;
                        });
    if (!simple) {
        return quick_hash(folded(id), seed);
    }
    std::transform(id.begin(), id.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return quick_hash({lower.data(), id.size()}, seed);
}

}  // namespace obmen::checks
