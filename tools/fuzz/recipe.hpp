#pragma once

#include <cstddef>
#include <string_view>

namespace obmen {

/// Hands out the bytes of a recipe, then zeros.
class Recipe {
  public:
    explicit Recipe(std::string_view bytes) : m_bytes(bytes) {}
    [[nodiscard]] bool is_empty() const { return m_bytes.empty(); }
    [[nodiscard]] std::size_t number() {
        const std::string_view byte = text(1);
        return byte.empty() ? 0 : static_cast<unsigned char>(byte.front());
    }
    [[nodiscard]] std::string_view text(std::size_t size) {
        const std::string_view taken = m_bytes.substr(0, size);
        m_bytes.remove_prefix(taken.size());
        return taken;
    }

  private:
    std::string_view m_bytes;
};

}  // namespace obmen
