#pragma once

#include <filesystem>

namespace obmen::tests {

/// A certificate of a server on this machine (127.0.0.1, localhost) that vouches for itself.
struct TestCertificate {
    std::filesystem::path certificate;  ///< PEM; to be trusted by who connects
    std::filesystem::path key;          ///< PEM
};

/// Makes a new one in `directory`: good for a day.
[[nodiscard]] TestCertificate make_test_certificate(const std::filesystem::path& directory);

}  // namespace obmen::tests
