#pragma once

#include <cstddef>
#include <string_view>

namespace obmen::commerceml {

/// What became of bytes in windows-1251.
struct Decoded1251 {
    std::size_t written = 0;
    std::size_t read = 0;  ///< less than given: the next byte, 0x98, stands for nothing
};

/// Decodes all of `bytes` to UTF-8. `out` must have room for 3 bytes per byte and 4 more.
Decoded1251 decode_windows1251(std::string_view bytes, char* out);

}  // namespace obmen::commerceml
