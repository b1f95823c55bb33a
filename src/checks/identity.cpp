#include "checks/identity.hpp"

#include "support/hash.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace obmen::checks {

namespace {

constexpr std::uint64_t every_byte = 0x0101010101010101U;

/// Eight ASCII characters at once: `A` to `Z` get the bit that makes them small.
std::uint64_t lower(std::uint64_t word) {
    const std::uint64_t from_a = word + every_byte * (0x80U - 'A');
    const std::uint64_t beyond_z = word + every_byte * (0x7FU - 'Z');
    return word | (((from_a & ~beyond_z) & (every_byte * 0x80U)) >> 2U);
}

}  // namespace

std::uint64_t identity_hash(std::string_view id, std::uint64_t seed) {
    // A GUID, as nearly every Ид is: no need of a string of its own.
    std::array<std::uint64_t, 10> words{};
    if (id.size() > sizeof(words)) {
        return quick_hash(folded(id), seed);
    }
    std::memcpy(words.data(), id.data(), id.size());
    const std::size_t count = (id.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i) {
        bits |= words[i];
    }
    if ((bits & (every_byte * 0x80U)) != 0) {
        return quick_hash(folded(id), seed);
    }
    std::transform(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count), words.begin(), lower);
    return quick_hash({reinterpret_cast<const char*>(words.data()), id.size()}, seed);
}

}  // namespace obmen::checks
