#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace obmen {

/// Ends the fuzzing with a crash that says which promise was broken.
inline void require(bool holds, const std::string& otherwise) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", otherwise.c_str());
        std::abort();
    }
}

}  // namespace obmen
