#pragma once

#include <filesystem>
#include <optional>

#include "support/secret.hpp"

namespace obmen {

/// A small file that is of no use without its key file: libsodium's secretbox (XSalsa20 and Poly1305) under a
/// nonce that is new with each writing. For secrets that change by themselves, such as tokens; what a person
/// enters stays in the files of that person.
class SealedFile {
  public:
    SealedFile(std::filesystem::path file, std::filesystem::path key_file);

    /// Nothing if there is no such file. Throws SYS-SEALED (bad_config) if the key does not open it or it is
    /// damaged, SYS-KEY-READABLE if others may read the key, SYS-FILE.
    [[nodiscard]] std::optional<Secret> read() const;
    /// Is on disk when it returns; the former content stays until then. Makes the key file (0600) if there is
    /// none. Throws as read() does.
    void write(const Secret& text) const;
    /// Removes the file, not the key.
    void remove() const;

    [[nodiscard]] const std::filesystem::path& path() const { return m_file; }

  private:
    [[nodiscard]] Secret key() const;

    std::filesystem::path m_file;
    std::filesystem::path m_key_file;
};

}  // namespace obmen
