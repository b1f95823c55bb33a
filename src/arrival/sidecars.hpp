#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arrival/tracked_files.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::arrival {

/// Holds a private copy against what stands beside its file in the source: `X.sha256`, `X.md5` (the first
/// word is the hash, as sha256sum writes it) and `X.size` (bytes). Asks the source only if one of them has
/// changed since it was last asked. \returns PKG-SIDECAR if one of them disagrees
[[nodiscard]] std::optional<Message> sidecar_fault(endpoint::Endpoint& source, const TrackedFiles& files,
                                                   TrackedFile& file, const std::filesystem::path& copy);

/// True if a marker says that the file is whole, or none is asked for. One that is older than the file is
/// from an earlier delivery and says nothing.
[[nodiscard]] bool has_marker(const TrackedFiles& files, const TrackedFile& file);

}  // namespace obmen::arrival
