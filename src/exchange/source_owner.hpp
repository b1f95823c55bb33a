#pragma once

#include <filesystem>
#include <string>

#include "support/file.hpp"

namespace obmen::exchange {

/// One owner for each source on this machine, whatever the state directory: holds a file (flock) in a
/// directory that all processes share. Nothing of ours is ever put into the source itself. Released when
/// destroyed or when the process dies.
class SourceOwner {
  public:
    /// \param directory made if need be; empty: nothing is held
    /// \param place the source's address, without secrets
    /// Throws SRC-OWNER (temporary), which names the other's state directory and process, and SYS-FILE.
    SourceOwner(const std::filesystem::path& directory, const std::string& source, const std::string& place,
                const std::filesystem::path& state_directory);

  private:
    FileDescriptor m_file;
};

}  // namespace obmen::exchange
