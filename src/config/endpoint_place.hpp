#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::config {

/// Where an EndpointSettings::url points to, as far as two of them can be compared without connecting. Inside
/// this room; src/endpoint connects by the address itself.
struct EndpointPlace {
    std::string scheme;                ///< folder, ftp, ftps, ftpes, sftp
    std::string user;                  ///< empty for folder
    std::string host;                  ///< lower case; empty for folder
    std::uint16_t port = 0;            ///< the scheme's own where the address names none; 0 for folder
    std::vector<std::string> folders;  ///< from the root, or from the user's home when the first one is `~`
};

/// Nothing for an address that is none of the five kinds, or that holds a password. A folder must be
/// absolute.
[[nodiscard]] std::optional<EndpointPlace> place_of(std::string_view url);

/// True if `inner` is the same folder as `outer` or lies inside it. Servers by their names, ftp, ftps and
/// ftpes of one host being one server; other users' paths are not compared, since each may have a root of its
/// own. Folders of this machine by what they are without links.
[[nodiscard]] bool is_within(const EndpointPlace& inner, const EndpointPlace& outer);

}  // namespace obmen::config
