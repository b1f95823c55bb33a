#pragma once

#include "checks/tally.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace obmen::checks {

/// A set of hashes in 16 bytes each at most, with an end.
class HashSet {
  public:
    static constexpr std::size_t most = 1'000'000;

    /// Nothing is taken in beyond `most`.
    void insert(std::uint64_t hash);
    [[nodiscard]] bool contains(std::uint64_t hash) const;
    [[nodiscard]] bool is_full() const { return m_count == most; }

  private:
    [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const;
    void grow();

    std::vector<std::uint64_t> m_slots;  ///< 0: free
    std::size_t m_count = 0;
};

/// What a package declares, and what its records refer to without its being declared.
///
/// A kind of which the package declares nothing is not looked at: then the classifier came with an earlier
/// packet. Nor is any where the classifier holds changes only, or declares more than HashSet::most things.
class Lookups {
  public:
    enum class Kind : std::uint8_t {
        group,
        property,
        property_with_list,  ///< a property whose values are listed: nothing refers to it as such
        property_value,
        price_type,
        warehouse
    };
    static constexpr std::size_t kinds = 6;

    /// What is declared and referred to goes by `identity_hash()` of its Ид; of a value of a property, that
    /// hash with the property's as its seed.
    using Id = std::uint64_t;

    void declare(Kind kind, Id id);
    /// The classifier does not list everything: nothing can be said of what is not in it.
    void expect_gaps() { m_gaps = true; }
    /// \param make gives the finding, should it be told. What is declared later in the package is not told.
    template <typename Make>
    void refer(Kind kind, Id id, const Make& make) {
        if (!m_gaps && !declares(kind, id)) {
            const auto index = static_cast<std::size_t>(kind);
            ++(m_any.at(index) ? m_remarks : m_unanswered.at(index));
            m_missing.at(index).note(key_of(kind, id), make);
        }
    }
    /// Grows with each reference to what is not declared, told or not; not while nothing of its kind is.
    [[nodiscard]] std::uint64_t remarks() const { return m_remarks; }
    /// Something was referred to before the first of its kind was declared.
    [[nodiscard]] bool was_declared_late() const { return m_late; }
    void tell(const FindingSink& findings);

    [[nodiscard]] bool declares(Kind kind, Id id) const { return m_declared.contains(key_of(kind, id)); }

  private:
    [[nodiscard]] static std::uint64_t key_of(Kind kind, Id id) {
        return (id + static_cast<std::uint64_t>(kind) + 1) * 0x9E3779B97F4A7C15U;
    }

    HashSet m_declared;
    std::array<bool, kinds> m_any{};
    std::array<Tally, kinds> m_missing;
    std::array<std::uint64_t, kinds> m_unanswered{};
    std::uint64_t m_remarks = 0;
    bool m_late = false;
    bool m_gaps = false;
};

}  // namespace obmen::checks
