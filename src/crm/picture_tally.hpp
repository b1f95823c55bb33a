#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace obmen::crm {

/// Counts pictures that products name, and those of them that did not come along; the same picture of the
/// same product once, however often its record stands in the export.
class PictureTally {
  public:
    /// \returns true if it is the first missing one
    bool take(std::string_view product, std::string_view path, bool missing) {
        if (!is_new(product, path)) {
            return false;
        }
        ++m_named;
        return missing && m_missing++ == 0;
    }
    [[nodiscard]] std::uint64_t named() const { return m_named; }
    [[nodiscard]] std::uint64_t missing() const { return m_missing; }

  private:
    bool is_new(std::string_view product, std::string_view path) {
        // Beyond this many a repetition counts again: memory must not grow with the export.
        constexpr std::size_t most_remembered = 100'000;
        const std::size_t hash = std::hash<std::string>{}(std::string(product) + "\n" + std::string(path));
        return m_seen.size() < most_remembered ? m_seen.insert(hash).second : !m_seen.contains(hash);
    }

    std::unordered_set<std::size_t> m_seen;
    std::uint64_t m_named = 0;
    std::uint64_t m_missing = 0;
};

}  // namespace obmen::crm
