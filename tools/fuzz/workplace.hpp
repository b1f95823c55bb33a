#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "fuzz/promise.hpp"

namespace obmen {

/// A directory in memory, where syncing costs nothing; goes with the object.
class Workplace {
  public:
    Workplace() {
        const bool memory = std::filesystem::is_directory("/dev/shm");
        std::string name = memory ? "/dev/shm" : std::filesystem::temp_directory_path().string();
        name += "/obmen-fuzz-XXXXXX";
        require(::mkdtemp(name.data()) != nullptr, "no temporary directory");
        m_directory = name;
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace() {
        std::error_code ignored;
        std::filesystem::remove_all(m_directory, ignored);
    }

    [[nodiscard]] const std::filesystem::path& directory() const { return m_directory; }

  private:
    std::filesystem::path m_directory;
};

}  // namespace obmen
