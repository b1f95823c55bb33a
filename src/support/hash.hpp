#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace obmen {

/// 64-bit XXH3 of `bytes`: for recognising what has not changed. Not for security.
[[nodiscard]] std::uint64_t quick_hash(std::string_view bytes, std::uint64_t seed = 0);

/// SHA-256 of bytes that come in pieces.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits. May be called once.
    [[nodiscard]] std::string hex();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace obmen
