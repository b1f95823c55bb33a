#pragma once

#include <cstdint>
#include <string_view>

namespace obmen::checks {

/// The same for spellings that differ in case only. For comparing many ids without keeping them.
[[nodiscard]] std::uint64_t identity_hash(std::string_view id, std::uint64_t seed = 0);

}  // namespace obmen::checks
