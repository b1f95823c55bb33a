#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "support/file.hpp"

namespace obmen::endpoint {

/// What the system says of an error number.
[[nodiscard]] inline std::string reason_of(int error) {
    return std::error_code(error, std::generic_category()).message();
}

/// A file of this machine cannot be read or written: SYS-FILE, SYS-DISK-FULL (temporary).
[[noreturn]] inline void fail_with_local_file(const std::filesystem::path& path, int error) {
    fail_with_file(path, error);
}

}  // namespace obmen::endpoint
