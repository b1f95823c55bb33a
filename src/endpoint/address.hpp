#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Addresses of folders: what EndpointSettings::url says.
namespace obmen::endpoint {

enum class Scheme : std::uint8_t {
    folder,
    ftp,
    ftps,   ///< TLS from the first byte
    ftpes,  ///< TLS by AUTH TLS
    sftp
};

/// A folder on this machine, or on a server.
struct Address {
    Scheme scheme = Scheme::folder;
    std::string host{};      ///< name or number, IPv6 without brackets; empty for folder
    std::uint16_t port = 0;  ///< as given, else of the scheme: 21, 990 (ftps), 22; 0 for folder
    std::string user{};      ///< bytes; empty: not given
    /// Bytes, without `/` at the end. Begins with `/`; where `in_home`, it does not, and empty is the home
    /// itself.
    std::string path{};
    bool in_home = false;  ///< `/~/path`: relative to where the server puts the user

    bool operator==(const Address&) const = default;
};

/// Parses `folder:/path` (taken literally, absolute), `ftp://`, `ftps://`, `ftpes://` and
/// `sftp://user@host:port/path` (user and path percent-decoded). Throws SRC-URL (bad_config), whose text
/// never holds what may be a password: also for a password in the address, which is refused, as are line
/// breaks and NUL.
[[nodiscard]] Address parse_address(std::string_view url);

/// The address for people: valid UTF-8 without secrets, percent signs decoded. The port only if it is not the
/// scheme's own.
[[nodiscard]] std::string shown(const Address& address);

}  // namespace obmen::endpoint
