#pragma once

#include <filesystem>

namespace obmen::tests {

/// PEM files of an authority of the tests' own, and of servers at 127.0.0.1 and localhost.
struct TestCertificates {
    std::filesystem::path authority;        ///< the authority's certificate
    std::filesystem::path other_authority;  ///< of one that has signed nothing
    std::filesystem::path server;           ///< certificate and key
    std::filesystem::path expired;          ///< the same, but over since yesterday
};

/// Makes them in `directory`.
[[nodiscard]] TestCertificates make_certificates(const std::filesystem::path& directory);

}  // namespace obmen::tests
