#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace obmen::bench {

/// splitmix64: the same numbers on every machine.
class Random {
  public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}
    /// A stream of its own for record `index` of a kind, so that files can be written in any order.
    Random(std::uint64_t seed, std::uint64_t kind, std::uint64_t index)
        : m_state(Random(Random(seed + kind).next() + index).next()) {}

    std::uint64_t next() {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    /// 0 … `bound` − 1.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    std::uint64_t between(std::uint64_t first, std::uint64_t last) { return first + below(last - first + 1); }
    bool per_mille(std::uint64_t share) { return below(1000) < share; }

    std::string_view one_of(std::span<const std::string_view> all) { return all[below(all.size())]; }

  private:
    std::uint64_t m_state;
};

/// A GUID in lower case.
[[nodiscard]] std::string make_guid(Random random);
[[nodiscard]] std::string make_digits(Random& random, std::size_t count);

/// What shops write: `Болт оцинкованный М8 "Крепёж & Ко"`.
[[nodiscard]] std::string make_name(Random& random);
/// Sentences, `characters` long or a little longer.
[[nodiscard]] std::string make_sentences(Random& random, std::size_t characters);
[[nodiscard]] std::string make_word(Random& random);

}  // namespace obmen::bench
