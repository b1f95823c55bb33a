#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "support/error.hpp"

namespace obmen::endpoint {

/// What the system says of an error number.
[[nodiscard]] inline std::string reason_of(int error) {
    return std::error_code(error, std::generic_category()).message();
}

/// A file of this machine cannot be read or written: SYS-FILE (temporary).
[[noreturn]] inline void fail_with_local_file(const std::filesystem::path& path, int error) {
    throw Error(FailureClass::temporary, Message{"SYS-FILE", {path.string(), reason_of(error)}});
}

}  // namespace obmen::endpoint
