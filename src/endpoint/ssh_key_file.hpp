#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/secret.hpp"

namespace obmen::endpoint {

/// What a private key file is, for saying why libssh2 would not take it: libssh2 has one text for everything.
struct KeyFile {
    enum class Kind : std::uint8_t { usable, putty, unreadable };
    Kind kind = Kind::unreadable;
    bool encrypted = false;
    std::string type{};  ///< `ssh-ed25519`, `ssh-rsa`, …; empty: not known
};

/// Looks into a private key in the format of OpenSSH or PEM. Whether the passphrase is right is not told.
[[nodiscard]] KeyFile inspect_key_file(std::string_view text, const Secret& passphrase);

}  // namespace obmen::endpoint
