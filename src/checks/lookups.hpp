#pragma once

#include "checks/tally.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
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

    /// `within`: the property, for its values.
    void declare(Kind kind, std::string_view id, std::string_view within = {});
    /// The classifier does not list everything: nothing can be said of what is not in it.
    void expect_gaps() { m_gaps = true; }
    /// \param make gives the finding, should it be told. What is declared later in the package is not told.
    void refer(Kind kind, std::string_view id, std::string_view within, const std::function<Finding()>& make);
    void tell(const FindingSink& findings);

    [[nodiscard]] bool declares(Kind kind, std::string_view id, std::string_view within = {}) const;
    [[nodiscard]] bool declares_any(Kind kind) const { return m_any.at(static_cast<std::size_t>(kind)); }

  private:
    HashSet m_declared;
    std::array<bool, kinds> m_any{};
    std::array<Tally, kinds> m_missing;
    bool m_gaps = false;
};

}  // namespace obmen::checks
